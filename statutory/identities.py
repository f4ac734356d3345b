"""The identities of the statutory tables: what must equal what, in which cells, and whether it
does.

I1–I4 hold inside a report, I5 and I6 between a report and the one of the year before. Nothing is
corrected here; totals are compared with what was written. A blank is not a zero: where one could
make the two sides meet, the verdict is 无法核对.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from statutory.layouts import APPLICANTS, DISPUTES, GROUPS, VERDICTS, layouts_for
from statutory.lookup import Figures, add_up

LONG = 6  # summands; a longer sum is told by its first one and their number


class Verdict(StrEnum):
    """What comparing two sides says."""

    HOLDS = "holds"
    BROKEN = "broken"
    OPEN = "open"

    @property
    def label(self) -> str:
        """As it is printed."""
        return {"holds": "相符", "broken": "不符", "open": "无法核对"}[self.value]


@dataclass(frozen=True)
class Rule:
    """One identity. A hard one that is broken keeps a report from being submitted without an
    explanation.
    """

    code: str
    formula: str
    is_hard: bool = True


RULES = {
    rule.code: rule
    for rule in (
        Rule("I1", "一、本年新收 ＋ 二、上年结转 ＝ （七）总计 ＋ 四、结转下年度继续办理"),
        Rule("I2", "（七）总计 ＝ （一）至（六）各项之和"),
        Rule("I3", "自然人 ＋ 法人或其他组织各列 ＝ 总计"),
        Rule("I4", "结果维持 ＋ 结果纠正 ＋ 其他结果 ＋ 尚未审结 ＝ 总计"),
        Rule("I5", "二、上年结转 ＝ 上一年度报告的“四、结转下年度继续办理”"),
        Rule(
            "I6",
            "现行有效件数 ＝ 上一年度现行有效件数 ＋ 本年制发件数 － 本年废止件数",
            is_hard=False,
        ),
    )
}


@dataclass(frozen=True)
class Term:
    """One summand: a cell of this report's tables, or (`is_earlier`) of the year before's. `sign`
    is 1 or -1.
    """

    table: str
    line: str
    column: str
    name: str
    value: Any
    sign: int = 1
    is_earlier: bool = False

    @property
    def cell(self) -> tuple[str, str, str] | None:
        """(table, line, column) where it stands in this report, for marking; None for the year
        before's.
        """
        return None if self.is_earlier else (self.table, self.line, self.column)


@dataclass(frozen=True)
class Result:
    """One identity at one place. `place` is a stable key, `where` the place in words."""

    rule: Rule
    table: str
    place: str
    where: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def sums(self) -> tuple[Any, ...]:
        """The two sides with blanks left out."""
        return tuple(
            sum(term.sign * (term.value or 0) for term in side) for side in (self.left, self.right)
        )

    @property
    def blanks(self) -> int:
        """How many cells of the two sides nobody has filled in."""
        return sum(term.value is None for term in (*self.left, *self.right))

    @property
    def difference(self) -> Any:
        """Left side less right side, blanks left out."""
        left, right = self.sums
        return left - right

    @property
    def verdict(self) -> Verdict:
        """Whether it holds. With blanks it is broken only where no number in them could mend it."""
        if not self.blanks:
            return Verdict.BROKEN if self.difference else Verdict.HOLDS
        left_can_grow, right_can_grow = (_can_grow(side) for side in (self.left, self.right))
        if (self.difference < 0 and not left_can_grow) or (
            self.difference > 0 and not right_can_grow
        ):
            return Verdict.BROKEN
        return Verdict.OPEN

    @property
    def is_problem(self) -> bool:
        return self.rule.is_hard and self.verdict == Verdict.BROKEN

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(table, line, column) of the cells it concerns in this report."""
        return [term.cell for term in (*self.left, *self.right) if term.cell]

    @property
    def marked(self) -> list[tuple[str, str, str]]:
        """The cells to mark where it does not hold: of a long sum the total alone, for any of its
        parts may be wrong.
        """
        sides = [side for side in (self.left, self.right) if len(side) <= LONG]
        return [term.cell for side in sides for term in side if term.cell]

    @property
    def sentence(self) -> str:
        """What was compared, in one sentence with the numbers."""
        left, right = self.sums
        said = f"{self.where}：{_side(self.left, left)}；{_side(self.right, right)}"
        if self.verdict == Verdict.HOLDS:
            return f"{said}，相符。"
        if self.verdict == Verdict.BROKEN:
            return f"{said}，相差 {abs(self.difference)}。"
        alike = f"相差 {abs(self.difference)}" if self.difference else "两边相等"
        return f"{said}。有 {self.blanks} 格空白，无法核对；空白按 0 计算时{alike}。"


def _can_grow(side: tuple[Term, ...]) -> bool:
    return any(term.value is None and term.sign > 0 for term in side)


