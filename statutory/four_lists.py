"""Every number of a report, of its text and of its tables, in exactly one of four lists: 相符, 不符,
无法核对 with the reason, 不是工作数字. Pure: what anybody can open of a report is made here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from statutory.cells import CellNumber, cells_of
from statutory.identities import Result, check
from statutory.lookup import Figures
from statutory.prose.examine import examine, report_parts
from statutory.prose.numbers import Number, Standing, numbers_of


@dataclass(frozen=True)
class FourLists:
    """`numbers` stand in the text, `cells` in the tables."""

    numbers: tuple[Number, ...]
    cells: tuple[CellNumber, ...]

    @cached_property
    def counts(self) -> dict[Standing, int]:
        """How many there are in each list, the gravest first."""
        found = Counter(one.standing for one in self.numbers)
        found.update(one.standing for one in self.cells)
        return {standing: found[standing] for standing in Standing}

    @property
    def checked(self) -> int:
        """How many numbers could be checked."""
        return self.counts[Standing.HOLDS] + self.counts[Standing.BROKEN]

    @property
    def summary(self) -> str:
        """核对 13 个数字，全部相符 …"""
        broken, unknown = self.counts[Standing.BROKEN], self.counts[Standing.UNKNOWN]
        if not self.checked:
            return f"没有可以核对的数字（无法核对 {unknown} 个）"
        came = f"{broken} 个不符" if broken else "全部相符"
        return f"核对 {self.checked} 个数字，{came}" + (
            f"；另有 {unknown} 个无法核对" if unknown else ""
        )

    def of(self, standing: Standing) -> tuple[list[Number], list[CellNumber]]:
        """One list: its numbers of the text, and its cells."""
        return (
            [one for one in self.numbers if one.standing == standing],
            [one for one in self.cells if one.standing == standing],
        )

    def as_data(self) -> dict[str, list[dict[str, Any]]]:
        """The four lists as plain data; each number says whether it stands in the text or a table."""
        found: dict[str, list[dict[str, Any]]] = {standing.value: [] for standing in Standing}
        for number in self.numbers:
            found[number.standing.value].append({"kind": "text", **_plain(number)})
        for cell in self.cells:
            found[cell.standing.value].append({"kind": "table", **_plain(cell)})
        return found


def _plain(one: Number | CellNumber) -> dict[str, Any]:
    data = asdict(one)
    del data["standing"]
    return data


def four_lists(
    sections: Sequence[tuple[str, str]],
    findings: Iterable[Mapping[str, Any]],
    *,
    regime: str = "",
    tables: Mapping[str, Any] | None = None,
    results: Iterable[Result] = (),
) -> FourLists:
    """The lists of a report that has been examined: `findings` of its text as plain data, `results`
    of the identities of its tables.
    """
    findings = list(findings)
    parts, titles = report_parts(list(sections)), [title for title, _ in sections]
    numbers = numbers_of(parts, titles, findings)
    cells = cells_of(regime, tables or {}, results, findings)
    return FourLists(tuple(numbers), tuple(cells))


@dataclass(frozen=True)
class Report:
    """All that a report is judged by: its texts, tables, and those of the year before."""

    sections: tuple[tuple[str, str], ...]
    year: int
    organ: str = ""
    regime: str = ""
    tables: Mapping[str, Any] | None = None
    earlier: Figures | None = None


def judged(report: Report) -> FourLists:
    """The lists of a report, examined on the spot."""
    earlier = report.earlier.tables if report.earlier else {}
    tables = report.tables or {}
    more: Any = {"organ": report.organ, "tables": tables, "earlier_tables": earlier}
    findings = examine(list(report.sections), year=report.year, **more)
    data = [finding.as_data() for finding in findings]
    results = check(report.regime, tables, report.earlier) if report.regime else []
    return four_lists(report.sections, data, regime=report.regime, tables=tables, results=results)
