"""Plain text: UTF-8, a line a paragraph, the cells of a table apart by tabs."""

from collections.abc import Iterator
from typing import Any

from documents.blocks.bodies import text_of
from documents.files.contents import FileContents, FileFacts

INDENT = "\u3000\u3000"


def write_text(document: FileContents, edition: FileFacts) -> bytes:
    """The document as plain text, with the byte order mark that old editors need to show Chinese."""
    lines = [f"{label}：{value}" for label, value in document.imprint]
    lines += [
        "",
        *(
            f"{label}：{value}"
            for label, value in document.metadata
            if label not in {"索引号", "发布机构"}
        ),
    ]
    lines += ["", document.title, "　".join(document.line), ""]
    lines += _lines(document.blocks)
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8", "replace")


def _lines(blocks: list[Any], depth: int = 0) -> Iterator[str]:
    for block in blocks:
        kind = block["t"]
        if kind == "h":
            yield from ["", text_of(block["c"])]
        elif kind == "p":
            yield from text_of(block["c"]).split("\n") if depth else _paragraph(block)
        elif kind == "list":
            yield from _list(block, depth)
        elif kind == "quote":
            yield from (f"{INDENT}{line}" for line in _lines(block["c"], depth + 1))
        elif kind == "table":
            yield from ["", *_lines(block["caption"], depth + 1), *_rows(block), ""]
        else:
            yield "————————"


def _paragraph(block: dict[str, Any]) -> list[str]:
    return [INDENT + line for line in text_of(block["c"]).split("\n")]


def _list(block: dict[str, Any], depth: int) -> Iterator[str]:
    for number, item in enumerate(block["items"], start=block["start"]):
        mark = f"{number}. " if block["ordered"] else "· "
        for place, line in enumerate(_lines(item, depth + 1)):
            yield INDENT * (depth == 0) + (mark if place == 0 else " " * len(mark)) + line


def _rows(block: dict[str, Any]) -> list[str]:
    """Row by row; a merged cell stands once, in its first row, and leaves its other places empty."""
    rows = [[""] * block["columns"] for _ in range(block["rows"])]
    for cell in block["cells"]:
        rows[cell["y"]][cell["x"]] = " ".join(_lines(cell["c"], 1)).strip()
    return ["\t".join(row).rstrip("\t") for row in rows]
