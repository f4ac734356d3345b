"""Tables made here, not read from a body: rows of plain cells laid out on a grid."""

from collections.abc import Iterable
from typing import Any


def plain_cell(
    text: str, *, head: bool = False, width: int = 1, centred: bool = True
) -> dict[str, Any]:
    """A cell of one line of text, as rows of `laid_out()` hold it."""
    return {"text": text, "w": width, "h": 1, "head": head, "centred": centred}


def laid_out(
    caption: list[dict[str, Any]], rows: Iterable[list[dict[str, Any]]], *, head: int
) -> dict[str, Any]:
    """A table as a block: cells with their places, from rows of cells that leave out what is
    spanned over.
    """
    taken, cells, height = set(), [], 0
    for y, row in enumerate(rows):
        x, height = 0, y + 1
        for cell in row:
            while (x, y) in taken:
                x += 1
            taken |= {
                (x + across, y + down) for across in range(cell["w"]) for down in range(cell["h"])
            }
            text = cell.pop("text")
            cells.append({"x": x, "y": y, **cell, "c": [paragraph(text)] if text else []})
            x += cell["w"]
    columns = max((x + 1 for x, _ in taken), default=0)
    return {
        "t": "table",
        "caption": caption,
        "columns": columns,
        "rows": height,
        "head": head,
        "cells": cells,
    }


def paragraph(text: str) -> dict[str, Any]:
    """A paragraph of plain text, as a block."""
    return {"t": "p", "c": [{"s": text, "m": []}]}
