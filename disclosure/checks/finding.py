"""What a check finds, and where."""

from dataclasses import dataclass
from enum import StrEnum

from documents.html.places import Excerpt, Place


class Level(StrEnum):
    """How much a finding weighs."""

    BLOCKING = "blocking"
    WARNING = "warning"

    @property
    def label(self):
        """As the checklist prints it."""
        return {"blocking": "必须处理", "warning": "请核对"}[self.value]


@dataclass(frozen=True)
class Finding:
    """One point of the checklist. `message` (Chinese) says what is wrong and what to do.

    `can_override`: a blocking finding that may be set aside with a reason, which the auditor sees.
    `related`: the id of another item it speaks of.
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
