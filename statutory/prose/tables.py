"""The figures of a report's tables (国办公开办函〔2019〕60号, 〔2021〕30号) by what they count."""

from dataclasses import dataclass
from typing import Any

from statutory.prose.finding import Cell
from statutory.prose.published import Published

REFUSED, UNABLE, NOT_HANDLED = range(4, 12), range(12, 15), range(15, 20)
ROWS = {
    "secret": 4,
    "third_party": 7,
    "internal": 8,
    "deliberative": 9,
    "files": 10,
    "queries": 11,
    "not_held": 12,
}
NAMES = {
    "granted_or_partly": "（一）予以公开+（二）部分公开",
    "granted": "（一）予以公开",
    "partly": "（二）部分公开",
    "refused": "（三）不予公开各行之和",
    "unable": "（四）无法提供各行之和",
    "not_handled": "（五）不予处理各行之和",
    "other": "（六）其他处理",
    "carried_in": "二、上年结转",
    "carried_out": "四、结转下年度继续办理",
    "secret": "（三）1.属于国家秘密",
    "third_party": "（三）4.保护第三方合法权益",
    "internal": "（三）5.属于三类内部事务信息",
    "deliberative": "（三）6.属于四类过程性信息",
    "files": "（三）7.属于行政执法案卷",
    "queries": "（三）8.属于行政查询事项",
    "not_held": "（四）1.本机关不掌握相关政府信息",
}


@dataclass(frozen=True)
class Stated:
    """A value a table gives, the name of the row or rows it stands in, and the cells it was read
    from, as (table, row, column).
    """

    value: Any
    name: str
    cells: tuple[Cell, ...] = ()


class Tables:
    """Tables a, b and c. A blank cell is no value; a row whose total is blank is added up from its
    other cells.
    """

    def __init__(self, tables: dict[str, Any]) -> None:
        tables = tables or {}
        self.published = Published(tables.get("a"))
        self.applications = tables.get("b") or []
        self.disputes = (tables.get("c") or [[]])[0]
        if len(self.applications) not in (23, 25) or any(
            len(row) != 7 for row in self.applications
        ):
            self.applications = []
        if len(self.disputes) != 15:
            self.disputes = []

    @property
    def has_applications(self) -> bool:
        """Whether there is a table of applications with any figure in it."""
        return any(value is not None for row in self.applications for value in row)

    @property
    def has_disputes(self) -> bool:
        """Whether there is a table of reviews and suits with any figure in it."""
        return any(value is not None for value in self.disputes)

    def row(self, number: int) -> int | None:
        """A row's total, or None where nothing is written in it."""
        cells = self.applications[number]
        if cells[6] is not None:
            return cells[6]
        written = [cell for cell in cells[:6] if cell is not None]
        return sum(written) if written else None

    def rows(self, numbers: Any) -> int:
        """The sum over rows; a blank row adds nothing."""
        return sum(self.row(number) or 0 for number in numbers)

    def cells(self, numbers: Any) -> tuple[Cell, ...]:
        """The cells that `rows` reads: totals where they are written, else what they are made of."""
        found: list[Cell] = []
        for number in numbers:
            whole = self.applications[number][6] is not None
            columns = [6] if whole else range(6)
            found += [("b", number, column) for column in columns]
        return tuple(found)

    def persons(self, columns: Any) -> list[Any]:
        """What came in from some kinds of applicants: new, and new with carried over."""
        new, old = (
            sum(self.applications[row][column] or 0 for column in columns) for row in (0, 1)
        )
        cells = [tuple(("b", row, column) for column in columns) for row in (0, 1)]
        return [
            Stated(new, "一、本年新收", cells[0]),
            Stated(new + old, "一、本年新收+二、上年结转", cells[0] + cells[1]),
        ]

    def values(self, name: str) -> list[Stated]:
        """All the `Stated` a quantity may rightly be; empty where the tables say nothing of it."""
        if name in ("review", "litigation"):
            return self._disputes(name) if self.has_disputes else []
        return self._applications(name) if self.has_applications else []

    def _applications(self, name: str) -> list[Stated]:
        last = len(self.applications) - 1
        if name in ("received", "answered"):
            return self._totals(name, last)
        if name in ("natural", "legal"):
            return self.persons([0] if name == "natural" else range(1, 6))
        groups = {
            "granted_or_partly": (2, 3),
            "granted": (2,),
            "partly": (3,),
            "refused": REFUSED,
            "unable": UNABLE,
            "not_handled": NOT_HANDLED,
            "other": range(20, last - 1),
            "carried_in": (1,),
            "carried_out": (last,),
        }
        rows = groups.get(name) or (ROWS[name],)
        stated = [Stated(self.rows(rows), NAMES[name], self.cells(rows))]
        if name == "granted":  # often said of both: 予以公开12件（含部分公开3件）
            both = NAMES["granted_or_partly"]
            stated.append(Stated(self.rows((2, 3)), both, self.cells((2, 3))))
        if name == "refused":
            rows = (3, *REFUSED)
            both = "（二）部分公开+（三）不予公开"
            stated.append(Stated(self.rows(rows), both, self.cells(rows)))
        return stated

    def _totals(self, name: str, last: int) -> list[Stated]:
        new, old, done = self.row(0), self.row(1) or 0, self.row(last - 1)
        if name == "received":
            if new is None:
                return []
            both = "一、本年新收+二、上年结转"
            return [
                Stated(new, "一、本年新收", self.cells((0,))),
                Stated(new + old, both, self.cells((0, 1))),
            ]
        if done is None:
            return []
        stated = [Stated(done, "（七）总计", self.cells((last - 1,)))]
        less = "（七）总计减二、上年结转"
        return stated + ([Stated(done - old, less, self.cells((1, last - 1)))] if old else [])

    def _disputes(self, name: str) -> list[Stated]:
        def total(first: int) -> int:
            cells = self.disputes[first : first + 5]
            return cells[4] if cells[4] is not None else sum(cell or 0 for cell in cells[:4])

        def cells(*columns: int) -> tuple[Cell, ...]:
            return tuple(("c", 0, column) for column in columns)

        if name == "review":
            pending = self.disputes[3] or 0
            settled = Stated(total(0) - pending, "行政复议已审结", cells(3, 4))
            return [Stated(total(0), "行政复议总计", cells(4))] + ([settled] if pending else [])
        direct, after = total(5), total(10)
        pending = (self.disputes[8] or 0) + (self.disputes[13] or 0)
        done = Stated(direct + after - pending, "行政诉讼已审结", cells(8, 9, 13, 14))
        return [
            Stated(direct + after, "行政诉讼两项总计之和", cells(9, 14)),
            *([done] if pending else []),
            Stated(direct, "未经复议直接起诉总计", cells(9)),
            Stated(after, "复议后起诉总计", cells(14)),
        ]

    def bases(self) -> list[Stated]:
        """The quantities a share in the prose may be of."""
        words = {"received": "收到的申请", "answered": "答复的申请"}
        return [
            Stated(one.value, said, one.cells)
            for name, said in words.items()
            for one in self.values(name)
            if one.value
        ]
