"""Rows as they stand against what the last digest accounted for, table by table, in pieces."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from ledger import keys
from ledger.digests.tables import CHUNK, TABLES, Difference, PublicTable, Row
from ledger.models import SigningKey
from ledger.models.digest import PublicDigest, PublicRow
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault, also_verify

NAMED = 20  # differences of one table that are named one by one


def newest():
    """The last digest, or None."""
    return PublicDigest.objects.order_by("-number").first()


def kept(table):
    """The accounted rows of a table, as they were first accounted for."""
    return PublicRow.objects.filter(table=table).order_by("pk")


def root_of(table):
    """(count, root) of the accounted rows: SHA-256 over one line each."""
    digest, count = hashlib.sha256(), 0
    columns = ("key", "subject", "sha256", "amount", "sequence", "audited")
    for values in kept(table).values_list(*columns).iterator(chunk_size=CHUNK):
        digest.update("\t".join(map(str, values)).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()


def differences(table: PublicTable, last: PublicDigest) -> Iterator[Difference]:
    """Every row that is new, gone or another."""
    matched, total = 0, kept(table.name).count()
    for rows in _pieces(table.stream()):
        keys = [row.key for row in rows]
        there = {one.key: one for one in PublicRow.objects.filter(table=table.name, key__in=keys)}
        matched += len(there)
        for row in rows:
            before = there.get(row.key)
            if before is None or (before.sha256, before.subject) != (row.sha256, row.subject):
                yield _difference(table, row.key, before, row, last)
    if matched < total:
        yield from _gone(table, last)


def _gone(table, last):
    there = {row.key for row in table.stream()}
    for before in kept(table.name).iterator(chunk_size=CHUNK):
        if before.key not in there:
            yield _difference(table, before.key, before, None, last)


def _difference(table, key, before, now, last):
    since = before or last
    subject = now.subject if now else before.subject
    return Difference(table.name, key, subject, before, now, since.sequence, since.audited)


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while piece := list(islice(rows, CHUNK)):
        yield piece


@also_verify
def digest_faults():
    """What the public reads against the last signed digest; every difference that nothing on record
    explains.
    """
    last = newest()
    if last is None:  # nothing has been promised yet
        return
    yield from _signature_faults()
    yield from _roots_faults(last)
    promised = {one["table"]: one for one in last.tables}
    for table in TABLES.values():
        said = promised.get(table.name)
        if said and said["columns"] == list(table.columns):
            yield from _table_faults(table, last)


def _table_faults(table, last):
    try:
        found = table.unexplained(list(differences(table, last)))
    except (ValueError, TypeError, OverflowError) as error:
        yield Fault(f"{table.title}读不出来：{error}")
        return
    for one in found[:NAMED]:
        yield Fault(said_of(table, one))
    if len(found) > NAMED:
        yield Fault(f"{table.title}共有 {len(found)} 行与每日摘要不同，没有登记解释。")


def said_of(table, one):
    """A difference in words."""
    name = "、".join(part for part in (one.subject, f"第 {one.key} 行") if part)
    what = (
        "是新出现的" if one.before is None else "不见了" if one.now is None else "与上次摘要时不同"
    )
    return (
        f"{table.title}（{name}）{what}，登记簿和审计日志里没有解释：被绕过门户改动过。"
        "核对无误的，运行 manage.py public_digest --accept 说明理由。"
    )


def _signature_faults():
    """Every digest is signed by a key on record, and none is missing."""
    public_keys = dict(SigningKey.objects.values_list("key_id", "public_key"))
    for number, digest in enumerate(in_order(PublicDigest.objects.all()), 1):
        if isinstance(digest, Unreadable):
            yield Fault(f"每日摘要 {digest.pk} 读不出来：{digest.reason}")
        elif digest.number != number:
            yield Fault(f"每日摘要第 {number} 个不见了。")
            return
        elif not _is_signed(digest, public_keys):
            yield Fault(f"每日摘要 {number}（{digest.day}）的签名不成立。")


def _is_signed(digest, public_keys):
    try:
        return keys.is_signed(
            digest.signed(),
            public_key=public_keys.get(digest.key_id, ""),
            signature=digest.signature,
        )
    except (ValueError, TypeError, AttributeError):
        return False


def _roots_faults(last):
    for one in last.tables:
        count, root = root_of(one["table"])
        if (count, root) != (one["count"], one["root"]):
            yield Fault(
                f"每日摘要 {last.number} 所依据的{one['title']}记录（{one['count']} 行）被改动过，现有 {count} 行。"
            )
