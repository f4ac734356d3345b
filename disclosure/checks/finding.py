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


class Settled(StrEnum):
    """Who may set a blocking finding aside, and how."""

    NEVER = "never"  # it has to be mended
    BY_REASON = "by_reason"  # whoever writes, with a reason
    BY_REVIEWER = "by_reviewer"  # a reviewer who has not written it, with a reason
    DECLASSIFIED = "declassified"  # such a reviewer, with the decision of 解密


@dataclass(frozen=True)
class Finding:
    """One point of the checklist. `message` (Chinese) says what is wrong and what to do.

    `settled`: how a blocking finding may be set aside; whatever is said, the auditor sees it.
    `related`: the id of another item it speaks of.
    """

    code: str
    level: Level
    message: str
    place: Place
    excerpt: Excerpt | None = None
    settled: Settled = Settled.NEVER
    related: int | None = None

    @property
    def is_blocking(self):
        """Whether the item cannot be submitted with it (without an override)."""
        return self.level == Level.BLOCKING

    @property
    def can_override(self):
        """Whether whoever writes may set it aside with a reason."""
        return self.settled == Settled.BY_REASON

    @property
    def is_for_reviewers(self):
        """Whether it is settled by a second person alone."""
        return self.settled in (Settled.BY_REVIEWER, Settled.DECLASSIFIED)
