"""What this machine remembers of the register outside the database: every checkpoint it signed or
saw, and where the register stood minute by minute.

Whoever has the database in hand but neither the key nor this machine can delete checkpoints and
keys, write the chain anew and wait for the next checkpoint to be signed over it. Against what is
remembered here it does not pass, and nothing is signed over it (docs/decisions/0096).
"""

import json
import os
from pathlib import Path

from django.conf import settings

from ledger.models import Checkpoint, Entry, PublicDigest, SigningKey
from ledger.verification import Fault, also_verify

FORMAT = "lantai-memory-1"
REMEDY = (
    "如果数据库是从较早的备份恢复的，公布之后把 {path} 移到别处保存，再重新签署；"
    "否则请按运维手册“登记簿核对不上”处理。"
)


def _path():
    return Path(settings.LEDGER_MEMORY_FILE)


def forget():
    """Nothing is remembered any more: of a demonstration alone."""
    _path().unlink(missing_ok=True)


def remembered():
    """The lines, oldest first: {"sequence", "entry_hash"}, of checkpoints with "number" and
    "key_id" too, of daily digests with "digest" and "root". Lines that a crash cut off are passed
    over. Raises OSError where the file is there and cannot be read.
    """
    try:
        text = _path().read_text("utf-8")
    except FileNotFoundError:
        return []
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
            if value["format"] == FORMAT and int(value["sequence"]) and value["entry_hash"]:
                found.append(value)
        except (ValueError, TypeError, KeyError):
            continue
    return found


def remember():
    """Write down what came since, where the register still agrees with what is remembered. Returns
    how many lines.
    """
    known = remembered()
    if newest_faults():
        return 0
    signed = max((line.get("number", 0) for line in known), default=0)
    new = [
        {"number": point.number, "key_id": point.key_id, **_line(point.sequence, point.entry_hash)}
        for point in Checkpoint.objects.filter(number__gt=signed).order_by("number")
    ]
    digested = max((line.get("digest", 0) for line in known), default=0)
    new += [
        {"digest": one.number, "root": one.root, **_line(one.sequence, one.entry_hash)}
        for one in PublicDigest.objects.filter(number__gt=digested).order_by("number")
        if one.sequence
    ]
    head = Entry.objects.order_by("-sequence").values_list("sequence", "entry_hash").first()
    last = max((line["sequence"] for line in (*known, *new)), default=0)
    if head and head[0] > last:
        new.append(_line(*head))
    if new:
        _append(new)
    return len(new)


def _line(sequence, entry_hash):
    return {"format": FORMAT, "sequence": sequence, "entry_hash": entry_hash}


def _append(lines):
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":  # a crash cut the last line off
            text = b"\n" + text
        os.write(handle, text)
        os.fsync(handle)
    finally:
        os.close(handle)


def newest_faults():
    """Why nothing may be signed: the register is no longer what this machine saw last."""
    lines = remembered()
    of_each_kind = [
        *lines[-1:],
        *[line for line in lines if "number" in line][-1:],
        *[line for line in lines if "digest" in line][-1:],
    ]
    return list(_faults_of(of_each_kind))


@also_verify
def memory_faults():
    """All that is remembered, against the register."""
    try:
        lines = remembered()
    except OSError as error:
        yield Fault(f"本机另存的检查点 {_path()} 读不出来：{error}")
        return
    for start in range(0, len(lines), 500):
        faults = list(_faults_of(lines[start : start + 500]))
        yield from faults
        if faults:  # what came later is wrong for the same reason
            return


def _faults_of(lines):
    numbers = [line["sequence"] for line in lines]
    hashes = dict(Entry.objects.filter(sequence__in=numbers).values_list("sequence", "entry_hash"))
    points = {line["number"]: line for line in lines if "number" in line}
    there = dict(Checkpoint.objects.filter(number__in=points).values_list("number", "entry_hash"))
    numbers = [line["digest"] for line in lines if "digest" in line]
    roots = dict(PublicDigest.objects.filter(number__in=numbers).values_list("number", "root"))
    keys = set(SigningKey.objects.values_list("key_id", flat=True))
    for line in lines:
        if fault := _fault_of(line, hashes, there, keys) or _digest_fault(line, roots):
            yield Fault(f"{fault}{REMEDY.format(path=_path())}")
            return


def _fault_of(line, hashes, there, keys):
    sequence = line["sequence"]
    if sequence not in hashes:
        return f"本机记得登记簿有第 {sequence} 条，现在没有了：末尾被截去。"
    if hashes[sequence] != line["entry_hash"]:
        return f"第 {sequence} 条的校验码与本机记得的不同：登记簿被改写过。"
    if "number" in line and there.get(line["number"]) != line["entry_hash"]:
        return f"本机记得的检查点 {line['number']}（签到第 {sequence} 条）被删去或换过。"
    if "number" in line and line["key_id"] not in keys:
        return f"本机记得的公钥 {line['key_id']} 被删去或换过。"
    return ""


def _digest_fault(line, roots):
    if "digest" in line and roots.get(line["digest"]) != line["root"]:
        return f"本机记得的每日摘要 {line['digest']} 被删去或换过。"
    return ""
