"""PDF: text of the pages and of the form fields."""

import logging
import time

from pypdf import PdfReader

from disclosure.extraction.result import BROKEN, CUT, ENCRYPTED, MAX_CHARACTERS, Extraction, UnreadableError

MAX_PAGES = 500
SECONDS = 20
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(path):
    """The text of a PDF, page by page, as far as the bounds reach."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(ENCRYPTED)
        pages = len(reader.pages)
        texts = list(_pages(reader))
        texts.append(_fields(reader))
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
    )


def _pages(reader):
    started, characters = time.monotonic(), 0
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES or characters > MAX_CHARACTERS or time.monotonic() - started > SECONDS:
            return
        text = page.extract_text() or ""
        characters += len(text)
        yield text


def _fields(reader):
    """What was typed into the fields of a form."""
    values = (reader.get_form_text_fields() or {}).values()
    return "\n".join(str(value) for value in values if value)
