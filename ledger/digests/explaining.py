"""What on record explains that a row the public reads is another than before."""

from collections.abc import Iterator

from django.db.models import Max, Q

from ledger.digests.tables import Difference, Explainer
from ledger.models import AuditEntry, AuditEvent, AuditResult, Entry

AT_ONCE = 500


def by_acts(subject_kind: str) -> Explainer:
    """An act in the register about what the row belongs to."""

    def explain(differences: list[Difference]) -> list[Difference]:
        latest: dict[str, int] = {}
        subjects = sorted({one.subject for one in differences if one.subject})
        for part in _parts(subjects):
            entries = Entry.objects.filter(subject_kind=subject_kind, subject_key__in=part)
            latest.update(entries.order_by().values_list("subject_key").annotate(Max("sequence")))
        return [one for one in differences if latest.get(one.subject, 0) <= one.sequence]

    return explain


def by_any_act(condition: Q) -> Explainer:
    """An act in the register that touches many rows and names none of them (a column moved)."""

    def explain(differences: list[Difference]) -> list[Difference]:
        newest = Entry.objects.filter(condition).order_by().aggregate(Max("sequence"))
        last = newest["sequence__max"] or 0
        return [one for one in differences if last <= one.sequence]

    return explain


def by_the_desk(*object_kinds: str) -> Explainer:
    """A write at the desk in the audit log: of this very row, or one that names no row (a new one,
    an act on a list).
    """
    done = AuditEntry.objects.filter(result=AuditResult.DONE, object_kind__in=object_kinds)

    def explain(differences: list[Difference]) -> list[Difference]:
        latest = dict(done.order_by().values_list("object_key").annotate(Max("sequence")))
        return [
            one
            for one in differences
            if max(latest.get(one.key, 0), latest.get("", 0)) <= one.audited
        ]

    return explain


def by_events(*events: AuditEvent) -> Explainer:
    """An act of a kind in the audit log (an import, an erasure) that touches many rows."""

    def explain(differences: list[Difference]) -> list[Difference]:
        done = AuditEntry.objects.filter(event__in=events)
        last = done.order_by().aggregate(Max("sequence"))["sequence__max"] or 0
        return [one for one in differences if last <= one.audited]

    return explain


def new_rows(differences: list[Difference]) -> list[Difference]:
    """New ones need no act: anybody may make them."""
    return [one for one in differences if one.before is not None]


def _parts(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
