"""Taking items out of public view, and bringing them back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.acts.checklist import Checklist
from disclosure.acts.corrections import hand_over_records
from disclosure.acts.guarding import locked, require_text, require_transition, set_status
from disclosure.acts.registering import public_face_changed, record_revision, register
from disclosure.choices import IN_AN_EMERGENCY, SUBJECT, Status
from disclosure.erasing import Words, clearing, erase_everywhere
from disclosure.erasing.elsewhere import erase_answers_in, reports_answering
from disclosure.models import Attachment, Item, Review, RevisionContent, Takedown
from ledger.actions import erase_words, redact
from ledger.canonical import timestamp
from ledger.models import Act, Entry
from ledger.models.entry import TERM_OVER, WITHDRAWN_TITLE

Kind = Takedown.Kind
QUOTED = (
    "理由里重复了需要删除的内容（标题、文号、附件名或者正文里的话）。公众会看到这段话，请改写。"
)
ANSWERS_GONE = "所回应的上一年度报告已依法删除，相应的落实情况不再列出。"


@transaction.atomic
def withdraw_item(*, item, by, reason, at=None):
    """Take an item out of public view. Its address keeps a notice with date and reason.

    `at`: when that was done before this portal had the item; from the command line alone.
    """
    if at is not None and by is not None:
        raise PermissionDenied("撤回时间就是现在，不能另填。")
    item = locked(item)
    require_transition("withdraw", by, item, from_the_command_line=True)
    reason = require_text(reason, "请填写撤回原因，它会显示在公众看到的页面上。")
    at = at or timezone.now()
    set_status(item, Status.WITHDRAWN, withdrawn_at=at, withdrawal_reason=reason)
    public_face_changed(item)
    clearing.begin(item=item, kind=Kind.WITHDRAWN)
    register(Act.WITHDRAW, item, by, note=reason, title=WITHDRAWN_TITLE, payload=_moment(item))
    return item


@transaction.atomic
def restore_item(*, item, by, note=""):
    """Bring a withdrawn item back as it was, under its number and address."""
    item = locked(item)
    require_transition("restore", by, item)
    if item.is_removed_by_law:
        raise ValidationError("依法删除的信息内容已经不在，不能恢复。")
    newest = item.revisions.select_related("stored").order_by("-number").first()
    if newest and not newest.content:
        raise ValidationError("现在的内容已作为旧版隐去，不能原样恢复。请用“更正”改好后公开。")
    Checklist.of_marks(item).refuse_unsettled()
    set_status(item, Status.PUBLISHED, withdrawn_at=None, withdrawal_reason="")
    public_face_changed(item)
    register(Act.RESTORE, item, by, note=require_text(note, "请写明恢复公开的原因。"))
    return item


@transaction.atomic
def end_term(*, item):
    """限时公开 is over: the item is archived, its address says so. False where that is so already,
    or not due.
    """
    item = locked(item)
    if not Item.objects.past_their_term().filter(pk=item.pk).exists():
        return False
    set_status(item, Status.ARCHIVED, withdrawn_at=timezone.now(), withdrawal_reason=TERM_OVER)
    public_face_changed(item)
    clearing.begin(item=item, kind=Kind.WITHDRAWN)
    register(Act.WITHDRAW, item, None, note=TERM_OVER, payload=_moment(item))
    return True


def _moment(item):
    """The moment that the notice names, for the register: who changes it is found out."""
    return {"withdrawn_at": timestamp(item.withdrawn_at)}


def pull_item(*, item, by, reason=IN_AN_EMERGENCY):
    """紧急撤下: personal data, a leak. A withdrawal with a reason that names nobody, so that one
    press is enough.
    """
    return withdraw_item(item=item, by=by, reason=reason)


@transaction.atomic
def hide_earlier(*, item, by, reason, erase=False):
    """隐去旧版: the public reads earlier states no more, because they say what a correction has
    taken out (a name).

    Of a public item the present state stays; of a withdrawn one all states so far are hidden, so
    that a correction can bring it back without them. With `erase` their texts and files are deleted
    for good. The hashes stay, and the register says that this was done.
    """
    item = locked(item)
    require_transition("hide", by, item, from_the_command_line=True)
    if erase and by is not None and not by.has_perm("disclosure.remove_item"):
        raise PermissionDenied("您没有彻底删除旧版内容的权限。")
    if erase and item.status != Status.PUBLISHED:
        raise ValidationError(
            "这条信息已经撤回，没有现行版本。请先隐去旧版、公开更正稿，再彻底删除旧版；或者用“依法删除”。"
        )
    reason = require_text(reason, "请写明隐去旧版的理由。")
    revisions = item.revisions.order_by("-number")
    is_public = item.status == Status.PUBLISHED
    hidden = revisions[1:] if is_public else revisions
    left = {"stored__isnull": False} if erase else {"stored__is_withheld": False}
    hidden = list(revisions.filter(pk__in=[one.pk for one in hidden], **left))
    if not hidden:
        raise ValidationError("这条信息没有可以隐去的旧版。")
    files = _withhold(item, hidden, erase=erase)
    # Whatever the register says up to now, but for what recorded the state that stays.
    until = item.current_revision.pk - 1 if is_public else Entry.objects.head().pk
    redaction = redact(
        subject_kind=SUBJECT, subject_key=item.index_number, by=by, reason=reason, until=until
    )
    if erase:
        erase_words(redaction)
    public_face_changed(item)
    clearing.begin(item=item, kind=Kind.HIDDEN, files=files)
    facts = {"withheld": sorted(one.number for one in hidden)}
    register(Act.REDACT, item, by, payload=facts, title="" if is_public else WITHDRAWN_TITLE)
    return item


def _withhold(item, hidden, *, erase):
    """Texts of these revisions, and the files only they had. Returns names of files to delete."""
    stored = RevisionContent.objects.filter(revision__in=hidden)
    files = Attachment.everything.filter(item=item).exclude(retired_at=None)
    if not erase:
        stored.update(is_withheld=True)
        files.update(is_withheld=True)
        return set()
    names = set(files.values_list("file", flat=True))
    stored.delete()
    files.delete()
    kept = set(Attachment.everything.filter(file__in=names).values_list("file", flat=True))
    return names - kept


@transaction.atomic
def remove_item(*, item, by, reason, at=None):
    """依法删除: whatever the item says is erased wherever it stands (`disclosure.erasing`), the
    address answers 410.

    What stays is the index number, the acts and the hashes in the register, whose words about the
    item are erased too. `at`: as for `withdraw_item`.
    """
    if at is not None and by is not None:
        raise PermissionDenied("撤回时间就是现在，不能另填。")
    item = locked(item)
    require_transition("remove", by, item, from_the_command_line=True)
    if item.is_removed_by_law:
        raise ValidationError("这条信息已经依法删除。")
    reason = require_text(reason, "请写明依法删除的理由和依据。")
    words = Words.of(item, reason=reason)
    if words.quoted_in(reason):
        raise ValidationError(QUOTED)
    answering = reports_answering(words)
    erase_everywhere(words, by=by)
    if pending := item.pending_correction:
        closed = {
            "outcome": Review.Outcome.RECALLED,
            "reviewed_by": by,
            "reviewed_at": timezone.now(),
        }
        pending.reviews.open().update(**closed)  # nobody is to decide any more
        hand_over_records(pending, item)
        pending.delete()
    set_status(
        item,
        Status.WITHDRAWN,
        withdrawn_at=at or timezone.now(),
        withdrawal_reason=reason,
        is_removed_by_law=True,
    )
    public_face_changed(item)
    clearing.begin(item=item, kind=Kind.REMOVED, files=words.files)
    register(Act.REMOVE, item, by, note=reason, payload=_moment(item))
    for report in answering:
        _answer_no_more(report, by)
    return item


def _answer_no_more(report, by):
    """The next year's report repeated what is erased: its earlier states lose their texts, and a
    new one is recorded.
    """
    numbers = erase_answers_in(report)
    if numbers and report.item.status == Status.PUBLISHED:
        facts = {"withheld": numbers}
        record_revision(Act.AMEND, report.item, by, note=ANSWERS_GONE, facts=facts)
    elif numbers:
        register(Act.REDACT, report.item, by, payload={"withheld": numbers})
