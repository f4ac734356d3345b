"""Where in a document something stands, and the words around it."""

from dataclasses import dataclass
from typing import Self

CONTEXT = 24  # characters shown before and after


@dataclass(frozen=True)
class Place:
    """Where a finding stands: a field of the item, a section or table of its report, or an
    attachment.

    `name`: the field's name, `section-<position>`, `table-<key>`, `report`, or the attachment's
    name; `attachment_id` is set for attachments alone.
    """

    name: str
    label: str
    attachment_id: object = None

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Excerpt:
    """A piece of the text with what stands around it. `start` and `end` count characters of the
    place's plain text.

    The plain text of `body` is `documents.html.richtext.html_to_text(item.body)`; of an attachment,
    the extracted text. They are None for what a page carries without showing it: addresses of
    links, alternative texts.
    """

    before: str
    match: str
    after: str
    start: int | None
    end: int | None

    def __str__(self) -> str:
        return f"{self.before}{self.match}{self.after}"

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """The piece `text[start:end]`, in one line, with some characters on either side."""
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        before, match, after = (
            piece.replace("\n", " ").replace("\t", " ")
            for piece in (before, text[start:end], after)
        )
        return cls(before, match, after, start, end)
