"""The checklist as the desk uses it: findings, which of them were set aside with a reason, and what
still blocks.
"""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from disclosure.checks import Finding, run_checks
from disclosure.checks.finding import Settled
from disclosure.checks.intake import doubts_of_intake
from disclosure.checks.secrecy import secrecy_marks
from disclosure.models import FindingOverride
from ledger.canonical import sha256


@dataclass(frozen=True)
class Point:
    """One finding, with the override that was given for it, if any."""

    finding: Finding
    fingerprint: str
    override: FindingOverride | None = None

    @property
    def is_open(self):
        """Whether it keeps the item from being submitted."""
        return self.finding.is_blocking and self.override is None


@dataclass(frozen=True)
class Checklist:
    """All points about an item: first what blocks, then what was set aside, then what is worth a
    look.
    """

    points: tuple

    @classmethod
    def of(cls, item):
        """Run the checks now and match them with the overrides; those given for the public item
        hold for its correction.
        """
        return cls._matched(item, run_checks(item))

    @classmethod
    def of_marks(cls, item):
        """Only what a paper says of its own secrecy: looked at once more whenever anything becomes
        public, whichever way it goes.
        """
        return cls._matched(item, run_checks(item, (secrecy_marks, doubts_of_intake)))

    @classmethod
    def _matched(cls, item, findings):
        items = [pk for pk in (item.pk, item.corrects_id) if pk]
        overrides = {row.fingerprint: row for row in FindingOverride.objects.filter(item__in=items)}
        points = [_point(item, finding, overrides) for finding in findings]
        return cls(
            tuple(
                sorted(points, key=lambda point: (not point.is_open, not point.finding.is_blocking))
            )
        )

    @property
    def open(self):
        """The points that still block."""
        return [point for point in self.points if point.is_open]

    @property
    def overridden(self):
        """The points that were set aside."""
        return [point for point in self.points if point.override]

    @property
    def warnings(self):
        """The points that are worth a look and block nothing."""
        return [point for point in self.points if not point.finding.is_blocking]

    @property
    def absolute(self):
        """The open points that no forced publication passes: nobody's reason sets them aside, or a
        second person's alone.
        """
        return [point for point in self.open if not point.finding.can_override]

    @property
    def for_writers(self):
        """The open points that keep an item from being submitted: all but those that the reviewer
        settles.
        """
        return [p for p in self.open if p.finding.settled != Settled.BY_REVIEWER]

    @property
    def for_reviewers(self):
        """The open points that keep an item from being approved for the public."""
        return [point for point in self.open if point.finding.is_for_reviewers]

    def finding(self, fingerprint):
        """The blocking finding with this fingerprint, or None."""
        return next(
            (
                p.finding
                for p in self.points
                if p.finding.is_blocking and p.fingerprint == fingerprint
            ),
            None,
        )

    def refuse_unresolved(self):
        """Raise ValidationError with every point that keeps the item from being submitted."""
        _refuse(self.for_writers, "必须处理的问题")

    def refuse_unsettled(self):
        """Raise ValidationError with the points that a reviewer has to settle before the public
        may read the item.
        """
        _refuse(self.for_reviewers, "要由审核员处理的标志")

    def refuse_absolute(self):
        """Raise ValidationError with the points that block even a forced publication."""
        _refuse(self.absolute, "不能保留的问题")


def _refuse(points, what):
    if points:
        said = [f"{point.finding.place}：{point.finding.message}" for point in points[:20]]
        raise ValidationError([f"还有 {len(points)} 个{what}，请先在“检查”页逐条处理：", *said])


def _point(item, finding, overrides):
    mark = fingerprint(item, finding)
    may_be = finding.is_blocking and finding.settled != Settled.NEVER
    override = overrides.get(mark) if may_be else None
    return Point(finding, mark, override)


def fingerprint(item, finding):
    """What an override is bound to: the check, and the very words found; without words, all that
    stands in the place.
    """
    words = finding.excerpt
    bound = [words.before, words.match, words.after] if words else [_content(item, finding.place)]
    digests = [hashlib.sha256(text.encode(errors="replace")).hexdigest() for text in bound]
    place = finding.place
    return sha256([finding.code, "attachment" if place.attachment_id else place.name, *digests])


def _content(item, place):
    """All that stands in a place: a field's value, a section, the digest of a file."""
    if place.attachment_id:
        return (
            item.attachments.filter(pk=place.attachment_id).values_list("sha256", flat=True).first()
            or ""
        )
    kind, _, key = place.name.partition("-")
    if kind == "section" and item.report:
        return "\n".join(item.report.sections.filter(position=key).values_list("body", flat=True))
    if kind == "table" and item.report:
        return str(item.report.tables.filter(key=key).values_list("rows", flat=True).first())
    return str(getattr(item, place.name, ""))
