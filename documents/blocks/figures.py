"""The tables of a document, and their cells as figures that a program can read."""

from collections.abc import Iterator
from typing import Any

from documents.blocks.tables import cell_text, number_of


def tables_in(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(title, table) of every table of a document, in order: its caption, else the heading above
    it.
    """
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


def figures_in(table: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Every cell that names nothing, as (names of its row, names of its column, value): one figure
    a line.
    """
    if "figures" in table:
        yield from ((row, column, number_of(str(value))) for row, column, value in table["figures"])
        return
    rows: dict[Any, Any] = {}
    columns: dict[Any, Any] = {}
    for cell in table["cells"]:
        if not cell["head"]:
            continue
        text = cell_text(cell)
        if not text:
            continue
        is_above = cell["y"] < table["head"]
        for x in range(cell["x"], cell["x"] + cell["w"]):
            for y in range(cell["y"], cell["y"] + cell["h"]):
                (columns.setdefault(x, []) if is_above else rows.setdefault(y, [])).append(
                    (cell["y"], cell["x"], text)
                )
    for cell in table["cells"]:
        if cell["head"] or cell["y"] < table["head"]:
            continue
        row = " / ".join(dict.fromkeys(text for *_, text in rows.get(cell["y"], ())))
        column = " / ".join(dict.fromkeys(text for *_, text in columns.get(cell["x"], ())))
        yield row, column, number_of(cell_text(cell))
