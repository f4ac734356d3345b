"""The tables of a document for spreadsheets: XLSX with the cells merged as in the form, CSV with
one figure a line.
"""

import math
from collections.abc import Iterator
from typing import Any

from documents.blocks.figures import figures_in, tables_in
from documents.blocks.tables import cell_text, number_of
from documents.files.cells import csv_chunks
from documents.files.contents import FileContents, FileFacts
from documents.files.failures import NothingToExportError
from documents.files.sheets import HEAD, LABEL, PLAIN, TITLE, Cell, Sheet, workbook
from documents.files.widths import ems
from documents.files.zips import stream_zip

CHARACTERS_AN_EM = 2.1  # widths of columns are told in digits
CSV_COLUMNS = ("发布机构", "索引号", "年度", "表格", "行", "列", "值")


def write_xlsx(document: FileContents, edition: FileFacts) -> bytes:
    """A sheet a table, and one that says where they come from. Raises NothingToExportError where
    there is no table.
    """
    sheets = [_sheet(title, table) for title, table in _tables(document)]
    about = [
        [Cell("来源", TITLE)],
        *([Cell(label, HEAD), value] for label, value in document.imprint),
    ]
    about.insert(1, [Cell("名称", HEAD), document.title])
    return b"".join(stream_zip(workbook([*sheets, Sheet("来源", about, widths=[26, 80])])))


def write_csv(document: FileContents, edition: FileFacts) -> bytes:
    """Every figure with the names of its table, row and column, for programs and pivot tables."""
    return b"".join(csv_chunks([CSV_COLUMNS, *csv_rows(document, edition)]))


def csv_rows(document: FileContents, edition: FileFacts) -> Iterator[list[str | float]]:
    """The lines of the CSV without its head."""
    facts = edition.facts
    lead = [facts["organ"]["name"], facts["index_number"], facts.get("year", "")]
    for title, table in _tables(document):
        for row, column, value in figures_in(table):
            yield [*lead, title, row, column, value]


def _tables(document: FileContents) -> list[tuple[str, dict[str, Any]]]:
    found = list(tables_in(document.blocks))
    if not found:
        raise NothingToExportError
    return found


def _sheet(title: str, table: dict[str, Any]) -> Sheet:
    rows: list[list[Cell | None]] = [[None] * table["columns"] for _ in range(table["rows"])]
    for cell in table["cells"]:
        text = cell_text(cell)
        style = (HEAD if cell["centred"] else LABEL) if cell["head"] else PLAIN
        for y in range(cell["y"], cell["y"] + cell["h"]):
            for x in range(cell["x"], cell["x"] + cell["w"]):
                rows[y][x] = Cell(None, style)
        value = text if cell["head"] else number_of(text)
        rows[cell["y"]][cell["x"]] = Cell(value, style, colspan=cell["w"], rowspan=cell["h"])
    widths = _widths(table)
    return Sheet(
        title, rows, widths=widths, frozen_rows=table["head"], heights=_heights(table, widths)
    )


def _widths(table: dict[str, Any]) -> list[float]:
    """In characters: a column's head in two lines, its labels and figures in one where they are not
    long.
    """
    widths = [9.0] * table["columns"]
    for cell in table["cells"]:
        if cell["w"] == 1:
            wanted = (
                ems(cell_text(cell)) * CHARACTERS_AN_EM / (2 if cell["y"] < table["head"] else 1)
                + 2
            )
            widths[cell["x"]] = max(widths[cell["x"]], min(wanted, 34 if cell["h"] == 1 else 14))
    return [round(width, 1) for width in widths]


def _heights(table: dict[str, Any], widths: list[float]) -> list[float]:
    """In points, for the lines of the tallest cell that belongs to one row."""
    lines = [1] * table["rows"]
    for cell in table["cells"]:
        if cell["h"] == 1:
            room = sum(widths[cell["x"] : cell["x"] + cell["w"]]) - 1.5
            lines[cell["y"]] = max(
                lines[cell["y"]], math.ceil(ems(cell_text(cell)) * CHARACTERS_AN_EM / room)
            )
    return [min(round(number * 15.5 + 3, 1), 400) for number in lines]
