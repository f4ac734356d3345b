"""Tables of a body as grids: every cell with its place, so that merged cells are kept in every
format.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml.html import HtmlElement

MOST_COLUMNS = 200
_NUMBER = re.compile(r"[-+−]?[0-9０-９][0-9０-９,，. ．]*[%％]?\Z")
_ROW_GROUPS = {"thead", "tbody", "tfoot"}


def table_block(element: HtmlElement, read: Callable[..., Any]) -> dict[str, Any]:
    """A table: `columns`, `caption` (blocks), `cells` in reading order, `rows` and `head`, the
    number of rows that name the columns. `read` gives the blocks of a cell.

    A cell: `x`, `y`, `w`, `h` (place and spans), `head` (it names a row or column), `centred` (a
    heading of columns, a figure or a short word), `c` (blocks).
    """
    caption, rows = [], []
    for child in element:
        if child.tag == "caption":
            caption = read(child)
        elif child.tag in _ROW_GROUPS:
            group = [row for row in child if row.tag == "tr"]
            rows += [
                (row, child.tag == "thead", len(group) - place) for place, row in enumerate(group)
            ]
        elif child.tag == "tr":
            rows.append((child, False, MOST_COLUMNS * 100))
    grid = _Grid(rows, read)
    return grid.block(caption)


class _Grid:
    """Lays cells into a grid as a browser does: each takes the first free place of its row."""

    def __init__(self, rows: list[tuple[HtmlElement, bool, int]], read: Callable[..., Any]) -> None:
        self.rows, self.read = rows, read
        self.taken: set[Any] = set()
        self.cells: list[Any] = []
        self.columns = _width(rows)
        for y, (row, in_head, left) in enumerate(rows):
            self._row(y, row, in_head, min(left, len(rows) - y))

    def _row(self, y: int, row: HtmlElement, in_head: bool, rows_left: int) -> None:
        x = 0
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            while (x, y) in self.taken:
                x += 1
            width = max(1, min(_span(cell, "colspan"), self.columns - x))
            height = max(1, min(_span(cell, "rowspan") or rows_left, rows_left))
            while width > 1 and any((x + step, y) in self.taken for step in range(width)):
                width -= 1
            self.taken |= {
                (x + across, y + down) for across in range(width) for down in range(height)
            }
            self._add(cell, x, y, width, height, in_head)
            x += width

    def _add(
        self, cell: HtmlElement, x: int, y: int, width: int, height: int, in_head: bool
    ) -> None:
        place = {"x": x, "y": y, "w": width, "h": height, "head": cell.tag == "th" or in_head}
        self.cells.append({**place, "c": self.read(cell), "in_head": in_head})

    def block(self, caption: list[dict[str, Any]]) -> dict[str, Any]:
        """The finished table; a hole in the grid becomes an empty cell."""
        columns = max((x + 1 for x, _ in self.taken), default=0)
        for y in range(len(self.rows)):
            for x in range(columns):
                if (x, y) not in self.taken:
                    self.cells.append(
                        {"x": x, "y": y, "w": 1, "h": 1, "head": False, "c": [], "in_head": False}
                    )
        self.cells.sort(key=lambda cell: (cell["y"], cell["x"]))
        head = _head_rows(self.cells, len(self.rows))
        for cell in self.cells:
            cell["head"] = cell["head"] or cell["y"] < head
            cell["centred"] = cell["y"] < head or _is_centred(cell)
            del cell["in_head"]
        return {
            "t": "table",
            "caption": caption,
            "columns": columns,
            "rows": len(self.rows),
            "head": head,
            "cells": self.cells,
        }


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1")
    return int(value) if value.isascii() and value.isdigit() else 1


def _width(rows: list[tuple[HtmlElement, bool, int]]) -> int:
    """Columns of the widest row, counted without what reaches down from above: an upper bound is
    enough here.
    """
    widest = 1
    for row, _, _ in rows:
        widest = max(
            widest, sum(max(1, _span(cell, "colspan")) for cell in row if cell.tag in {"td", "th"})
        )
    down = sum(1 for row, _, _ in rows for cell in row if _span(cell, "rowspan") != 1)
    return min(widest + down, MOST_COLUMNS)


def _head_rows(cells: list[dict[str, Any]], rows: int) -> int:
    """How many rows name the columns: those of the head, or the first ones of heading cells alone,
    else those that the spans of a first row reach over where no figure stands in them.
    """
    head = 0
    while head < rows and all(cell["in_head"] for cell in cells if cell["y"] == head):
        head += 1
    if not head:
        while head < rows and all(
            cell["head"] for cell in cells if cell["y"] <= head < cell["y"] + cell["h"]
        ):
            head += 1
    if not head:
        head = _unmarked_head(cells)
    reach = max((cell["y"] + cell["h"] for cell in cells if cell["y"] < head), default=0)
    return head if reach <= head < rows else (reach if reach < rows else 0)


def _unmarked_head(cells: list[dict[str, Any]]) -> Any:
    """Old pages mark no heading: a first row with merged cells, over at least four columns and
    without a figure.
    """
    first = [cell for cell in cells if cell["y"] == 0]
    height = max((cell["h"] for cell in first), default=1)
    merged = any(cell["h"] > 1 for cell in first) and sum(cell["w"] for cell in first) >= 4
    above = [cell for cell in cells if cell["y"] < height]
    return height if merged and not any(is_number(cell_text(cell)) for cell in above) else 0


def cell_text(cell: dict[str, Any]) -> str:
    """The plain text of a cell, in one line."""
    return " ".join(_texts(cell["c"])).strip()


def _texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block["t"] == "list":
            for item in block["items"]:
                yield from _texts(item)
        elif block["t"] == "table":
            for cell in block["cells"]:
                yield from _texts(cell["c"])
        elif block["t"] == "quote":
            yield from _texts(block["c"])
        elif "c" in block:
            yield "".join(" " if run.get("br") else run.get("s", "") for run in block["c"])


def is_number(text: str) -> bool:
    """Does the cell hold a figure and nothing else?"""
    return bool(_NUMBER.match(text))


def _is_centred(cell: dict[str, Any]) -> bool:
    text = cell_text(cell)
    return is_number(text) or (len(text) <= 4 and all(block["t"] == "p" for block in cell["c"]))


def number_of(text: str) -> float | str:
    """The figure in a cell as a number, or the text as it is."""
    plain = (
        text.translate(str.maketrans("０１２３４５６７８９．，−", "0123456789.,-"))
        .replace(",", "")
        .replace(" ", "")
    )
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?", plain):
        return text
    return float(plain) if "." in plain else int(plain)
