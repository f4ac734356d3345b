"""Making the digest of the day: what changed rightly is accounted for anew, and all of it is signed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ledger import keys, memory, signing
from ledger.actions import APPEND_LOCK_KEY, registered
from ledger.canonical import GENESIS, sha256
from ledger.digests.comparing import differences, newest, root_of
from ledger.digests.tables import CHUNK, TABLES
from ledger.locks import lock_for_appending
from ledger.models import AuditEntry, Entry
from ledger.models.digest import PublicDigest, PublicRow


def make_digest(*, at=None, accept=""):
    """Sign what the public reads. Returns the digest.

    A difference that nothing explains is not accounted for: the digest counts it, and every
    verification names it until somebody explains it. With `accept`, the reason, all are taken as
    right, and the digest says so for good. Read without a lock; written in one short transaction.
    Raises ValidationError where the register or the digests are not what this machine remembers,
    KeyRefusedError where this machine may not sign.
    """
    if faults := memory.newest_faults():
        raise ValidationError([fault.message for fault in faults])
    now, heads = at or timezone.now(), _heads()
    last = newest()
    if last is None:
        _first(heads)
        changes, unexplained = {}, 0
    else:
        changes, unexplained = _changes(last, bool(accept))
    with transaction.atomic():
        lock_for_appending(APPEND_LOCK_KEY)
        if newest() != last:  # another machine was faster
            return newest()
        for name, found in changes.items():
            _account_for(name, found, heads)
        return _signed(now, heads, last, changes, unexplained, accept)


def _heads():
    entry = Entry.objects.order_by("-sequence").values_list("sequence", "entry_hash").first()
    audited = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return {
        "sequence": entry[0] if entry else 0,
        "entry_hash": entry[1] if entry else GENESIS,
        "audited": audited or 0,
    }


def _first(heads):
    """Everything as it stands, piece by piece; begun again where it was cut off before a digest was
    signed.
    """
    PublicRow.objects.all().delete()
    for table in TABLES.values():
        _take_in(table, heads)


def _take_in(table, heads):
    piece = []
    for row in table.stream():
        piece.append(_kept_row(table.name, row, heads))
        if len(piece) >= CHUNK:
            PublicRow.objects.bulk_create(piece)
            piece = []
    PublicRow.objects.bulk_create(piece)


def _kept_row(name, row, heads):
    return PublicRow(
        table=name,
        key=row.key,
        subject=row.subject,
        sha256=row.sha256,
        amount=row.amount,
        sequence=heads["sequence"],
        audited=heads["audited"],
    )


def _changes(last, is_accepted):
    """({table: explained differences, or None where the table or its columns are new}, how many are
    not explained).
    """
    promised = {one["table"]: one for one in last.tables}
    changes, unexplained = {}, 0
    for name, table in TABLES.items():
        said = promised.get(name)
        if said is None or said["columns"] != list(table.columns):
            changes[name] = None
            continue
        found = list(differences(table, last))
        left = [] if is_accepted else table.unexplained(found)
        refused = {one.key for one in left}
        unexplained += len(left)
        if explained := [one for one in found if one.key not in refused]:
            changes[name] = explained
    return changes, unexplained


def _account_for(name, found, heads):
    if found is None:
        PublicRow.objects.filter(table=name).delete()
        _take_in(TABLES[name], heads)
        return
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        PublicRow.objects.filter(table=name, key__in=[one.key for one in part]).delete()
        PublicRow.objects.bulk_create(
            [_kept_row(name, one.now, heads) for one in part if one.now is not None]
        )


def _signed(now, heads, last, changes, unexplained, note):
    promised = {one["table"]: one for one in last.tables} if last else {}
    tables = []
    for name, table in sorted(TABLES.items()):
        if name in promised and name not in changes:
            tables.append(promised[name])
            continue
        count, root = root_of(name)
        said = {"table": name, "title": table.title, "columns": list(table.columns)}
        tables.append({**said, "count": count, "root": root})
    private_key = signing.signing_key()
    digest = PublicDigest(
        number=last.number + 1 if last else 1,
        day=timezone.localtime(now).date(),
        made_at=now,
        tables=tables,
        count=sum(one["count"] for one in tables),
        root=sha256(tables),
        unexplained=unexplained,
        note=note[:500],
        key=registered(private_key),
        **heads,
    )
    digest.signature = keys.sign(private_key, digest.signed())
    digest.save()
    transaction.on_commit(memory.remember, robust=True)
    return digest
