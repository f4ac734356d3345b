"""Writing to the register: an act of publication, a checkpoint, a new key, the hiding of words."""

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from ledger import keys, memory, signing
from ledger.canonical import GENESIS
from ledger.locks import lock_for_appending
from ledger.models import Act, Checkpoint, Entry, FileDigest, Redaction, SigningKey
from ledger.models.append_only import is_sha256
from ledger.models.entry import ERASED_SECRET
from ledger.verification import faults_since_last_checkpoint

REDACTED_TITLE = "（已隐去）"
APPEND_LOCK_KEY = 0x1A47A2  # any constant, the same in every process; not the category tree's


def append(
    *,
    act,
    subject_kind,
    subject_key,
    subject_title,
    by=None,
    content_sha256="",
    note="",
    payload=None,
    role="",
    department_name="",
):
    """Write one act of publication down, in the caller's transaction: it stands or falls with the
    act itself.

    Call it as the last write of the transaction, for the register stays locked until that ends, and
    whoever then waits for a row that another holder waits with would be in a deadlock. `payload`
    holds further public facts (strings, whole numbers, lists, objects); `payload["files"]` is a
    list of {"name": …, "sha256": …} of the files published.

    Raises TransactionManagementError outside a transaction and ValidationError where a value cannot
    be registered.
    """
    lock_for_appending(APPEND_LOCK_KEY)
    head = Entry.objects.head()
    entry = Entry(
        sequence=head.sequence + 1 if head else 1,
        act=Act(act),
        made_at=timezone.now(),
        by=by,
        person=_name_of(by),
        role=role,
        department_name=department_name,
        subject_kind=subject_kind,
        subject_key=str(subject_key),
        subject_title=subject_title,
        content_sha256=content_sha256,
        note=note,
        payload=payload or {},
        secret=secrets.token_hex(32),
        previous_hash=head.entry_hash if head else GENESIS,
    )
    _seal(entry)
    entry.save()
    for digest in sorted(entry.files()):
        FileDigest.objects.create(entry=entry, sha256=digest)
    return entry


def _seal(entry):
    """Check every value, then compute the hash."""
    entry.clean_fields(exclude=["entry_hash", "by"])
    _check_files(entry.payload)
    try:
        entry.entry_hash = entry.compute_hash()
    except ValueError as error:
        raise ValidationError(f"这件事项无法登记：{error}") from error


def _check_files(payload):
    """`payload["files"]`, where there is one, has the form by which copies are found again."""
    files = payload.get("files", []) if isinstance(payload, dict) else None
    if not isinstance(files, list) or any(
        not isinstance(file, dict) or set(file) != {"name", "sha256"} for file in files
    ):
        raise ValidationError(
            "payload 应为对象，其中 files 应为列表，每个文件有 name 和 sha256 两项。"
        )
    for file in files:
        is_sha256(file["sha256"])


def _name_of(user):
    return (user.get_full_name() or user.get_username()) if user else ""


@transaction.atomic
def make_checkpoint(*, at=None):
    """Sign where the register stands. Returns the checkpoint, the one of today where nothing came
    since, or None where the register is empty.

    Raises ValidationError where what was added since the last checkpoint, or that checkpoint's own
    entry, does not verify, or the register is not what this machine remembers: a signature under a
    forged register would make it look true. Raises KeyRefusedError where this machine has not the
    register's key.
    """
    lock_for_appending(APPEND_LOCK_KEY)
    head, now = Entry.objects.head(), at or timezone.now()
    if head is None:
        return None
    day = timezone.localtime(now).date()
    if existing := Checkpoint.objects.filter(day=day, sequence=head.sequence).first():
        return existing
    if faults := [*memory.newest_faults(), *faults_since_last_checkpoint()]:
        raise ValidationError([fault.message for fault in faults[:20]])
    private_key = signing.signing_key()
    checkpoint = Checkpoint(
        number=Checkpoint.objects.count() + 1,
        day=day,
        made_at=now,
        sequence=head.sequence,
        entry_hash=head.entry_hash,
        key=registered(private_key),
    )
    checkpoint.signature = keys.sign(private_key, checkpoint.signed())
    checkpoint.save()
    transaction.on_commit(memory.remember, robust=True)  # else the next tick does
    return checkpoint


def registered(private_key, *, endorsed_by=None):
    """The record of a key's public half; a new one signed by the key before it or, where that is
    gone, by itself.
    """
    public_key = keys.public_hex(private_key)
    if existing := SigningKey.objects.filter(key_id=keys.key_id(public_key)).first():
        return existing
    endorser = endorsed_by or private_key
    record = SigningKey(
        number=SigningKey.objects.count() + 1,
        key_id=keys.key_id(public_key),
        public_key=public_key,
        made_at=timezone.now(),
        endorsed_by=keys.key_id(keys.public_hex(endorser)),
    )
    record.endorsement = keys.sign(endorser, record.endorsed())
    record.save()
    return record


@transaction.atomic
def register_key():
    """Make the signing key if there is none, and put its public half on record. Returns the record.

    Raises KeyRefusedError where the register has a key that this machine does not have.
    """
    lock_for_appending(APPEND_LOCK_KEY)
    return registered(signing.signing_key())


