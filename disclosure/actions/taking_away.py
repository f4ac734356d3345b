"""Taking items out of public view, and bringing them back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.actions.carrying import REPORT_PARTS, hand_over_records
from disclosure.actions.guarding import locked, require, require_status, require_text, set_status
from disclosure.actions.registering import SUBJECT, register
from disclosure.choices import ONCE_PUBLIC, Status
from disclosure.models import Attachment, FindingOverride, Item, RevisionContent
from disclosure.publication import public_face_changed
from ledger.actions import redact
from ledger.models import Act

ERASED_TITLE = "（依法删除的信息）"
TERM_OVER = "公开期限届满。"


@transaction.atomic
def withdraw_item(*, item, by, reason):
    """Take an item out of public view. Its address keeps a notice with date and reason."""
    item = locked(item)
    require(by, "withdraw_item", item, from_the_command_line=True)
    require_status(item, Status.PUBLISHED)
    reason = require_text(reason, "请填写撤回原因，它会显示在公众看到的页面上。")
    set_status(item, Status.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason=reason)
    public_face_changed(item)
    register(Act.WITHDRAW, item, by, note=reason)
    return item


@transaction.atomic
def restore_item(*, item, by, note=""):
    """Bring a withdrawn item back as it was, under its number and address."""
    item = locked(item)
    require(by, "withdraw_item", item)
    require_status(item, Status.WITHDRAWN)
    if item.is_removed_by_law:
        raise ValidationError("依法删除的信息内容已经不在，不能恢复。")
    set_status(item, Status.PUBLISHED, withdrawn_at=None, withdrawal_reason="")
    public_face_changed(item)
    register(Act.RESTORE, item, by, note=require_text(note, "请写明恢复公开的原因。"))
    return item


@transaction.atomic
def end_term(*, item):
    """限时公开 is over: the item is archived, its address says so. False where that is so already, or not due."""
    item = locked(item)
    if not Item.objects.past_their_term().filter(pk=item.pk).exists():
        return False
    set_status(item, Status.ARCHIVED, withdrawn_at=timezone.now(), withdrawal_reason=TERM_OVER)
    public_face_changed(item)
    register(Act.WITHDRAW, item, None, note=TERM_OVER)
    return True


@transaction.atomic
def remove_item(*, item, by, reason):
    """依法删除: the content, the files and every revision's text are erased, the address answers 410.

    What stays is the index number, the acts and the hashes in the register, whose words about the item are hidden.
    """
    item = locked(item)
    require(by, "remove_item", item, from_the_command_line=True)
    require_status(item, *ONCE_PUBLIC)
    if item.is_removed_by_law:
        raise ValidationError("这条信息已经依法删除。")
    reason = require_text(reason, "请写明依法删除的理由和依据。")
    if pending := item.pending_correction:
        _erase(pending)
        hand_over_records(pending, item)
        pending.delete()
    _erase(item)
    set_status(item, Status.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason=reason, is_removed_by_law=True)
    public_face_changed(item)
    redact(subject_kind=SUBJECT, subject_key=item.index_number, by=by, reason=reason)
    register(Act.REMOVE, item, by, note=reason)
    return item


def _erase(item):
    """Blank what the item says, wherever it is kept. Files go from the disk when the transaction has been committed."""
    stored = RevisionContent.objects.filter(revision__item=item)
    files = Attachment.everything.filter(item=item)
    names = {file.file.name: file.file.storage for file in files}
    stored.delete()
    files.delete()
    transaction.on_commit(lambda: [storage.delete(name) for name, storage in names.items()])
    FindingOverride.objects.filter(item=item).update(excerpt="", message="（已依法删除）")
    item.reviews.update(submission_note="")
    if report := getattr(item, "annual_report", None):
        for part in REPORT_PARTS:
            getattr(report, part).all().delete()
    item.validities.all().delete()
    item.interprets.clear()
    item.title, item.document_number, item.change_note = ERASED_TITLE, "", ""
    for name in ("summary", "keywords", "issuer", "source", "body"):
        setattr(item, name, "")
    item.save()
