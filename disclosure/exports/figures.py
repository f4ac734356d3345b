"""The statutory tables of a report as grids, merged cells and all, and as figures that a program can read."""

from disclosure.exports.tables import cell_text, number_of
from statutory import statistics
from statutory.layout import Role
from statutory.layouts import layouts_for


def title_of(regime, key):
    """The caption of a table."""
    return statistics.TITLE if key == statistics.KEY else layouts_for(regime)[key].title


def table_of(regime, key, rows):
    """A statutory table as a block; `rows` as they are stored (money as text, blanks as None)."""
    caption = [_paragraph(title_of(regime, key))]
    if key == statistics.KEY:
        return _grid(caption, _list_rows(rows), head=1)
    layout = layouts_for(regime)[key]
    grid = [[_cell(cell, rows) for cell in row] for row in layout.grid]
    return {**_grid(caption, grid, head=len(layout.head)), "figures": list(_figures(layout, rows))}


def _figures(layout, rows):
    for line, values in zip(layout.lines, rows, strict=True):
        for column, value in zip(line.columns, values, strict=True):
            yield " / ".join(line.path), " / ".join(column.path), "" if value is None else value


def _cell(cell, rows):
    value = rows[cell.line][cell.place] if cell.role == Role.VALUE else cell.text
    text = "" if value is None else str(value)
    centred = cell.role != Role.ROW or cell.rowspan > 1
    return {"text": text, "w": cell.colspan, "h": cell.rowspan, "head": cell.is_header, "centred": centred}


def _list_rows(rows):
    yield [_plain(text, head=True) for text in statistics.HEADINGS]
    for row in rows:
        label, unit, value = row
        if statistics.is_heading(row):
            yield [_plain(label, head=True, width=3, centred=False)]
            continue
        number = "" if value is None else str(value)
        yield [_plain(label, head=True, centred=False), _plain(unit), _plain(number)]


def _plain(text, *, head=False, width=1, centred=True):
    return {"text": text, "w": width, "h": 1, "head": head, "centred": centred}


def _grid(caption, rows, *, head):
    """Cells with their places, from rows of cells that leave out what is spanned over."""
    taken, cells, height = set(), [], 0
    for y, row in enumerate(rows):
        x, height = 0, y + 1
        for cell in row:
            while (x, y) in taken:
                x += 1
            taken |= {(x + across, y + down) for across in range(cell["w"]) for down in range(cell["h"])}
            text = cell.pop("text")
            cells.append({"x": x, "y": y, **cell, "c": [_paragraph(text)] if text else []})
            x += cell["w"]
    columns = max((x + 1 for x, _ in taken), default=0)
    return {"t": "table", "caption": caption, "columns": columns, "rows": height, "head": head, "cells": cells}


def findings_table(findings):
    """What was found in the text of a report, as on its page. No table of the report itself."""
    rows = [[_plain(text, head=True) for text in ("结论", "报告原文", "核对")]]
    for one in findings:
        said = f"{one['section']} “{one['sentence']}”".strip() if one["sentence"] else "报告全文"
        why = f"{one['explanation']} {one['arithmetic']}".strip()
        rows.append([_plain(one["verdict"]), _plain(said, centred=False), _plain(why, centred=False)])
    return {**_grid([], rows, head=1), "is_ours": True}


def _paragraph(text):
    return {"t": "p", "c": [{"s": text, "m": []}]}


def tables_in(blocks):
    """(title, table) of every table of a document, in order: its caption, else the heading above it."""
    heading = ""
    for block in blocks:
        if block["t"] == "h":
            heading = "".join(run.get("s", "") for run in block["c"])
        elif block["t"] == "table" and "is_ours" not in block:
            caption = cell_text({"c": block["caption"]})
            yield caption or heading or "表格", block
        elif block["t"] == "quote":
            yield from tables_in(block["c"])
        elif block["t"] == "list":
            for item in block["items"]:
                yield from tables_in(item)


def figures_in(table):
    """Every cell that names nothing, as (names of its row, names of its column, value): one figure a line."""
    if "figures" in table:
        yield from ((row, column, number_of(str(value))) for row, column, value in table["figures"])
        return
    rows, columns = {}, {}
    for cell in table["cells"]:
        if not cell["head"]:
            continue
        text = cell_text(cell)
        if not text:
            continue
        is_above = cell["y"] < table["head"]
        for x in range(cell["x"], cell["x"] + cell["w"]):
            for y in range(cell["y"], cell["y"] + cell["h"]):
                (columns.setdefault(x, []) if is_above else rows.setdefault(y, [])).append((cell["y"], cell["x"], text))
    for cell in table["cells"]:
        if cell["head"] or cell["y"] < table["head"]:
            continue
        row = " / ".join(dict.fromkeys(text for *_, text in rows.get(cell["y"], ())))
        column = " / ".join(dict.fromkeys(text for *_, text in columns.get(cell["x"], ())))
        yield row, column, number_of(cell_text(cell))
