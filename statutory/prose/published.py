"""Table A beside the prose: 规章, 规范性文件, 许可, 处罚, 强制, 收费 and 采购 wherever a sentence states one.

A figure that any cell of its line has agrees. One that differs is a fault only where the words leave
no doubt which cell is meant and that the whole year and organ are; else it is 无法核对.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from statutory.layout import Column, Kind, Layout
from statutory.layouts import LAYOUTS
from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Verdict, found, plain
from statutory.prose.passages import Passage

_LINES = (
    ("documents", r"规范性文件"),
    ("rules", r"规章(?!制度)"),
    ("licences", r"行政许可"),
    ("penalties", r"行政处罚"),
    ("coercion", r"行政强制"),
    ("charges", r"行政事业性收费"),
    ("procurement", r"政府集中采购"),
)
_COLUMNS = (
    ("repealed", re.compile(r"废止|宣布失效")),
    ("in_force", re.compile(r"现行有效|继续有效|有效的?(?:行政)?规范性文件")),
    ("open", re.compile(r"对外公开总")),
    ("opened", re.compile(r"公开")),
    ("made", re.compile(r"制定|制发|制作|印发|出台|颁布|起草并发布")),
    ("items_before", re.compile(r"上一年项目")),
    ("purchase_amount", re.compile(r"金额")),
)
_FILL = (
    r"(?:（[^）]{0,24}）|的|类|处理|决定|案件|措施|执行|项目|金额|数量|件数|总数|总额|共计|合计|共有|共|总计|累计|计|有|为|是|达|：|了"
    r"|制定|制发|制作|印发|出台|颁布|公开|作出|办理|实施|废止|现行有效|收取|本年)*+"
)
_BEFORE = tuple((key, re.compile(rf"(?:{words}){_FILL}\Z")) for key, words in _LINES)
_AFTER = tuple(
    (key, re.compile(rf"(?:的)?(?:行政|市政府|政府)?(?:{words})(?!信息|事项|清单|目录|解读)"))
    for key, words in _LINES
)
# 制发规范性文件50件，废止227件，现行有效420件: the line goes on.
_SAME_LINE = re.compile(
    r"[，、；和及]*(?:其中)?(?:本年|新)?(?:共)?(?:制定|制发|废止|宣布失效|现行有效|继续有效)(?:的)?(?:文件)?(?:共|为|有)?\Z"
)
_COUNTED = {"件", "部", "个", "份", "宗", "起", "例", "项", "笔"}
_NOT_MEANT = re.compile(
    r"事项|清单|目录|信息|公示|解读|审查|审核|备案|评估|清理|草案|复议|诉讼|征求|流程|培训|案卷"
)
_PART = re.compile(
    r"其中|上半年|下半年|季度|月|去年|上年|历年|累计|以来|截至|截止|同比|[比较]|通过|网站|平台|部门|街道|乡镇|[镇乡]|[市区县]政府|政府办|政府名义|本级|含|包括"
)
_WHOLE = re.compile(r"全年|本年|年度|20\d\d年|本机关|我[局市区县委镇办]|共")
_WIDE = re.compile(r"全[市区县省州盟旗系统]")  # of an organ and those below it


@dataclass(frozen=True)
class _Cell:
    """One cell of table A with its value in the unit figures have: 件, or 元."""

    row: int
    place: int
    column: Column
    line: str
    value: Fraction

    @property
    def name(self) -> str:
        return f"{self.line}·{self.column.label}"


class Published:
    """Table A. Empty where nobody has filled it in or its form is not known."""

    def __init__(self, rows: Any) -> None:
        self.by_line: dict[str, list[_Cell]] = {}
        layout = _layout_of(rows)
        for number, line in enumerate(layout.lines if layout else ()):
            self.by_line[line.key] = [
                _Cell(number, place, column, line.label, _in_ones(column, value))
                for place, (column, value) in enumerate(
                    zip(line.columns, rows[number], strict=True)
                )
                if value is not None and column.kind != Kind.CHANGE
            ]

    def cells(self, line: str, column: str) -> list[_Cell]:
        """The filled-in cells of a line, or of one of its columns where it has that column."""
        own = self.by_line.get(line, [])
        return [cell for cell in own if cell.column.key == column] or own


def _layout_of(rows: Any) -> Layout | None:
    shape = [len(row) for row in rows or ()]
    tables = (tables["a"] for tables in LAYOUTS.values())
    return next((one for one in tables if [len(line.columns) for line in one.lines] == shape), None)


def _in_ones(column: Column, value: Any) -> Fraction:
    return Fraction(value) * (10_000 if column.unit == "万元" else 1)


def check_published(passage: Passage, figures: list[Figure], table: Published) -> Iterator[Finding]:
    """Findings that set the prose beside table A."""
    if not any(table.by_line.values()):
        return
    for (start, end), inside in passage.by_sentence(figures):
        stated = list(_stated(passage.text, start, end, inside, table))
        hits = sum(_hit(figure, cells) is not None for figure, _, cells, _ in stated)
        for figure, words, cells, is_named in stated:
            leading = re.split("[，：]", passage.text[start : figure.start])[0]
            said = leading + words
            is_sure = (
                (is_named or len(cells) == 1)
                and not _PART.search(said)
                and bool(hits or (_WHOLE.search(said) and not _WIDE.search(said)))
            )
            yield _judged(passage, (start, end), figure, words, cells, is_sure)


def _stated(
    text: str, start: int, end: int, inside: list[Figure], table: Published
) -> Iterator[tuple[Figure, str, list[_Cell], bool]]:
    """(figure, the words around it, the cells it may be, whether its column is named)."""
    line, begins = "", start
    for figure in inside:
        label = text[begins : figure.start]
        behind = re.split(r"[，。；（、）]", text[figure.end : min(end, figure.end + 16)])[0]
        line = _line(label, behind, line)
        begins = figure.end
        if not line or not figure.is_exact:
            continue
        words = re.split(r"[，；。]", label)[-1] + behind
        column = next((key for key, pattern in _COLUMNS if pattern.search(words)), "")
        cells = [one for one in table.cells(line, column) if _fits(figure, one)]
        if cells and not _NOT_MEANT.search(words):
            yield figure, words, cells, {one.column.key for one in cells} == {column}


def _line(label: str, behind: str, before: str) -> str:
    """The line of table A that a figure speaks of; "" for none."""
    for key, pattern in _BEFORE:
        if pattern.search(label):
            return key
    if not re.search(r"[，；。]\Z", label):
        for key, pattern in _AFTER:
            if pattern.match(behind):
                return key
    return before if _SAME_LINE.fullmatch(label) else ""


def _fits(figure: Figure, cell: _Cell) -> bool:
    is_money = cell.column.kind == Kind.AMOUNT
    return figure.unit == "元" if is_money else figure.unit in _COUNTED


def _hit(figure: Figure, cells: list[_Cell]) -> _Cell | None:
    return next((cell for cell in cells if _same(figure, cell.value)), None)


def _same(figure: Figure, value: Fraction) -> bool:
    """Equal, or, of money, rounded or cut off to the digits written."""
    gap = value - figure.value
    if figure.unit != "元":
        return gap == 0
    return abs(gap) <= figure.step / 2 or 0 <= gap < figure.step


def _judged(
    passage: Passage,
    span: tuple[int, int],
    figure: Figure,
    words: str,
    cells: list[_Cell],
    is_sure: bool,
) -> Finding:
    places = [("a", cell.row, cell.place) for cell in cells if _same(figure, cell.value)]
    quoted = re.split("[，；。、：]", passage.text[span[0] : figure.start])[-1][-16:]
    said = f"文中“{quoted}{figure.written}”"
    if hit := _hit(figure, cells):
        said += f"与表中“{hit.name}”相符。"
        sign = "=" if figure.value == hit.value else "≈"
        sum_text = f"{plain(figure.value)}{sign}{plain(hit.value)}"
        return found(
            "table_a", Verdict.HOLDS, passage, span, said, sum_text, figures=[figure], cells=places
        )
    places = [("a", cell.row, cell.place) for cell in cells]
    stated = "，".join(f"{cell.name}为{plain(cell.value)}" for cell in cells)
    said += f"与表中{'不一致' if is_sure else '不同，口径可能不一样，无法核对'}：表中{stated}。"
    sum_text = f"{plain(figure.value)}≠{plain(cells[0].value)}"
    verdict = Verdict.BROKEN if is_sure else Verdict.UNKNOWN
    return found("table_a", verdict, passage, span, said, sum_text, figures=[figure], cells=places)
