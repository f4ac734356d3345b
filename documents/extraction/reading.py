"""Which reader reads which kind of file, and the bounds all of them share. Knows nothing of Django."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from documents.extraction.result import CUT, ENCRYPTED, MAX_CHARACTERS, Extraction, UnreadableError

# an office suite wraps a document with a password in one of these
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Imported when needed: each file is read by a fresh program, which should not load the libraries of
# other formats.
_READERS = {
    "pdf": ("pdf", "read"),
    "docx": ("office", "read_docx"),
    "pptx": ("office", "read_pptx"),
    "odt": ("office", "read_odf"),
    "ods": ("office", "read_odf"),
    "odp": ("office", "read_odf"),
    "ofd": ("office", "read_ofd"),
    "xlsx": ("sheets", "read"),
    "csv": ("plain", "read_csv"),
    "txt": ("plain", "read"),
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read_file(path: Path, extension: str) -> Any:
    """The `Extraction` of a file. Every fault of a file is a reason; only exhausted memory ends the
    program.
    """
    if extension not in _READERS:
        return Extraction(reason="这种文件无法自动读取。")
    module, function = _READERS[extension]
    try:
        with path.open("rb") as file:
            if file.read(8) == OLE_SIGNATURE:
                raise UnreadableError(ENCRYPTED)
        found = getattr(import_module(f"documents.extraction.{module}"), function)(path)
    except UnreadableError as error:
        return Extraction(reason=str(error))
    text = _BLANK_LINES.sub("\n", _UNPRINTABLE.sub("", found.text)).strip()
    if len(text) > MAX_CHARACTERS:
        text, found.reason = text[:MAX_CHARACTERS], found.reason or CUT
    found.text = text
    return found
