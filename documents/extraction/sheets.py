"""XLSX: the values of all sheets, hidden ones too, and the comments."""

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from documents.extraction.escapes import unescaped
from documents.extraction.result import (
    BROKEN,
    COMMENTS,
    CUT,
    HIDDEN_SHEETS,
    MAX_CHARACTERS,
    Extraction,
    UnreadableError,
)
from documents.extraction.zipped import Zipped

MAX_CELLS = 1_000_000
_COMMENTS = re.compile(r"xl/(?:comments/?(?:comment)?|threadedComments/threadedComment)\d*\.xml\Z")


def read(path: Path) -> Any:
    """One line a row, cells apart by tabs; a number as its digits, never in powers of ten."""
    package = Zipped(path)
    package.refuse_declarations()
    found = Extraction()
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            lines = list(_lines(book, found))
    except Exception as error:  # a damaged workbook makes the library raise nearly anything
        raise UnreadableError(BROKEN) from error
    comments = [_comment_text(package, name) for name in package.names if _COMMENTS.match(name)]
    remarks = (
        [HIDDEN_SHEETS] if any(sheet.sheet_state != "visible" for sheet in book.worksheets) else []
    )
    if any(comments):
        remarks.append(COMMENTS)
    found.text, found.remarks = "\n".join([*lines, *comments]), remarks
    return found


def _lines(book: Any, found: Any) -> Iterator[Any]:
    cells = characters = 0
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs declare a smaller range than they wrote
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            cells += max(len(row), 1)
            line = "\t".join(map(_written, row)).rstrip()
            characters += len(line)
            if cells > MAX_CELLS or characters > MAX_CHARACTERS:
                found.reason = CUT
                return
            if line:
                yield line


def _written(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return (
            value.isoformat(" ", "minutes")
            if value.time() != dt.time()
            else value.date().isoformat()
        )
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return unescaped(str(value)).replace("\n", " ").replace("\t", " ")


def _comment_text(package: Zipped, name: str) -> str:
    return "\n".join(
        "".join(node.itertext())
        for node in package.xml(name).iter("{*}comment", "{*}threadedComment")
    )