def _side(terms: tuple[Term, ...], total: Any) -> str:
    words: list[str] = []
    for term in terms:
        sign = "" if not words else (" － " if term.sign < 0 else " ＋ ")
        words.append(f"{sign}{term.name} {'空白' if term.value is None else term.value}")
    text = (
        "".join(words) if len(terms) <= LONG else f"{terms[0].name}等 {len(terms)} 项之和 {total}"
    )
    return f"{text} ＝ {total}" if 1 < len(terms) <= LONG else text


def check(regime: str, tables: Mapping[str, Any], before: Figures | None = None) -> list[Result]:
    """All `Result`s of a report's tables, in the order of the rules. `before`: `Figures` of the
    year before, or None.
    """
    figures = Figures(str(regime), tables)
    results: list[Result] = []
    if figures.has("b"):
        results += [*_flow(figures), *_results(figures), *_applicants(figures)]
    if figures.has("c"):
        results += _disputes(figures)
    if before is not None:
        results += [*_carried(figures, before), *_in_force(figures, before)]
    return results


def _term(figures: Figures, line: str, column: str, name: str, **more: Any) -> Term:
    return Term("b", line, column, name, figures.value("b", line, column), **more)


def _flow(figures: Figures) -> Iterator[Result]:
    for column in APPLICANTS:
        left = (
            _term(figures, "new", column.key, "本年新收"),
            _term(figures, "carried_in", column.key, "上年结转"),
        )
        right = (
            _term(figures, "results_total", column.key, "（七）总计"),
            _term(figures, "carried_out", column.key, "结转下年度"),
        )
        yield Result(RULES["I1"], "b", column.key, f"“{column.label}”列", left, right)


def _results(figures: Figures) -> Iterator[Result]:
    layout = layouts_for(figures.regime)["b"]
    keys = [key for group in GROUPS for key in figures.result_lines(group)]
    for column in APPLICANTS:
        total = (_term(figures, "results_total", column.key, "（七）总计"),)
        parts = tuple(
            _term(figures, key, column.key, layout.lines[layout.index[key]].label) for key in keys
        )
        yield Result(RULES["I2"], "b", column.key, f"“{column.label}”列", total, parts)


def _applicants(figures: Figures) -> Iterator[Result]:
    for line in layouts_for(figures.regime)["b"].lines:
        parts = tuple(
            _term(figures, line.key, column.key, column.label) for column in APPLICANTS[:-1]
        )
        total = (_term(figures, line.key, "total", "总计"),)
        yield Result(RULES["I3"], "b", line.key, f"【{short(line.label)}】行", parts, total)


def _disputes(figures: Figures) -> Iterator[Result]:
    for group, headings in DISPUTES:
        terms = [
            Term(
                "c",
                "disputes",
                f"{group}_{key}",
                label,
                figures.value("c", "disputes", f"{group}_{key}"),
            )
            for key, label in VERDICTS
        ]
        yield Result(
            RULES["I4"], "c", group, f"“{'·'.join(headings)}”", tuple(terms[:-1]), tuple(terms[-1:])
        )


def _carried(figures: Figures, before: Figures) -> Iterator[Result]:
    if not (figures.has("b") and before.has("b")):
        return
    for column in APPLICANTS:
        here = (_term(figures, "carried_in", column.key, "上年结转"),)
        there = (
            _term(before, "carried_out", column.key, "上一年度报告的结转下年度", is_earlier=True),
        )
        yield Result(RULES["I5"], "b", column.key, f"“{column.label}”列", here, there)


def _in_force(figures: Figures, before: Figures) -> Iterator[Result]:
    layout = layouts_for(figures.regime).get("a")
    if layout is None or not figures.has("a"):
        return
    for line, name in (("rules", "规章"), ("documents", "行政规范性文件")):
        here = [column.key for column in layout.lines[layout.index[line]].columns]
        if "in_force" not in here or before.value("a", line, "in_force") is None:
            continue  # the form of 2019 did not ask, or nothing was filled in: nothing to warn of

        def term(column: str, words: str, sign: int = 1, line: str = line) -> Term:
            return Term("a", line, column, words, figures.value("a", line, column), sign)

        earlier = Term(
            "a",
            line,
            "in_force",
            "上一年度现行有效",
            before.value("a", line, "in_force"),
            is_earlier=True,
        )
        right = (earlier, term("made", "本年制发"), term("repealed", "本年废止", sign=-1))
        yield Result(RULES["I6"], "a", line, f"“{name}”", (term("in_force", "现行有效"),), right)


def short(label: str) -> str:
    """A line's label without the remark in brackets that some have."""
    return label.split("（区分")[0] if "（区分" in label else label


def blank_cells(regime: str, tables: Mapping[str, Any]) -> dict[str, int]:
    """{table: number of blank cells} of the tables that are filled in at all."""
    found = {}
    for key in layouts_for(regime):
        if rows := tables.get(key):
            number = add_up(value for row in rows for value in row).blanks
            if number:
                found[key] = number
    return found
