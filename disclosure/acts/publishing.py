"""Making items public: the approved, the scheduled, the forced, and what was public elsewhere
before.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.acts.checklist import Checklist
from disclosure.acts.corrections import apply_correction
from disclosure.acts.guarding import (
    locked,
    present,
    require_source,
    require_status,
    require_text,
    require_transition,
    set_status,
)
from disclosure.acts.registering import record_revision
from disclosure.acts.reviewing import require_change_note, require_same, require_unchanged
from disclosure.acts.settling import declassifications
from disclosure.acts.tables import require_explained
from disclosure.acts.validity import register_new_validities, settle_validities
from disclosure.choices import EDITABLE, DisclosureMode, Status
from disclosure.models import IndexSerial, Item, Review
from disclosure.models.rules import bases
from disclosure.models.rules.day_bounds import validate_planned
from disclosure.revisions.state import working_digest
from ledger.models import Act

Outcome = Review.Outcome


@transaction.atomic
def publish_item(*, item, by, at=None):
    """Make an approved item, or correction, public now, or have `tick` do it at the future moment
    `at`.

    Without `at` the item's own future `published_at` counts. Gives an item its index number as it
    becomes public. Returns the public item: for a correction the one it corrected. `by=None` is
    `tick`, for scheduled items whose moment has come.
    """
    item = locked(item)
    now = timezone.now()
    if by is None:
        require_status(item, Status.SCHEDULED)
        if item.published_at > now:
            raise ValidationError("定时公开的时间还没有到。")
    else:
        require_transition("publish", by, item)
        planned = at or (item.published_at if item.status == Status.APPROVED else None)
        if planned and planned > now:
            validate_planned(planned)
            return set_status(item, Status.SCHEDULED, published_at=planned)
    review = item.reviews.filter(outcome=Outcome.APPROVED).order_by("-pk").first()
    if review is None:
        raise ValidationError("没有找到审核通过的记录，不能公开。")
    require_unchanged(item, review)
    return _make_public(item, by, review, {"basis": bases.LABELS[review.basis]})


@transaction.atomic
def unschedule_item(*, item, by):
    """Take a planned moment back: the item is approved and waits."""
    item = locked(item)
    require_transition("unschedule", by, item)
    return set_status(item, Status.APPROVED, published_at=None)


def force_publish_item(*, item, by, reason):
    """Publish without review (公开办 alone), with a reason; it stays on a list until somebody else
    has reviewed it.

    Findings that may be set aside with a reason do not stop it, absolute ones do.
    """
    item = present(item)
    require_transition("force", by, item)
    reason = require_text(reason, "请写明不经审核直接公开的理由。")
    require_change_note(item)
    _refuse_what_is_not_for_the_public(item)
    checked = working_digest(item)
    Checklist.of(item).refuse_absolute()
    with transaction.atomic():
        item = locked(item)
        require_source("force", item)
        require_same(item, checked)
        item.reviews.open().update(
            outcome=Outcome.RECALLED, reviewed_by=by, reviewed_at=timezone.now()
        )
        review = Review.objects.create(
            item=item,
            submitted_by=by,
            forced_reason=reason,
            outcome=Outcome.FORCED,
            content_sha256=checked,
        )
        return _make_public(item, by, review, {"forced": reason})


@transaction.atomic
def publish_imported(*, item, by=None, at=None, note="导入"):
    """Put on record what was public before this portal had it: imports of old sites, the
    demonstration.

    The draft becomes public under its own `published_at` (or `at`, or now) and index number where
    it has one, as revision 1. Review and checklist are passed over: the organ decided long ago. By
    a member of staff only with all organs' rights.
    """
    item = locked(item)
    if by is not None and not (by.has_perm("disclosure.force_publish_item")):
        raise PermissionDenied("只有公开办可以直接导入已公开的信息。")
    require_status(item, *EDITABLE)
    _refuse_what_is_not_for_the_public(item)
    Checklist.of_marks(item).refuse_unsettled()
    moment = at or item.published_at or timezone.now()
    _publish_first(item, moment)
    record_revision(Act.PUBLISH, item, by, note=note, facts={"imported": True}, published_at=moment)
    return item


@transaction.atomic
def record_first_revision(*, item, by=None, note="补登记"):
    """Give a public item that has no revision yet (made before revisions were kept) its first one."""
    item = locked(item)
    require_status(item, Status.PUBLISHED)
    if newest := item.current_revision:
        return newest
    settle_validities(item)
    return record_revision(
        Act.PUBLISH, item, by, note=note, facts={"late": True}, published_at=item.published_at
    )


def _refuse_what_is_not_for_the_public(item):
    if item.disclosure_mode != DisclosureMode.PROACTIVE:
        raise ValidationError("公开方式不是“主动公开”的信息不能对外公开。")
    require_explained(item.report)


def _make_public(item, by, review, facts):
    """Publish an item for the first time, or put a correction in place of what it corrects. Returns
    the public item.
    """
    _refuse_what_is_not_for_the_public(item)
    Checklist.of_marks(item).refuse_unsettled()
    if decisions := declassifications(item):
        facts = facts | {"declassified": decisions}
    is_correction, note = item.corrects_id is not None, item.change_note
    if is_correction:
        if (
            item.corrects.status == Status.PUBLISHED
        ):  # a state that was never recorded is, before another replaces it
            record_first_revision(item=item.corrects)
        item = apply_correction(item)
    else:
        _publish_first(item, timezone.now())
    act = Act.AMEND if is_correction else Act.PUBLISH
    facts = facts | ({"approved_by": "审核员"} if review.reviewed_by_id else {})
    newest = item.current_revision
    Review.objects.filter(pk=review.pk).update(
        item=item, revision_number=newest.number + 1 if newest else 1
    )
    record_revision(act, item, by, note=note, facts=facts)
    if is_correction:
        register_new_validities(item, by)
    return item


def _publish_first(item, moment):
    item.published_at = moment
    if not item.index_number:
        item.index_number = next_index_number(item.department, timezone.localtime(moment).year)
    item.status = Status.PUBLISHED
    item.save()
    settle_validities(item)


def next_index_number(department, year):
    """`机构代码/YYYY-NNNNN` for an item the department makes public in `year`. Call inside a
    transaction.

    A number an imported item already carries is passed over.
    """
    while True:
        number = f"{department.code}/{year}-{IndexSerial.objects.take(department, year):05d}"
        if not Item.objects.filter(index_number=number).exists():
            return number
