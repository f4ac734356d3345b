"""Numbers from a clipboard: cells of Excel (text with tabs) or of Word and web pages (HTML), put
where they belong.

A whole table finds its lines by their labels, or by its shape; a block of bare numbers begins at
the cell it was pasted in. Nothing is stored here: what comes back is shown to the clerk first.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from lxml import etree
from lxml import html as lxml_html

from documents.html.parts import text_of
from documents.html.tables import Table
from statutory.layout import Layout
from statutory.values import BLANKS, read_typed

MAX_CHARACTERS = 400_000
MAX_ROWS = 500
MAX_REMARKS = 12
_HAS_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


@dataclass
class Fit:
    """Where pasted numbers go: `cells` {(line, place): text, empty for a blank}, and what to tell
    about them.
    """

    cells: dict[Any, Any] = field(default_factory=dict)
    remarks: list[Any] = field(default_factory=list)

    def remark(self, words: str) -> None:
        """Say it once; after many, no more."""
        if words not in self.remarks and len(self.remarks) < MAX_REMARKS:
            self.remarks.append(words)


def clipboard_rows(text: str = "", html: str = "") -> list[list[str]]:
    """Rows of cells, each a text. HTML with a table wins; in it a merged cell counts once, where it
    begins.
    """
    if len(text) + len(html) > MAX_CHARACTERS:
        raise ValidationError("粘贴的内容太大，请只复制表格本身。")
    rows = (
        _html_rows(html)
        if _HAS_TABLE.search(html)
        else [line.split("\t") for line in text.splitlines()]
    )
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    return [row for row in rows if any(row)][:MAX_ROWS]


def _html_rows(html: str) -> Any:
    try:
        root = lxml_html.fragment_fromstring(
            html, create_parent="div", parser=lxml_html.HTMLParser(huge_tree=False)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ValidationError("读不出粘贴的表格，请从 Word 或 Excel 里重新复制。") from error
    rows = []
    for element in root.iter("table"):
        table = Table(element)
        for number in range(table.height):
            places = [
                table.grid[number, at] for at in range(table.width) if (number, at) in table.grid
            ]
            once = [
                cell
                for before, cell in zip([None, *places], places, strict=False)
                if cell is not before
            ]
            rows.append([text_of(cell) for cell in once])
    return rows


def fit(layout: Layout, rows: list[list[str]], *, line: int = 0, place: int = 0) -> Fit:
    """Put rows of texts into a form. `line`, `place`: the cell they were pasted in, for blocks
    without labels.
    """
    found = Fit()
    labels = {plain(one.label): number for number, one in enumerate(layout.lines)}
    wide = [row for row in rows if _numbers(row, layout) is not None]
    if sum(_label_at(row, labels) is not None for row in rows) >= 2 or _is_labelled(rows, labels):
        _by_label(layout, rows, labels, found)
    elif len(wide) == len(layout.lines) and len({len(one.columns) for one in layout.lines}) == 1:
        for number, row in enumerate(wide):
            _put(layout, number, 0, _numbers(row, layout) or [], found)
    else:
        _by_place(layout, rows, line, place, found)
    if not found.cells:
        found.remark("粘贴的内容里没有找到可以放进这张表的数字。")
    return found


def plain(text: str) -> str:
    """A label as it is compared: no blanks, no punctuation, digits and brackets in one form."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if sign.isalnum())


def _label_at(row: list[str], labels: dict[str, int]) -> tuple[int, int] | None:
    """(position after the label, line) where a cell of the row is a line's label."""
    for position in range(len(row) - 1, -1, -1):
        if (line := labels.get(plain(row[position]))) is not None:
            return position + 1, line
    return None


def _is_labelled(rows: list[list[str]], labels: dict[str, int]) -> bool:
    return len(rows) == 1 and _label_at(rows[0], labels) is not None


def _is_number(text: str) -> bool:
    return text in BLANKS or (bool(_DIGIT.search(text)) and len(plain(text)) <= 18)


def _numbers(row: list[str], layout: Layout) -> list[str] | None:
    """The last cells of a row where they are as many numbers as the form's lines have, or None."""
    number = len(layout.lines[0].columns)
    if len(row) < number:
        return None
    cells = row[-number:]
    return (
        cells
        if any(_DIGIT.search(cell) for cell in cells) and all(map(_is_number, cells))
        else None
    )


def _by_label(layout: Layout, rows: list[Any], labels: dict[str, int], found: Any) -> None:
    """Rows by their labels; one without a known label, but of the right shape, follows the one
    before it.
    """
    previous = -1
    for row in rows:
        at = _label_at(row, labels)
        if at:
            position, previous = at
            cells = row[position:]
        elif (
            previous >= 0 and previous + 1 < len(layout.lines) and (cells := _numbers(row, layout))
        ):
            previous += 1
            found.remark(
                f"“{_first_words(row)}”按顺序放在【{layout.lines[previous].label}】一行，请核对。"
            )
        else:
            continue
        _put(layout, previous, 0, cells, found, is_whole=True)


def _first_words(row: Any) -> Any:
    return next((cell for cell in row if cell and not _DIGIT.fullmatch(cell[:1])), row[0])[:20]


def _by_place(layout: Layout, rows: list[list[str]], line: int, place: int, found: Fit) -> None:
    """A block without labels: labels that stand before the numbers are left out, words among them
    are not.
    """
    rows = [row for row in rows if any(_is_number(cell) and cell not in BLANKS for cell in row)]
    if rows and len(rows) + line > len(layout.lines):
        found.remark(
            f"粘贴的行比表格剩下的行多，多出的 {len(rows) + line - len(layout.lines)} 行没有放入。"
        )
    for number, row in enumerate(rows[: len(layout.lines) - line], start=line):
        while row and not _is_number(row[0]):
            row = row[1:]
        _put(layout, number, place, row, found)


def _put(
    layout: Layout, line: int, place: int, cells: list[str], found: Fit, *, is_whole: bool = False
) -> None:
    columns = layout.lines[line].columns[place:]
    if (
        is_whole
    ):  # a spreadsheet leaves empty cells where a label, or a number, was merged over several
        empty = next((at for at, cell in enumerate(cells) if cell), 0)
        cells = cells[min(empty, max(0, len(cells) - len(columns))) :][: len(columns)]
    if len(cells) > len(columns):
        found.remark(
            f"【{layout.lines[line].label}】一行多出 {len(cells) - len(columns)} 个数字，没有放入。"
        )
    for at, (column, text) in enumerate(zip(columns, cells, strict=False), start=place):
        try:
            value, remark = read_typed(text, column.kind)
        except ValidationError as error:
            found.remark(
                f"【{layout.lines[line].label}】的“{column.label}”：{' '.join(error.messages)}没有放入。"
            )
            continue
        found.cells[line, at] = "" if value is None else str(value)
        if remark:
            found.remark(remark)
