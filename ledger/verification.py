"""Whether the register is what it was: every hash, every link, every signature, every guard."""

from dataclasses import dataclass
from itertools import pairwise

from django.db import connection

from ledger import guards, keys
from ledger.canonical import GENESIS
from ledger.models import Checkpoint, Entry, FileDigest, SigningKey
from ledger.reading import Unreadable, in_order


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be; a warning is worth a look, but no proof of tampering."""

    message: str
    is_warning: bool = False


FURTHER_CHECKS = []


def also_verify(check):
    """Have the whole verification run a check of another room too: a function that returns faults
    (a decorator).
    """
    FURTHER_CHECKS.append(check)
    return check


def verify_chain(*, on_entry=lambda: None):
    """Check the whole register; returns the faults found, none where it is sound. Calls `on_entry`
    once an entry.

    What nobody can see from the inside: entries cut off at the end after the last checkpoint, or a
    whole register written anew by somebody who also holds the signing key. An outside copy of a
    checkpoint shows both.
    """
    faults = list(chain_faults(in_order(Entry.objects.all()), on_entry=on_entry))
    faults += _file_faults()
    public_keys, key_faults = _check_keys()
    faults += key_faults
    faults += _checkpoint_faults(public_keys)
    for check in FURTHER_CHECKS:
        faults += check()
    if gone := guards.missing(connection):
        faults.append(
            Fault(
                f"数据库的防改触发器缺失或已停用：{'、'.join(gone)}。请运行 manage.py migrate 恢复。"
            )
        )
    return faults


def chain_faults(entries, *, after=0, previous_hash=GENESIS, on_entry=lambda: None):
    """Faults of a run of entries that should follow number `after`, whose hash is `previous_hash`."""
    expected, last_moment = after + 1, None
    for entry in entries:
        on_entry()
        if entry.pk != expected:
            yield Fault(f"第 {expected} 条缺失：下一条的序号是 {entry.pk}。")
        expected = entry.pk + 1
        if isinstance(entry, Unreadable):
            yield Fault(f"第 {entry.pk} 条读不出来：{entry.reason}")
            previous_hash = None
            continue
        if previous_hash is not None and entry.previous_hash != previous_hash:
            yield Fault(f"第 {entry.pk} 条没有接在前一条之后：“上一条的校验码”不符。")
        if not hash_is_right(entry):
            yield Fault(f"第 {entry.pk} 条的内容与它的校验码不符，登记后被改动过。")
        if last_moment and entry.made_at and entry.made_at < last_moment:
            yield Fault(
                f"第 {entry.pk} 条的登记时间早于前一条（服务器时钟可能回拨过）。", is_warning=True
            )
        previous_hash, last_moment = entry.entry_hash, entry.made_at


def hash_is_right(entry):
    """Whether the entry's hash is the hash of what its row says."""
    try:
        return entry.compute_hash() == entry.entry_hash
    except (ValueError, TypeError, AttributeError, KeyError):
        return False


def faults_since_last_checkpoint():
    """Faults in the last checkpoint, its entry, and what was appended since."""
    last = Checkpoint.objects.order_by("number").last()
    if last is None:
        return _serious(chain_faults(in_order(Entry.objects.all())))
    public_keys, faults = _check_keys()
    faults += _faults_of(last, public_keys)
    entry = Entry.objects.filter(sequence=last.sequence).first()
    if entry is None or entry.entry_hash != last.entry_hash or not hash_is_right(entry):
        return [*faults, Fault(f"第 {last.sequence} 条与检查点 {last.number} 签名时的校验码不符。")]
    newer = in_order(Entry.objects.all(), after=last.sequence)
    faults += chain_faults(newer, after=last.sequence, previous_hash=last.entry_hash)
    return _serious(faults)


def _serious(faults):
    return [fault for fault in faults if not fault.is_warning]


