"""The statutory tables of a report as blocks of a document, merged cells and all."""

from collections.abc import Iterator
from typing import Any

from documents.blocks.grids import laid_out, paragraph, plain_cell
from statutory import statistics
from statutory.layout import Cell, Layout, Role
from statutory.layouts import layouts_for


def title_of(regime: str, key: str) -> str:
    """The caption of a table."""
    return statistics.TITLE if key == statistics.KEY else layouts_for(regime)[key].title


def table_of(regime: str, key: str, rows: list[list[int | str]]) -> dict[str, Any]:
    """A statutory table as a block; `rows` as they are stored (money as text, blanks as None)."""
    caption = [paragraph(title_of(regime, key))]
    if key == statistics.KEY:
        return laid_out(caption, _list_rows(rows), head=1)
    layout = layouts_for(regime)[key]
    grid = [[_cell(cell, rows) for cell in row] for row in layout.grid]
    return {
        **laid_out(caption, grid, head=len(layout.head)),
        "figures": list(_figures(layout, rows)),
    }


def _figures(layout: Layout, rows: list[list[int | str]]) -> Iterator[tuple[Any, ...]]:
    for line, values in zip(layout.lines, rows, strict=True):
        for column, value in zip(line.columns, values, strict=True):
            yield " / ".join(line.path), " / ".join(column.path), "" if value is None else value


def _cell(cell: Cell, rows: list[list[int | str]]) -> dict[str, Any]:
    if cell.role == Role.VALUE:
        line, place = cell.at
        value = rows[line][place]
    else:
        value = cell.text
    text = "" if value is None else str(value)
    centred = cell.role != Role.ROW or cell.rowspan > 1
    return {
        "text": text,
        "w": cell.colspan,
        "h": cell.rowspan,
        "head": cell.is_header,
        "centred": centred,
    }


def _list_rows(rows: list[Any]) -> Iterator[Any]:
    yield [plain_cell(text, head=True) for text in statistics.HEADINGS]
    for row in rows:
        label, unit, value = row
        if statistics.is_heading(row):
            yield [plain_cell(label, head=True, width=3, centred=False)]
            continue
        number = "" if value is None else str(value)
        yield [plain_cell(label, head=True, centred=False), plain_cell(unit), plain_cell(number)]


def findings_table(findings: list[dict[str, str]]) -> dict[str, Any]:
    """What was found in the text of a report, as on its page. No table of the report itself."""
    rows = [[plain_cell(text, head=True) for text in ("结论", "报告原文", "核对")]]
    for one in findings:
        said = f"{one['section']} “{one['sentence']}”".strip() if one["sentence"] else "报告全文"
        why = f"{one['explanation']} {one['arithmetic']}".strip()
        rows.append(
            [
                plain_cell(one["verdict"]),
                plain_cell(said, centred=False),
                plain_cell(why, centred=False),
            ]
        )
    return {**laid_out([], rows, head=1), "is_ours": True}
