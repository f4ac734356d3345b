"""A text on its way into a cell of a spreadsheet: it must stay a text.

Excel, WPS and LibreOffice take a cell that begins with `=`, `+`, `-` or `@` for a formula, and a
formula may call programs and send figures away (ASVS 5.0, 1.2.10). They also skip what cannot be
seen before they look. So every export of the portal, of the public pages and of the desk, writes
its cells through this module.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"  # without it Excel reads a CSV as GBK
LONGEST_CELL = 32_767  # units of UTF-16; more and Excel calls the file damaged
_TOO_LONG = "……（内容过长，其余部分见原文）"
# No file format for tables holds these: controls, halves of characters, what is no character at
# all.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_STARTERS = frozenset("=+-@|%")
_UNSEEN = {
    "Cc",
    "Cf",
    "Zs",
    "Zl",
    "Zp",
    "Mn",
    "Cn",
}  # controls, joiners and the byte order mark, blanks of any script
_LOOK_ALIKES = str.maketrans(
    {"−": "-", "﹣": "-", "‐": "-", "‑": "-", "➕": "+", "➖": "-", "＇": "'"}
)


def plain_text(value: object) -> str:
    """The value as text that any table can hold, no longer than a cell. None becomes an empty cell."""
    text = "" if value is None else str(value)
    text = _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _units(text) > LONGEST_CELL:
        text = _first_units(text, LONGEST_CELL - len(_TOO_LONG)) + _TOO_LONG
    return text


def _units(text: str) -> int:
    """How long Excel takes a text for: a character beyond the first 65,536 counts as two."""
    return (
        len(text) + sum(character > "\uffff" for character in text)
        if not text.isascii()
        else len(text)
    )


def _first_units(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")


def looks_like_formula(text: str) -> bool:
    """Would a spreadsheet take this text for a formula? Full-width and invisible disguises count."""
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    for character in text:
        if unicodedata.category(character) in _UNSEEN or character == '"':
            continue
        plain = unicodedata.normalize("NFKC", character).translate(_LOOK_ALIKES)
        return plain[:1] in _STARTERS
    return False


def csv_cell(value: object) -> object:
    """A cell of a CSV file: a number stays a number; a text that looks like a formula gets an
    apostrophe before it.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = plain_text(value)
    return f"'{text}" if looks_like_formula(str(value) if value is not None else "") else text


def csv_chunks(
    rows: Iterable[Sequence[object]], *, rows_a_chunk: int = 200, with_mark: bool = True
) -> Iterator[bytes]:
    """A CSV file as a stream of bytes: UTF-8 with a byte order mark, CRLF, every cell made
    harmless.
    """
    buffer = io.StringIO()
    buffer.write(BOM if with_mark else "")
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, start=1):
        writer.writerow([csv_cell(value) for value in row])
        if number % rows_a_chunk == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
