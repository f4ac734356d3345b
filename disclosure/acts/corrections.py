"""A correction is an item of its own: begun and given up, copied from a public item, and carried back
into it.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.acts.guarding import locked, require_transition
from disclosure.choices import Status
from disclosure.models import AnnualReport, Attachment, Item, RevisionContent, Validity
from disclosure.reports.parts import PARTS
from disclosure.revisions.state import CARRIED_FIELDS, CARRIED_RELATIONS


@transaction.atomic
def start_correction(*, item, by):
    """A draft of the item's next revision; the public goes on reading the present one. Returns the
    draft, or the one begun.

    A withdrawn item may be corrected too: publishing the correction brings it back.
    """
    item = locked(item)
    require_transition("correct", by, item)
    if item.is_removed_by_law:
        raise ValidationError("依法删除的信息内容已经不在，不能更正。")
    return item.pending_correction or make_correction(item, by)


@transaction.atomic
def discard_correction(*, item, by):
    """Give a correction up. What was reviewed of it stays on record with the public item. Returns
    that item.
    """
    item = locked(item)
    require_transition("discard", by, item)
    if not item.corrects_id:
        raise ValidationError("这不是更正稿。不要的草稿请用“删除”。")
    public = item.corrects
    hand_over_records(item, public)
    item.delete()
    return public


def make_correction(public, by):
    """A copy of a public item to work on: its fields, relations, validities, files and report."""
    past = {
        "originally_published_at": public.originally_published_at,
        "imported_at": public.imported_at,
    }
    copy = Item(corrects=public, created_by=by, **past)
    _carry_fields(public, copy)
    copy.save()
    _carry_relations(public, copy)
    for row in public.validities.all():
        row.pk, row.item = None, copy
        row._state.adding = True
        row.save()
    for file in public.attachments.all():
        _copy_file(file, copy)
    if report := public.report:
        _copy_report(report, copy)
        copy.save()
    copy.contributors.add(by)
    return copy


def _copy_file(file, copy):
    fields = {
        name: getattr(file, name)
        for name in ("name", "position", "size", "sha256", "scan_state", "found")
    }
    attachment = Attachment(item=copy, same_as=file, file=file.file.name, **fields)
    attachment.stored_file = file.file.name  # of both
    attachment.save()


def _copy_report(report, copy):
    made = AnnualReport.objects.create(
        item=copy,
        department=report.department,
        year=report.year,
        regime=report.regime,
        is_correction=True,
    )
    _carry_parts(report, made)
    copy.annual_report = made


def _carry_fields(source, target):
    for name in CARRIED_FIELDS:
        setattr(target, name, getattr(source, name))


def _carry_relations(source, target):
    for name in CARRIED_RELATIONS:
        getattr(target, name).set(getattr(source, name).all())


def _carry_parts(source, target):
    """Put copies of a report's rows in place of another's."""
    for part in PARTS:
        rows = getattr(target, part.name)
        rows.all().delete()
        owner = rows.field.name
        for row in getattr(source, part.name).all():
            row.pk = None
            row._state.adding = True
            setattr(row, owner, target)
            row.save()


def apply_correction(correction):
    """Put a correction in place of the item's public state, and take it off the desk. Returns the
    public item.
    """
    public = locked(correction.corrects)
    _carry_fields(correction, public)
    public.body = _carry_files(correction, public)
    _carry_relations(correction, public)
    _carry_validities(correction, public)
    if report := public.report:
        report.regime = correction.annual_report.regime
        report.save(update_fields=["regime"])
        _carry_parts(correction.annual_report, report)
    public.status = Status.PUBLISHED
    public.withdrawn_at, public.withdrawal_reason = None, ""
    public.save()
    public.contributors.set(correction.contributors.all())
    hand_over_records(correction, public)
    correction.delete()
    return public


def _carry_files(correction, public):
    """Unchanged files keep their address, new ones come, the others stay for the earlier revisions.
    Returns the body.
    """
    body, kept = correction.body, set()
    for file in correction.attachments.select_related("same_as"):
        if file.same_as and file.same_as.sha256 == file.sha256:
            kept.add(file.same_as_id)
            Attachment.everything.filter(pk=file.same_as_id).update(
                name=file.name, position=file.position, retired_at=None
            )
            continue
        if file.same_as_id:
            body = body.replace(f"/attachments/{file.same_as_id}/", f"/attachments/{file.pk}/")
        Attachment.objects.filter(pk=file.pk).update(item=public, same_as=None)
        kept.add(file.pk)
    # Where all earlier states are withheld (隐去旧版), what only they had is too.
    shown = RevisionContent.objects.filter(revision__item=public, is_withheld=False)
    hides = public.revisions.exists() and not shown.exists()
    public.attachments.exclude(pk__in=kept).update(retired_at=timezone.now(), is_withheld=hides)
    return body


def _carry_validities(correction, public):
    """The correction's rows take the place of the public ones; what is in the register already
    stays marked so.
    """
    registered = {(row.starts_on, row.state): row.registered_at for row in public.validities.all()}
    public.validities.all().delete()
    for row in correction.validities.all():
        row.registered_at = registered.get((row.starts_on, row.state))
        row.item = public
        row.save()


def hand_over_records(correction, public):
    """Reviews, overrides and links of the correction are the public item's from now on."""
    correction.reviews.update(item=public)
    known = public.overrides.values_list("fingerprint", flat=True)
    correction.overrides.exclude(fingerprint__in=list(known)).update(item=public)
    correction.overrides.all().delete()
    Validity.objects.filter(because_of=correction).update(because_of=public)
    through = Item.interprets.through.objects.filter(to_item=correction)
    for link in through.exclude(
        from_item__in=through.model.objects.filter(to_item=public).values("from_item")
    ):
        link.to_item = public
        link.save()
