"""Promises and their answers: what a report answers of the year before, and what the year after
answers of it.
"""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.models import AnnualReport, Commitment, CommitmentAnswer, Item
from disclosure.reports.findings.stored import store_findings


@dataclass(frozen=True)
class Answered:
    """A problem or promise with its answer, or None."""

    commitment: Commitment
    answer: CommitmentAnswer | None = None


@dataclass(frozen=True)
class Promises:
    """What a report page says of promises. `before` is the report they were made in, `after` the
    one that answers.
    """

    before: AnnualReport | None
    answers: list
    after: AnnualReport | None
    answered_later: list


def _neighbour(report, year):
    reports = AnnualReport.objects.published().filter(department=report.department_id, year=year)
    return reports.select_related("department").first()


def promises_of(report):
    """What the public reads: answers alone; what is not answered yet is the desk's affair."""
    answers = list(report.answers.select_related("commitment").order_by("commitment__position"))
    later = CommitmentAnswer.objects.filter(
        commitment__report=report, report__in=AnnualReport.objects.published()
    ).select_related("commitment", "report__department")
    later = list(later.order_by("commitment__position"))
    before = _neighbour(report, report.year - 1) if answers else None
    return Promises(before, answers, later[0].report if later else None, later)


def to_answer(report):
    """[Answered] of the public report of the year before: what this one has to answer, in order."""
    before = _neighbour(report, report.year - 1)
    if before is None:
        return []
    if not before.commitments.exists():
        store_findings(before)
    answers = {answer.commitment_id: answer for answer in report.answers.all()}
    return [Answered(one, answers.get(one.pk)) for one in before.commitments.all()]


def stamp(promises):
    """What stands in the database when the page is opened, to notice what others save meanwhile."""
    said = [
        (
            one.commitment.pk,
            one.answer.status if one.answer else "",
            one.answer.note if one.answer else "",
        )
        for one in promises
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


class OvertakenError(ValidationError):
    """Somebody else has saved answers since the page was opened."""


@transaction.atomic
def answer_promises(*, report, answers, by, seen=None):
    """Write the answers of a report: `{commitment: (status, note)}`; an empty status takes an
    answer back.

    `seen`: the `stamp` of what the page was made of; None writes over whatever others have saved.
    Raises OvertakenError.

    Raises ValidationError for what the report before never promised, and while the report may not
    be changed. Answers are part of the report: they are reviewed, become public and are corrected
    with it, and who wrote them has written it.
    """
    item = Item.objects.select_for_update(of=("self",)).get(pk=report.item_id)
    if not item.is_editable:
        raise ValidationError("这份报告正在审核或者已经公开，不能直接修改。已公开的请发起更正。")
    promises = to_answer(report)
    if seen is not None and seen != stamp(promises):
        raise OvertakenError(
            "没有保存：您打开本页之后，别人已经保存了新的回应。您填的内容都还在，请对照每一条下面现在保存的内容。"
        )
    item.contributors.add(by)
    known = {one.commitment.pk: one.commitment for one in promises}
    for pk, (status, note) in answers.items():
        if pk not in known:
            raise ValidationError("上年报告中没有这一条。请刷新页面后重新填写。")
        if not status:
            CommitmentAnswer.objects.filter(commitment=pk, report=report).delete()
            continue
        if status not in CommitmentAnswer.Status:
            raise ValidationError("请选择落实情况。")
        values = {"status": status, "note": note.strip()}
        CommitmentAnswer.objects.update_or_create(
            commitment=known[pk], report=report, defaults=values
        )
