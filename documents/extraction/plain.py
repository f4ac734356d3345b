"""Text and CSV, in the encodings Chinese offices write."""

import re
from pathlib import Path
from typing import Any

from documents.extraction.delimited import delimited_rows
from documents.extraction.encodings import decode
from documents.extraction.result import MAX_CHARACTERS, Extraction, UnreadableError

UNKNOWN = "文件不是文本，或者编码无法识别。请另存为 UTF-8 编码后重新上传。"


def read(path: Path) -> Extraction:
    """The text of a text file."""
    return Extraction(text=_decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n"))


def read_csv(path: Path) -> Extraction:
    """One line a row, cells apart by tabs."""
    text = _decode(path.read_bytes())
    try:
        return Extraction(text="\n".join(_line(cells) for _, cells in delimited_rows(text)))
    except UnreadableError:  # a quote without its fellow: read as the lines it has
        return Extraction(text=text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(cells: list[str]) -> str:
    return "\t".join(re.sub(r"[\r\n]+", " ", cell) for cell in cells)


def _decode(data: bytes) -> Any:
    text = decode(data[: MAX_CHARACTERS * 4 + 4])  # a cut at the bound may fall inside a character
    if text is None:
        raise UnreadableError(UNKNOWN)
    return text
