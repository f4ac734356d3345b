"""pandoc's document tree, made of blocks: texts, marks, addresses and named styles, and never a raw
block.
"""

import base64
from typing import Any

from documents.files.contents import FileContents, FileFacts
from documents.files.widths import parts_of_width

API_VERSION = [1, 23, 1]
STYLED = {"docx", "odt"}  # formats whose paragraphs take the styles of the reference document
MANY_COLUMNS, VERY_MANY_COLUMNS = 8, 15
_NO_ATTRIBUTES = ["", [], []]
_MARKS = {
    "b": "Strong",
    "i": "Emph",
    "u": "Underline",
    "del": "Strikeout",
    "sub": "Subscript",
    "sup": "Superscript",
}


def document_tree(document: FileContents, edition: FileFacts, kind: str) -> dict[str, Any]:
    """The tree of a document for one of pandoc's writers."""
    return _Tree(kind).of(document, edition)


class _Tree:
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def of(self, document: FileContents, edition: FileFacts) -> dict[str, Any]:
        blocks = [
            *self._styled("平台名称", _paragraph(document.platform)),
            *self._facts(document.metadata),
            {"t": "Header", "c": [1, _NO_ATTRIBUTES, _text(document.title)]},
            *self._styled("来源日期", _paragraph("\u3000\u3000".join(document.line))),
            *self._blocks(document.blocks),
            {"t": "HorizontalRule"},
            *self._facts(document.imprint),
        ]
        return {
            "pandoc-api-version": API_VERSION,
            # A property of its own in DOCX and ODT; Markdown has it in its imprint.
            "meta": {"lang": _said("zh-CN"), "sha256": _said(f"sha256:{edition.code}")},
            "blocks": blocks,
        }

    def _styled(self, style: str, *blocks: Any) -> list[dict[str, Any]]:
        if self.kind not in STYLED:
            return list(blocks)
        return [{"t": "Div", "c": [["", [], [["custom-style", style]]], list(blocks)]}]

    def _facts(self, rows: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """Labels and values: a table of two columns, or a list where a table would be markup."""
        if self.kind not in STYLED:
            return [
                {
                    "t": "BulletList",
                    "c": [
                        [{"t": "Plain", "c": _text(f"{label}：{value}")}] for label, value in rows
                    ],
                }
            ]
        cells = []
        for y, (label, value) in enumerate(rows):
            for x, text in enumerate((label, value)):
                place = {"x": x, "y": y, "w": 1, "h": 1, "head": x == 0, "centred": x == 0}
                cells.append({**place, "c": [{"t": "p", "c": [{"s": text, "m": []}]}]})
        block = {"columns": 2, "rows": len(rows), "head": 0, "caption": [], "cells": cells}
        return [self._table(block, shares=[0.27, 0.73])]

    def _blocks(self, blocks: list[Any], style: str = "正文段落") -> list[Any]:
        return [made for block in blocks for made in self._block(block, style)]

    def _block(self, block: dict[str, Any], style: str) -> list[dict[str, Any]]:
        kind = block["t"]
        if kind == "p":
            return self._styled(_style_of(block, style), {"t": "Para", "c": _inlines(block["c"])})
        if kind == "h":
            return [{"t": "Header", "c": [block["level"], _NO_ATTRIBUTES, _inlines(block["c"])]}]
        if kind == "quote":
            return [{"t": "BlockQuote", "c": self._blocks(block["c"], "引文")}]
        if kind == "list":
            return self._list(block)
        return [self._table(block)] if kind == "table" else [{"t": "HorizontalRule"}]

    def _list(self, block: dict[str, Any]) -> list[dict[str, Any]]:
        items = [
            self._blocks(item, "列表文字") or [{"t": "Plain", "c": []}] for item in block["items"]
        ]
        if not block["ordered"]:
            return [{"t": "BulletList", "c": items}]
        if self.kind == "odt" and block["start"] != 1:  # pandoc begins every list of an ODT at 1
            return self._numbered(block)
        return [
            {"t": "OrderedList", "c": [[block["start"], {"t": "Decimal"}, {"t": "Period"}], items]}
        ]

    def _numbered(self, block: dict[str, Any]) -> list[dict[str, Any]]:
        made = []
        for number, item in enumerate(block["items"], start=block["start"]):
            lead = [{"s": f"{number}. ", "m": []}]
            first, rest = (
                (item[0], item[1:]) if item and item[0]["t"] == "p" else ({"t": "p", "c": []}, item)
            )
            made += self._blocks([{**first, "c": [*lead, *first["c"]]}, *rest], "列表文字")
        return made

    def _table(self, block: dict[str, Any], shares: list[float] | None = None) -> dict[str, Any]:
        columns = block["columns"]
        specs = [
            [{"t": "AlignDefault"}, {"t": "ColWidth", "c": share}]
            for share in shares or parts_of_width(block)
        ]
        rows: list[Any] = [[] for _ in range(block["rows"])]
        for cell in block["cells"]:
            rows[cell["y"]].append(self._cell(cell, _small_style(columns)))
        rows = [[_NO_ATTRIBUTES, row] for row in rows]
        head, body = rows[: block["head"]], rows[block["head"] :]
        bodies = [[_NO_ATTRIBUTES, _row_heads(block, columns), [], body]]
        caption = [None, self._blocks(block["caption"], "表格标题")]
        no_foot = [_NO_ATTRIBUTES, []]
        return {
            "t": "Table",
            "c": [_NO_ATTRIBUTES, caption, specs, [_NO_ATTRIBUTES, head], bodies, no_foot],
        }

    def _cell(self, cell: dict[str, Any], style: str) -> list[Any]:
        centred = "表头文字" if cell["head"] else "表格数字"
        style = (style or centred) if cell["centred"] else "表格文字"
        align = {"t": "AlignCenter" if cell["centred"] else "AlignDefault"}
        return [_NO_ATTRIBUTES, align, cell["h"], cell["w"], self._blocks(cell["c"], style)]


def _said(text: str) -> dict[str, Any]:
    return {"t": "MetaInlines", "c": _text(text)}


def _text(text: str) -> list[dict[str, str]]:
    return [{"t": "Str", "c": text}]


def _paragraph(text: str) -> dict[str, Any]:
    return {"t": "Para", "c": _text(text)}


def _style_of(block: dict[str, Any], style: str) -> str:
    if all("img" in run for run in block["c"]) or block.get("kind") == "figcaption":
        return "居中段落"
    if style == "正文段落" and any(run.get("br") for run in block["c"]):
        return "分行段落"  # justified, a line before a break would be pulled to the whole width
    return style


def _inlines(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [made for run in runs for made in _inline(run)]


def _inline(run: dict[str, Any]) -> list[dict[str, Any]]:
    if run.get("br"):
        return [{"t": "LineBreak"}]
    if "img" in run:
        return [_picture(run["img"])]
    made: list[dict[str, Any]] = [*_text(run["s"])]
    for mark in run["m"]:
        made = [{"t": _MARKS[mark], "c": made}]
    return (
        [{"t": "Link", "c": [_NO_ATTRIBUTES, made, [run["href"], ""]]}] if run.get("href") else made
    )


def _picture(picture: dict[str, Any]) -> dict[str, Any]:
    """In the tree itself: the sandbox reads no file. No wider than the type area, 15.6 cm."""
    kind = "jpeg" if picture["kind"] == "jpg" else picture["kind"]
    data = f"data:image/{kind};base64,{base64.b64encode(picture['bytes']).decode()}"
    width = min(picture["width"] * 2.54 / 96, 15.6, 20.0 * picture["width"] / picture["height"])
    attributes = ["", [], [["width", f"{width:.2f}cm"]]]
    return {"t": "Image", "c": [attributes, _text(picture["alt"]), [data, ""]]}


def _small_style(columns: int) -> str:
    if columns > VERY_MANY_COLUMNS:
        return "表格小字"
    return "密集表格" if columns > MANY_COLUMNS else ""


def _row_heads(block: dict[str, Any], columns: int) -> int:
    """Leading columns in which every cell names its row, and none reaches out of them."""
    body = [cell for cell in block["cells"] if cell["y"] >= block["head"]]
    found = 0
    for number in range(1, columns):
        inside = [cell for cell in body if cell["x"] < number]
        if not all(cell["head"] for cell in inside):
            break
        if all(cell["x"] + cell["w"] <= number for cell in inside):
            found = number
    return found