@transaction.atomic
def replace_lost_key():
    """Make a new key where the register's is lost for good. Nobody endorses it, and every
    verification says so from then on.

    Raises ValidationError where the key of this machine's file may still sign: then it is not lost,
    and `rotate_key` is meant.
    """
    lock_for_appending(APPEND_LOCK_KEY)
    if signing.key_in_use() is None or not signing.fault_of_this_machine():
        raise ValidationError(
            "本机的签名密钥可以使用，没有丢失。要换一把新的，请运行 manage.py ledger_key --rotate。"
        )
    if keys.is_here():
        raise ValidationError("本机有一个不能使用的密钥文件。请先把它移到别处保存，再运行一次。")
    keys.make()
    return registered(keys.private_key())


def rotate_key():
    """Change to a new signing key, endorsed by the present one. Returns the new record.

    The record is committed before the new key takes the old one's place: after a crash between the
    two the next signature puts it there (`signing.finish_rotation`).
    """
    new = keys.new_key()
    waiting = keys.write_beside(new)
    try:
        record = _endorsed(new)
    except BaseException:
        waiting.unlink()
        raise
    keys.take_the_place(waiting)
    return record


@transaction.atomic
def _endorsed(new):
    lock_for_appending(APPEND_LOCK_KEY)
    old = signing.signing_key()
    registered(old)
    return registered(new, endorsed_by=old)


@transaction.atomic
def redact(*, subject_kind, subject_key, by, reason, until=None):
    """Hide the title, notes and facts of a subject in every public view of the register; its acts
    stay on record.

    `until`: the entry up to which they are hidden; without it all are, those to come too.
    """
    if not reason.strip():
        raise ValidationError("请写明隐去的理由和依据。")
    redaction, _ = Redaction.objects.in_force().get_or_create(
        subject_kind=subject_kind,
        subject_key=str(subject_key),
        until_sequence=until,
        defaults={"redacted_by": by, "reason": reason.strip()},
    )
    return redaction


def register_redaction(*, redaction, by):
    """The entry that says words were hidden: for a redaction that is an act of its own, not part of
    another.
    """
    return _about(redaction, Act.REDACT, by, note="")


def _about(redaction, act, by, *, note):
    return append(
        act=act,
        subject_kind=redaction.subject_kind,
        subject_key=redaction.subject_key,
        subject_title=REDACTED_TITLE,
        by=by,
        note=note,
    )


@transaction.atomic
def ask_to_lift(*, redaction, by, reason):
    """Ask for hidden words to be shown again. Nothing is shown before somebody else agrees
    (`lift`).
    """
    redaction = _in_force(redaction)
    refuse_where_erased(redaction)
    if not reason.strip():
        raise ValidationError("请写明恢复显示的理由。")
    redaction.lift_reason, redaction.lift_asked_by, redaction.lift_asked_at = (
        reason.strip(),
        by,
        timezone.now(),
    )
    redaction.save(update_fields=["lift_reason", "lift_asked_by", "lift_asked_at"])
    return redaction


@transaction.atomic
def lift(*, redaction, by):
    """Show hidden words again: the second person's word, and an act in the register."""
    redaction = _in_force(redaction)
    if redaction.lift_asked_by_id is None:
        raise ValidationError("还没有人申请恢复显示，请先申请，再由另一个人同意。")
    if by is None or by.pk == redaction.lift_asked_by_id:
        raise PermissionDenied("恢复显示须由申请人以外的另一个人同意。")
    refuse_where_erased(redaction)
    _about(redaction, Act.UNREDACT, by, note=redaction.lift_reason)
    redaction.lifted_by, redaction.lifted_at = by, timezone.now()
    redaction.save(update_fields=["lifted_by", "lifted_at"])
    return redaction


def _in_force(redaction):
    found = (
        Redaction.objects.in_force().select_for_update(of=("self",)).filter(pk=redaction.pk).first()
    )
    if found is None:
        raise ValidationError("这些文字已经恢复显示，请刷新页面。")
    return found


def _covered(redaction):
    """The entries whose words a redaction hides."""
    entries = models.QuerySet(Entry).filter(
        subject_kind=redaction.subject_kind, subject_key=redaction.subject_key
    )  # not `Entry.objects`: that one refuses to change anything
    return (
        entries
        if redaction.until_sequence is None
        else entries.filter(sequence__lte=redaction.until_sequence)
    )


def refuse_where_erased(redaction):
    """Raise ValidationError where the hidden words were erased by law: nothing is left to show."""
    if _covered(redaction).exclude(erased={}).exists():
        raise ValidationError("这些文字已依法删除，内容不在了，不能恢复显示。")


@transaction.atomic
def erase_words(redaction):
    """Take the words that a redaction hides out of the database for good. Hashes, acts and who
    acted stay; so does the chain.

    The database lets nothing else of an entry change, and this only where the redaction stands
    (`ledger.guards`). Returns how many entries were emptied.
    """
    emptied = 0
    for entry in _covered(redaction).filter(erased={}):
        emptied += (
            _covered(redaction)
            .filter(sequence=entry.sequence)
            .update(
                erased=entry.digests_of_words(),
                subject_title="",
                note="",
                payload={},
                secret=ERASED_SECRET,
            )
        )
    return emptied
