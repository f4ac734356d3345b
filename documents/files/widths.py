"""Columns of a table on paper: how wide, how large the letters, and whether the page must be
turned.
"""

import math
import re
from typing import Any

from documents.blocks.tables import cell_text

TYPE_AREA = 442  # points: 156 mm
LANDSCAPE_AREA = 714  # points: A4 turned, 25 mm and 20 mm of margin
SIZES = (14, 12, 10.5, 9)
SMALL_SIZES = (9, 8, 7)
_UNBREAKABLE = re.compile(r"[0-9A-Za-z.,%+−-]+|.", re.DOTALL)
MOST_UNBREAKABLE = 24


def fit(block: dict[str, Any], depth: int) -> dict[str, Any]:
    """`shares` of the width, `size` in points, `inset`, and `page` [mm, mm] where it must be turned
    or larger.
    """
    least, wanted = _measure(block)
    area = TYPE_AREA if not depth else TYPE_AREA * 0.6
    for size in SIZES:
        if _needed(least, size) <= area and _lines(block, wanted, size, area) <= 4:
            return _fitted(least, wanted, size, area)
    for size in (9.0, 8.0):
        if _needed(least, size) <= area:
            return _fitted(least, wanted, size, area)
    for size in SMALL_SIZES:
        if _needed(least, size) <= LANDSCAPE_AREA and not depth:
            return {**_fitted(least, wanted, size, LANDSCAPE_AREA), "page": [297, 210]}
    width = _needed(least, 7)
    return {**_fitted(least, wanted, 7, width), "page": [math.ceil(width * 0.3528) + 45, 297]}


def parts_of_width(block: dict[str, Any], size: float = 12.5) -> list[float]:
    """What part of the width each column takes, for formats that know no points; `size` is above
    the true one, as other programs set figures in wider fonts. They add up to 1.
    """
    shares = _shares(*_measure(block), size, TYPE_AREA)
    return [round(share / sum(shares), 4) for share in shares]


def _measure(block: dict[str, Any]) -> tuple[list[float], list[float]]:
    """For each column: the longest piece no line may end in, and the length of its longest text,
    both in ems.
    """
    columns = block["columns"] or 1
    least, wanted = [1.0] * columns, [1.0] * columns
    for cell in block["cells"]:
        text = cell_text(cell)
        pieces = [min(ems(text), 2.0)] + [ems(piece) for piece in _UNBREAKABLE.findall(text)]
        across = range(cell["x"], cell["x"] + cell["w"])
        for x in across:
            least[x] = max(least[x], min(max(pieces), MOST_UNBREAKABLE) / cell["w"])
            wanted[x] = max(wanted[x], min(ems(text), 60.0) / cell["w"])
    return least, wanted


def ems(text: str) -> float:
    """How wide a text runs, in widths of a Chinese character."""
    return sum(0.56 if character.isascii() else 1.0 for character in text)


def _inset(columns: int) -> float:
    return 2.0 if columns > 8 else 4.0


def _needed(least: list[float], size: float) -> float:
    return sum(most * size + 2 * _inset(len(least)) + 1 for most in least)


def _lines(block: dict[str, Any], wanted: list[float], size: float, area: float) -> float:
    """Lines of the tallest cell, roughly: letters are made smaller before a table becomes a tower."""
    shares = _shares([1.0] * len(wanted), wanted, size, area)
    return max(
        (most * size / max(share, 1) for most, share in zip(wanted, shares, strict=True)), default=1
    )


def _fitted(least: list[float], wanted: list[float], size: float, area: float) -> dict[str, Any]:
    return {"shares": _shares(least, wanted, size, area), "size": size, "inset": _inset(len(least))}


def _shares(least: list[float], wanted: list[float], size: float, area: float) -> list[float]:
    """Every column has its least; what is left is shared by the root of the text it holds."""
    inset = 2 * _inset(len(least)) + 1
    floor = [most * size + inset for most in least]
    left = max(area - sum(floor), 0)
    roots = [max(most - low, 0) ** 0.75 for most, low in zip(wanted, least, strict=True)]
    whole = sum(roots) or len(roots)
    return [
        round(low + left * (root if sum(roots) else 1) / whole, 2)
        for low, root in zip(floor, roots, strict=True)
    ]


def title_size(title: str) -> dict[str, float]:
    """`title_size` in points and `title_width`: one line where a little smaller makes it one, else
    lines of like length.
    """
    width = ems(title)
    if width * 18 <= TYPE_AREA:
        return {
            "title_size": round(min(22, TYPE_AREA / max(width, 1) * 0.99), 1),
            "title_width": TYPE_AREA,
        }
    lines = math.ceil(width * 22 / (TYPE_AREA - 22))
    return {"title_size": 22, "title_width": round(min(TYPE_AREA, (width / lines + 1.2) * 22), 1)}