def _file_faults():
    """The index of files must say what the payloads say."""
    # Where words were erased the digests of files stay, and nothing is left to compare them with.
    indexed = (
        FileDigest.objects.filter(entry__erased={})
        .order_by("entry_id", "sha256")
        .values_list("entry_id", "sha256")
        .iterator()
    )
    named = (
        (entry.sequence, digest)
        for entry in in_order(Entry.objects.exclude(payload={}))
        if not isinstance(entry, Unreadable)
        for digest in sorted(entry.files(), key=str)
    )
    for sequence, _ in sorted(set(indexed) ^ set(named), key=str):
        yield Fault(f"第 {sequence} 条的文件摘要索引与它登记的文件不符。")


def _check_keys():
    """The public keys by their ids, and the faults among them."""
    public_keys, faults, expected = {}, [], 1
    for key in in_order(SigningKey.objects.all()):
        if key.pk != expected:
            faults.append(Fault(f"第 {expected} 把公钥缺失。"))
        expected = key.pk + 1
        if isinstance(key, Unreadable):
            faults.append(Fault(f"第 {key.pk} 把公钥读不出来：{key.reason}"))
            continue
        faults += _key_faults(key, public_keys)
        public_keys[key.key_id] = key.public_key
    return public_keys, faults


def _key_faults(key, earlier):
    try:
        is_named_rightly = keys.key_id(key.public_key) == key.key_id
    except ValueError:
        is_named_rightly = False
    if not is_named_rightly:
        yield Fault(f"公钥 {key.key_id} 与它的编号不符，被改动过。")
    is_own = key.endorsed_by == key.key_id
    public_key = key.public_key if is_own else earlier.get(key.endorsed_by, "")
    if not _is_signed(key.endorsed, public_key=public_key, signature=key.endorsement):
        yield Fault(f"公钥 {key.key_id} 上的签名不成立。")
    elif is_own and key.number > 1:
        yield Fault(f"公钥 {key.key_id} 没有前一把密钥的签名，请从别的渠道核对。", is_warning=True)


def _checkpoint_faults(public_keys):
    hashes = dict(
        Entry.objects.filter(sequence__in=Checkpoint.objects.values("sequence")).values_list(
            "sequence", "entry_hash"
        )
    )
    checkpoints = list(in_order(Checkpoint.objects.all()))
    for number, checkpoint in enumerate(checkpoints, 1):
        if isinstance(checkpoint, Unreadable):
            yield Fault(f"检查点 {checkpoint.pk} 读不出来：{checkpoint.reason}")
            continue
        if checkpoint.number != number:
            yield Fault(f"检查点的序号不连续：第 {number} 个的序号是 {checkpoint.number}。")
        yield from _faults_of(checkpoint, public_keys)
        if checkpoint.sequence not in hashes:
            yield Fault(f"检查点 {number} 签名时已有第 {checkpoint.sequence} 条，现在没有了。")
        elif hashes[checkpoint.sequence] != checkpoint.entry_hash:
            yield Fault(f"第 {checkpoint.sequence} 条的校验码与检查点 {number} 签名时的不同。")
    # Where a number is none any more, its signature has failed already.
    counts = [
        point.sequence for point in checkpoints if isinstance(getattr(point, "sequence", None), int)
    ]
    if any(later < earlier for earlier, later in pairwise(counts)):
        yield Fault("后一个检查点的登记条数比前一个少。")


def _faults_of(checkpoint, public_keys):
    public_key = public_keys.get(checkpoint.key_id)
    if public_key is None:
        yield Fault(f"检查点 {checkpoint.number} 的公钥 {checkpoint.key_id} 没有登记。")
        return
    if not _is_signed(checkpoint.signed, public_key=public_key, signature=checkpoint.signature):
        yield Fault(f"检查点 {checkpoint.number}（{checkpoint.day}）的签名不成立。")


def _is_signed(signed, *, public_key, signature):
    try:
        return keys.is_signed(signed(), public_key=public_key, signature=signature)
    except (
        ValueError,
        TypeError,
        AttributeError,
    ):  # a column holds what cannot even be written down
        return False
