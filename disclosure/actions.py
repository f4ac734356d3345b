"""Acts of publication. Each is one transaction; `by` is the member of staff who acts."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from catalog.models import Department
from disclosure.choices import DisclosureMode, Status
from disclosure.models import AnnualReport, Attachment, Item
from disclosure.numbering import next_index_number
from disclosure.publication import public_face_changed
from disclosure.statutory.actions import require_explained


def _lock(item):
    """The item as it stands in the database, locked until the transaction ends."""
    return Item.objects.select_for_update(of=("self",)).select_related("department", "category").get(pk=item.pk)


@transaction.atomic
def publish_item(*, item, by, at=None):
    """Make an item public now, or at the future moment `at` (or its own `published_at`). Gives it its index number.

    Raises ValidationError where the item may not be public.
    """
    item = _lock(item)
    if item.status == Status.PUBLISHED:
        raise ValidationError("这条信息已经公开，不需要重复操作。")
    if item.disclosure_mode != DisclosureMode.PROACTIVE:
        raise ValidationError("公开方式不是“主动公开”的信息不能对外公开。")
    require_explained(AnnualReport.objects.select_related("item", "department").filter(item=item).first())
    item.published_at = at or item.published_at or timezone.now()
    if not item.index_number:
        item.index_number = next_index_number(item.department, timezone.localtime(item.published_at).year)
    item.status = Status.PUBLISHED
    item.withdrawn_at, item.withdrawal_reason, item.is_removed_by_law = None, "", False
    item.save()
    public_face_changed(item)
    return item


@transaction.atomic
def withdraw_item(*, item, by, reason, removed_by_law=False):
    """Take an item out of public view. Its address keeps a notice with date and reason; `removed_by_law` answers 410."""
    item = _lock(item)
    if item.status != Status.PUBLISHED:
        raise ValidationError("只有已公开的信息可以撤回。")
    if not reason.strip():
        raise ValidationError("请填写撤回原因，它会显示在公众看到的页面上。")
    item.status, item.withdrawn_at, item.withdrawal_reason = Status.WITHDRAWN, timezone.now(), reason.strip()
    item.is_removed_by_law = removed_by_law
    item.save()
    public_face_changed(item)
    return item


@transaction.atomic
def create_draft_from_document(*, result, department, category, by, original=None):
    """A draft from what was read in a file (`disclosure.intake`), with its pictures, and with the file itself if given.

    Nothing becomes public: the clerk checks the draft first. Where no date was found, today stands in for it.
    """
    organs = result.organ_names
    is_ours = department.name in organs
    item = Item.objects.create(
        title=result.title,
        document_number=result.document_number,
        created_on=result.created_on or timezone.localdate(),
        genre=result.genre,
        body=result.body_html,
        department=department,
        category=category,
        issuer="" if is_ours else "、".join(organs)[:200],
        created_by=by,
    )
    if is_ours:
        item.joint_departments.set(Department.objects.filter(name__in=organs).exclude(pk=department.pk))
    for position, picture in enumerate(result.pictures, start=1):
        file = ContentFile(picture.content, name=picture.name)
        Attachment.objects.create(id=picture.id, item=item, file=file, name=picture.name, position=position)
    if original is not None:
        original.seek(0)
        Attachment.objects.create(item=item, file=original)
    return item
