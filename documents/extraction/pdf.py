"""PDF: text of the pages and of the form fields."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from documents.extraction.result import (
    ACTIONS,
    AUTHOR,
    BROKEN,
    CUT,
    EMBEDDED,
    ENCRYPTED,
    MAX_CHARACTERS,
    Extraction,
    UnreadableError,
)

MAX_PAGES = 500
SECONDS = 20
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(path: Path) -> Extraction:
    """The text of a PDF, page by page, as far as the bounds reach."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(ENCRYPTED)
        pages = len(reader.pages)
        texts = list(_pages(reader))
        texts.append(_fields(reader))
        remarks = list(_remarks(reader))
    except UnreadableError:
        raise
    except Exception as error:  # a damaged PDF makes the library raise nearly anything
        raise UnreadableError(BROKEN) from error
    read_pages = texts[:-1]
    empty = sum(not text.strip() for text in read_pages)
    is_cut = len(read_pages) < pages
    return Extraction(
        text="\n".join(texts),
        reason=CUT if is_cut else "",
        pages=pages,
        # Of pages that were not read nothing is claimed, unless not one of those read had text.
        pages_without_text=pages if empty == len(read_pages) else empty,
        remarks=remarks,
    )


def pages_claimed(file: Any) -> int | None:
    """How many pages a PDF says it has, without walking them; None where that cannot be read."""
    try:
        pages: Any = PdfReader(file).root_object["/Pages"]
        return int(pages["/Count"])
    except Exception:  # a damaged PDF makes the library raise nearly anything; reading its text will say what is wrong
        return None


def _pages(reader: Any) -> Iterator[Any]:
    started, characters = time.monotonic(), 0
    for number, page in enumerate(reader.pages):
        if (
            number >= MAX_PAGES
            or characters > MAX_CHARACTERS
            or time.monotonic() - started > SECONDS
        ):
            return
        text = page.extract_text() or ""
        characters += len(text)
        yield text


def _fields(reader: Any) -> str:
    """What was typed into the fields of a form."""
    values = (reader.get_form_text_fields() or {}).values()
    return "\n".join(str(value) for value in values if value)


def _remarks(reader: Any) -> Iterator[Any]:
    """What stands in the file unseen, or acts when it is opened (PDF 32000-1, 7.7.2, 12.6)."""
    catalog = reader.trailer["/Root"]
    names = catalog.get("/Names") or {}
    if (
        "/JavaScript" in names
        or _is_active(catalog.get("/OpenAction"))
        or "/AA" in catalog
        or _has_active_notes(reader)
    ):
        yield ACTIONS
    if "/EmbeddedFiles" in names:
        yield EMBEDDED
    author = str((reader.metadata or {}).get("/Author") or "").strip()
    if author:
        yield f"{AUTHOR}“{author[:40]}”"


def _has_active_notes(reader: Any) -> bool:
    for page in reader.pages[:MAX_PAGES]:
        if "/AA" in page:
            return True
        for note in page.get("/Annots") or ():
            if _is_active(note.get_object().get("/A")):
                return True
    return False


def _is_active(action: Any) -> bool:
    """Whether an action does more than turn a page or open an address."""
    action = action.get_object() if action is not None else None
    return hasattr(action, "get") and action.get("/S") in (
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
    )
