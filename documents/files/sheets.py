"""XLSX files, written as a stream: a workbook of many rows costs no memory, and the same rows give
the same bytes.

A spreadsheet library would take texts for formulas, refuse control characters with an exception and
stamp the time of day into the file. The format needs five small parts and one part a sheet; all
values are written as what they are.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from documents.extraction.escapes import escaped
from documents.files.cells import looks_like_formula, plain_text
from documents.files.zips import Entry

LONGEST_NAME = 31  # characters of a sheet's name
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PLAIN, HEAD, TEXT, TITLE, LABEL = range(5)  # places in `cellXfs` below
_STYLES = (
    f'{_DECLARATION}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFF7F4EE"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
    '<bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    '<xf fontId="0" fillId="0" borderId="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
    '<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf fontId="0" fillId="0" borderId="1" quotePrefix="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
    '<xf fontId="2" fillId="0" borderId="0" applyFont="1"/>'
    '<xf fontId="0" fillId="2" borderId="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Cell:
    """One value with what it is: `PLAIN`, `HEAD`, `LABEL` (of a row) or `TITLE`, and how many
    columns and rows it spans.
    """

    value: object
    style: int = PLAIN
    colspan: int = 1
    rowspan: int = 1


@dataclass
class Sheet:
    """Rows (lists of values or `Cell`, None where another cell spans over) under a name; may be a
    generator.
    """

    name: str
    rows: Iterable[Any]
    widths: list[Any] = field(default_factory=list)  # of columns, in characters
    frozen_rows: int = 0
    heights: list[Any] = field(
        default_factory=list
    )  # of rows, in points; programs measure only what is not merged


def column_name(number: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def workbook(sheets: list[Sheet]) -> Iterator[Entry]:
    """The entries of an XLSX package, for `stream_zip`."""
    names = _unique_names([sheet.name for sheet in sheets])
    yield Entry("[Content_Types].xml", [_content_types(len(names)).encode()])
    yield Entry("_rels/.rels", [_root_relations().encode()])
    yield Entry("xl/workbook.xml", [_workbook(names).encode()])
    yield Entry("xl/_rels/workbook.xml.rels", [_workbook_relations(len(names)).encode()])
    yield Entry("xl/styles.xml", [_STYLES.encode()])
    for number, sheet in enumerate(sheets, start=1):
        yield Entry(f"xl/worksheets/sheet{number}.xml", _sheet(sheet))


def _unique_names(names: list[str]) -> list[str]:
    found: list[Any] = []
    for number, name in enumerate(names, start=1):
        name = (
            _FORBIDDEN_IN_NAMES.sub(" ", plain_text(name)).strip()[:LONGEST_NAME] or f"表{number}"
        )
        if name.lower() in {other.lower() for other in found}:
            name = f"{name[: LONGEST_NAME - 4]}（{number}）"
        found.append(name)
    return found


def _content_types(count: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{sheets}</Types>'
    )


def _root_relations() -> str:
    return (
        f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )


def _workbook(names: list[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    return f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _workbook_relations(count: int) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{sheets}'
        f'<Relationship Id="rId{count + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    )


def _sheet(sheet: Sheet) -> Iterator[bytes]:
    yield f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'.encode()
    yield f"<sheetViews>{_view(sheet)}</sheetViews>".encode()
    if sheet.widths:
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(sheet.widths, 1)
        )
        yield f"<cols>{columns}</cols>".encode()
    yield b"<sheetData>"
    merged: list[Any] = []
    for number, row in enumerate(sheet.rows, start=1):
        height = sheet.heights[number - 1] if number <= len(sheet.heights) else None
        yield _row(number, row, merged, height).encode()
    yield b"</sheetData>"
    if merged:
        spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
        yield f'<mergeCells count="{len(merged)}">{spans}</mergeCells>'.encode()
    yield b'<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'


def _view(sheet: Sheet) -> str:
    if not sheet.frozen_rows:
        return '<sheetView workbookViewId="0"/>'
    return (
        f'<sheetView workbookViewId="0"><pane ySplit="{sheet.frozen_rows}" topLeftCell="A{sheet.frozen_rows + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView>'
    )


def _row(number: int, row: list[Any], merged: list[str], height: float | None) -> str:
    written, tall = [], f' ht="{height}" customHeight="1"' if height else ""
    for column, cell in enumerate(row, start=1):
        if not isinstance(cell, Cell):
            cell = Cell(cell)
        place = f"{column_name(column)}{number}"
        written.append(_cell(place, cell))
        if cell.colspan > 1 or cell.rowspan > 1:
            last = f"{column_name(column + cell.colspan - 1)}{number + cell.rowspan - 1}"
            merged.append(f"{place}:{last}")
    return f'<row r="{number}"{tall}>{"".join(written)}</row>'


def _cell(place: str, cell: Cell) -> str:
    value = cell.value
    if isinstance(value, dt.date):
        value = value.isoformat()
    if value is None or value == "":
        return f'<c r="{place}" s="{cell.style}"/>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{place}" s="{cell.style}"><v>{value}</v></c>'
    text = plain_text(value)
    style = TEXT if cell.style == PLAIN and looks_like_formula(str(value)) else cell.style
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(escaped(text))}</t></is></c>'
