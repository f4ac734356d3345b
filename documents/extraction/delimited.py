"""Rows of a CSV file, numbered as a spreadsheet numbers them: a cell of four lines is one row, an
empty line is one too.
"""

import csv
import io
import re
from collections.abc import Iterator

from documents.extraction.result import UnreadableError

LONGEST_FIELD = 5_000_000  # characters; the module's own bound of 131,072 would end the whole file
LONGEST_CELL = 131_072
_SEPARATORS = ",;\t"
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # Excel's own line; it is no row
_QUOTED = re.compile(r'"(?:[^"]|"")*"?')
_UNCLOSED = '第 {} 行有一个引号（"）没有成对，后面的内容无法分清。请用 Excel 或 WPS 重新另存。'


def delimiter_of(text: str) -> str:
    """What stands between the cells: the sign met most often in the first line that is not empty,
    outside quotes.
    """
    head = _QUOTED.sub("", text[:100_000]).lstrip("\r\n")
    first = head.splitlines()[0] if head.strip() else ""
    return max(_SEPARATORS, key=first.count)


def delimited_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells). Raises UnreadableError where a quote is never closed."""
    csv.field_size_limit(LONGEST_FIELD)
    declared = _DECLARED.match(text)
    delimiter = declared[1] if declared else delimiter_of(text)
    text = text[declared.end() :] if declared else text
    # A quote inside an unquoted cell is an inch sign to Excel; only an open one at the end is a
    # fault.
    number = 0
    for number, row in _numbered(text, delimiter):
        yield number, row
    if number and _is_open_at_the_end(text, delimiter):
        raise UnreadableError(_UNCLOSED.format(number))


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1
        )
    except csv.Error as error:
        raise UnreadableError("CSV 文件的格式不对，请用 Excel 或 WPS 重新另存。") from error


def _is_open_at_the_end(text: str, delimiter: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
