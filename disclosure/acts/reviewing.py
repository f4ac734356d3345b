"""Submission, review (保密审查) and what a reviewer may decide."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from background.models import Notice
from disclosure.acts.checklist import Checklist
from disclosure.acts.guarding import (
    locked,
    present,
    require_other_eyes,
    require_source,
    require_text,
    require_transition,
    set_status,
)
from disclosure.acts.telling import tell_reviewers, tell_submitter
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Review
from disclosure.models.rules import bases
from disclosure.models.rules.day_bounds import validate_reviewed_next
from disclosure.revisions.state import working_digest

Outcome = Review.Outcome


def submit_item(*, item, by, note=""):
    """Hand a draft, or a correction, to a reviewer. Refused while the checklist has blocking
    findings unresolved.

    The checklist reads files and looks through other items: it is done before anything is locked.
    """
    item = present(item)
    require_transition("submit", by, item)
    require_change_note(item)
    checked = working_digest(item)
    Checklist.of(item).refuse_unresolved()
    with transaction.atomic():
        item = locked(item)
        require_source("submit", item)
        require_same(item, checked)
        item.contributors.add(by)
        set_status(item, Status.SUBMITTED)
        tell_reviewers(item, by=by)
        return Review.objects.create(
            item=item, submitted_by=by, submission_note=note.strip(), content_sha256=checked
        )


def require_same(item, digest):
    """Refuse where somebody saved between the checking and the act."""
    if working_digest(item) != digest:
        raise ValidationError("检查的时候别人保存了新的内容，请刷新页面，重新检查后再办理。")


def require_change_note(item):
    """A correction says what it corrects: the public reads it."""
    if item.corrects_id:
        require_text(
            item.change_note, "请先在“更正说明”中写明更正了什么、为什么，公众会看到这段话。"
        )


@transaction.atomic
def recall_item(*, item, by):
    """Take a submission back, to go on writing."""
    item = locked(item)
    require_transition("recall", by, item)
    _close(_open_review(item), Outcome.RECALLED, by)
    return set_status(item, Status.DRAFT)


@transaction.atomic
def return_item(*, item, by, note):
    """Give a submission back with a comment; also one that was approved and is not public yet."""
    item = locked(item)
    require_transition("return", by, item)
    note = require_text(note, "请写明退回的原因和需要修改的地方。")
    review = item.reviews.order_by("-pk").first()
    require_other_eyes(by, item, review)
    if (
        item.status != Status.SUBMITTED
    ):  # the approval stays on record; the return is a record of its own
        review = Review(
            item=item, submitted_by=review.submitted_by, content_sha256=review.content_sha256
        )
    _close(review, Outcome.RETURNED, by, note=note)
    tell_submitter(review, Notice.Kind.RETURNED, by=by)
    return set_status(item, Status.RETURNED)


@transaction.atomic
def approve_item(*, item, by, mode, basis, note="", next_review_on=None):
    """Decide on a submission (条例 17). 主动公开 is approved for publication; anything else is kept
    and never public.
    """
    item = locked(item)
    require_transition("review", by, item)
    review = _open_review(item)
    require_other_eyes(by, item, review)
    _check_decision(item, mode, basis, next_review_on)
    if mode == DisclosureMode.PROACTIVE:
        Checklist.of_marks(item).refuse_unsettled()
    require_unchanged(item, review)
    _close(
        review,
        Outcome.APPROVED,
        by,
        mode=mode,
        basis=basis,
        note=note.strip(),
        next_review_on=next_review_on,
    )
    tell_submitter(review, Notice.Kind.APPROVED, by=by)
    if mode == DisclosureMode.PROACTIVE:
        return set_status(item, Status.APPROVED, disclosure_mode=mode)
    return set_status(item, Status.KEPT, disclosure_mode=mode, next_review_on=next_review_on)


def _check_decision(item, mode, basis, next_review_on):
    if mode not in DisclosureMode.values or not bases.carries(mode, basis):
        raise ValidationError("所选的法律依据与审查结论不相符，请重新选择。")
    if mode == DisclosureMode.PROACTIVE:
        return
    if item.corrects_id:
        raise ValidationError(
            "这是已公开信息的更正稿，结论只能是“主动公开”。原信息不应公开的，请撤回原信息。"
        )
    _check_next_review(next_review_on)


def _check_next_review(day):
    if not day or day <= timezone.localdate():
        raise ValidationError(
            "不主动公开的信息要定期评估（《条例》第十八条），请填写将来的“下次评估日期”。"
        )
    validate_reviewed_next(day)


def require_unchanged(item, review):
    """What is decided on, or published, is what was submitted."""
    if working_digest(item) != review.content_sha256:
        raise ValidationError("内容与提交审核时的不一致，不能继续。请退回，由编写人重新提交。")


@transaction.atomic
def reassess_item(*, item, by, note, next_review_on):
    """定期评估 (条例 18): looked at again, still not for the public; to be looked at again on a
    day.
    """
    item = locked(item)
    require_transition("reassess", by, item)
    _check_next_review(next_review_on)
    last = (
        item.reviews.filter(outcome__in=(Outcome.APPROVED, Outcome.REASSESSED))
        .order_by("-pk")
        .first()
    )
    review = Review(item=item, submitted_by=by, content_sha256=working_digest(item))
    kept = {
        "mode": item.disclosure_mode,
        "basis": last.basis if last else "",
        "next_review_on": next_review_on,
    }
    _close(review, Outcome.REASSESSED, by, note=require_text(note, "请写明评估的意见。"), **kept)
    return set_status(item, Status.KEPT, next_review_on=next_review_on)


@transaction.atomic
def reopen_item(*, item, by):
    """情势变化 (条例 18): take up a kept item again as a draft that may be submitted for
    publication.
    """
    item = locked(item)
    require_transition("reopen", by, item)
    item.contributors.add(by)
    return set_status(
        item, Status.DRAFT, disclosure_mode=DisclosureMode.PROACTIVE, next_review_on=None
    )


@transaction.atomic
def review_forced_publication(*, review, by, note):
    """Look at a forced publication afterwards; whoever forced it, or wrote it, may not."""
    review = Review.objects.select_for_update(of=("self",)).select_related("item").get(pk=review.pk)
    require_transition("forced-review", by, review.item)
    if review.outcome != Outcome.FORCED or review.reviewed_by_id:
        raise ValidationError("这次直接公开已经补审，不需要重复办理。")
    require_other_eyes(by, review.item, review)
    _close(review, Outcome.FORCED, by, note=require_text(note, "请写明补审的意见。"))
    return review


def _open_review(item):
    review = item.reviews.open().first()
    if review is None:
        raise ValidationError("没有找到待审核的提交记录，请退回后重新提交。")
    return review


def _close(review, outcome, by, **fields):
    review.outcome, review.reviewed_by, review.reviewed_at = outcome, by, timezone.now()
    for name, value in fields.items():
        setattr(review, name, value)
    review.save()
