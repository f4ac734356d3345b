"""The tables of a document for spreadsheets: XLSX with the cells merged as in the form, CSV with one figure a line."""

from disclosure.exports.cells import csv_chunks
from disclosure.exports.failures import NothingToExportError
from disclosure.exports.figures import figures_in, tables_in
from disclosure.exports.sheets import HEAD, PLAIN, TITLE, Cell, Sheet, workbook
from disclosure.exports.tables import cell_text, number_of
from disclosure.exports.widths import ems
from disclosure.exports.zips import stream_zip

CSV_COLUMNS = ("发布机构", "索引号", "年度", "表格", "行", "列", "值")


def write_xlsx(document, edition):
    """A sheet a table, and one that says where they come from. Raises NothingToExportError where there is no table."""
    sheets = [_sheet(title, table) for title, table in _tables(document)]
    about = [[Cell("来源", TITLE)], *([Cell(label, HEAD), value] for label, value in document.imprint)]
    about.insert(1, [Cell("名称", HEAD), document.title])
    return b"".join(stream_zip(workbook([*sheets, Sheet("来源", about, widths=[26, 80])])))


def write_csv(document, edition):
    """Every figure with the names of its table, row and column, for programs and pivot tables."""
    return b"".join(csv_chunks([CSV_COLUMNS, *csv_rows(document, edition)]))


def csv_rows(document, edition):
    """The lines of the CSV without its head."""
    facts = edition.facts
    lead = [facts["organ"]["name"], facts["index_number"], facts.get("year", "")]
    for title, table in _tables(document):
        for row, column, value in figures_in(table):
            yield [*lead, title, row, column, value]


def _tables(document):
    found = list(tables_in(document.blocks))
    if not found:
        raise NothingToExportError
    return found


def _sheet(title, table):
    rows = [[None] * table["columns"] for _ in range(table["rows"])]
    for cell in table["cells"]:
        text = cell_text(cell)
        style = HEAD if cell["head"] else PLAIN
        for y in range(cell["y"], cell["y"] + cell["h"]):
            for x in range(cell["x"], cell["x"] + cell["w"]):
                rows[y][x] = Cell(None, style)
        value = text if cell["head"] else number_of(text)
        rows[cell["y"]][cell["x"]] = Cell(value, style, colspan=cell["w"], rowspan=cell["h"])
    return Sheet(title, rows, widths=_widths(table), frozen_rows=table["head"])


def _widths(table):
    """In characters: the text of a column in at most four lines."""
    widths = [8.0] * table["columns"]
    for cell in table["cells"]:
        if cell["w"] == 1:
            widths[cell["x"]] = max(
                widths[cell["x"]], min(ems(cell_text(cell)) * 2.2 / (3 if cell["head"] else 1) + 2, 44)
            )
    return [round(width, 1) for width in widths]
