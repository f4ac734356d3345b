"""What a check finds, and where."""

from dataclasses import dataclass
from enum import StrEnum

CONTEXT = 24  # characters shown before and after


class Level(StrEnum):
    """How much a finding weighs."""

    BLOCKING = "blocking"
    WARNING = "warning"

    @property
    def label(self):
        """As the checklist prints it."""
        return {"blocking": "必须处理", "warning": "请核对"}[self.value]


@dataclass(frozen=True)
class Place:
    """Where a finding stands: a field of the item, a section or table of its report, or an attachment.

    `name`: the field's name, `section-<position>`, `table-<key>`, `report`, or the attachment's name; `attachment_id` is
    set for attachments alone.
    """

    name: str
    label: str
    attachment_id: object = None

    def __str__(self):
        return self.label


@dataclass(frozen=True)
class Excerpt:
    """A piece of the text with what stands around it. `start` and `end` count characters of the place's plain text.

    The plain text of `body` is `disclosure.richtext.html_to_text(item.body)`; of an attachment, the extracted text.
    They are None for what a page carries without showing it: addresses of links, alternative texts.
    """

    before: str
    match: str
    after: str
    start: int | None
    end: int | None

    def __str__(self):
        return f"{self.before}{self.match}{self.after}"

    @classmethod
    def of(cls, text, start, end):
        """The piece `text[start:end]`, in one line, with some characters on either side."""
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        before, match, after = (
            piece.replace("\n", " ").replace("\t", " ") for piece in (before, text[start:end], after)
        )
        return cls(before, match, after, start, end)


@dataclass(frozen=True)
class Finding:
    """One point of the checklist. `message` (Chinese) says what is wrong and what to do.

    `can_override`: a blocking finding that may be set aside with a reason, which the auditor sees. `related`: the id of
    another item it speaks of.
    """

    code: str
    level: Level
    message: str
    place: Place
    excerpt: Excerpt | None = None
    can_override: bool = False
    related: int | None = None

    @property
    def is_blocking(self):
        """Whether the item cannot be submitted with it (without an override)."""
        return self.level == Level.BLOCKING
