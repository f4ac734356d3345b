"""The audit log (等保 8.1.4.3): written here, read by auditors, changed by nobody
(docs/decisions/0020-the-audit-log.md).
"""

import re

from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from ledger.canonical import GENESIS
from ledger.locks import lock_for_appending
from ledger.models import AuditEntry, AuditEvent, AuditResult
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault, hash_is_right

AUDIT_LOCK_KEY = 0x1A47A3  # another than the register's: a login does not wait for a publication
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]"
)  # what somebody typed at the login goes in here


@transaction.atomic
def record(*, event, by=None, account="", result=AuditResult.DONE, detail=None, **facts):
    """Write one act down. `facts`: `address`, `act`, `object_kind`, `object_key`, `object_name`;
    all are cut to length.

    Inside the caller's transaction it stands or falls with the act. As with the register, let it be
    the last write.
    """
    lock_for_appending(AUDIT_LOCK_KEY)
    head = AuditEntry.objects.order_by("-sequence").first()
    entry = AuditEntry(
        sequence=head.sequence + 1 if head else 1,
        made_at=timezone.now(),
        event=event,
        result=result,
        account_id=by.pk if by else None,
        account=_cut("account", by.get_username() if by else account),
        person=_cut("person", by.get_full_name() if by else ""),
        roles=_cut("roles", "、".join(_roles(by)) if by else ""),
        detail=_plain(detail or {}),
        previous_hash=head.entry_hash if head else GENESIS,
        **{name: _cut(name, value) for name, value in facts.items()},
    )
    entry.entry_hash = entry.compute_hash()
    entry.save()
    return entry


def _roles(user):
    roles = list(user.groups.order_by("name").values_list("name", flat=True))
    return ["超级用户", *roles] if user.is_superuser else roles


def _cut(name, value):
    return _NO_TEXT.sub("", str(value))[: AuditEntry._meta.get_field(name).max_length]


def _plain(value):
    """Of values that are none of the canonical kinds (dates, fractions), the words. Keys are ASCII."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(part) for part in value]
    return value if isinstance(value, int | None) else _NO_TEXT.sub("", str(value))


@transaction.atomic
def erase(*, which, by, act, **facts):
    """Take names and details out of entries (a condition, Q) whose record was removed by law: who
    did what when stays.

    Says so in an entry of its own, which lists them; the database lets nothing else of an entry
    change. Returns how many.
    """
    found = list(
        AuditEntry.objects.filter(which, erased_in=None).values_list("sequence", flat=True)
    )
    found = sorted(set(found))
    if not found:
        return 0
    entry = record(event=AuditEvent.ERASURE, by=by, act=act, detail={"entries": found}, **facts)
    # Not `AuditEntry.objects`: that one refuses to change anything.
    return (
        models.QuerySet(AuditEntry)
        .filter(sequence__in=found)
        .update(object_name="", detail={}, erased_in=entry.sequence)
    )


def with_detail_as_text():
    """The entries, with `detail_text`: what is stored of the details, to look for words in. Either
    database writes it its way.
    """
    return AuditEntry.objects.annotate(detail_text=Cast("detail", models.TextField()))


def verify_audit(*, on_entry=lambda: None):
    """Faults of the log's chain; none where it is as it was written."""
    expected, previous_hash, erased = 1, GENESIS, {}
    for entry in in_order(AuditEntry.objects.all()):
        on_entry()
        if entry.pk != expected:
            yield Fault(f"审计日志第 {expected} 条缺失：下一条的序号是 {entry.pk}。")
        expected = entry.pk + 1
        if isinstance(entry, Unreadable):
            yield Fault(f"审计日志第 {entry.pk} 条读不出来：{entry.reason}")
            previous_hash = None
            continue
        if previous_hash is not None and entry.previous_hash != previous_hash:
            yield Fault(f"审计日志第 {entry.pk} 条没有接在前一条之后。")
        if entry.event == AuditEvent.ERASURE and entry.erased_in is None:
            told = entry.detail.get("entries", ()) if isinstance(entry.detail, dict) else ()
            for sequence in [number for number in told if erased.get(number) == entry.pk]:
                del erased[sequence]
        if entry.erased_in is not None:
            erased[entry.pk] = (
                entry.erased_in
            )  # its hash covers words that are gone; the entry that says so must name it
        elif not hash_is_right(entry):
            yield Fault(f"审计日志第 {entry.pk} 条的内容与它的校验码不符，写入后被改动过。")
        previous_hash = entry.entry_hash
    for sequence in erased:
        yield Fault(f"审计日志第 {sequence} 条的文字不在了，日志里却没有依法删除的记录。")


def may_read(user):
    """Whether somebody may read the log: by a role that says so. Being a superuser is not enough;
    who wants to look as one has to take the role first, and that is on record.
    """
    held = {
        "permissions__content_type__app_label": "ledger",
        "permissions__codename": "view_auditentry",
    }
    return user.is_active and user.groups.filter(**held).exists()
