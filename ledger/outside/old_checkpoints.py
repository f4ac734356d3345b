"""Whether a checkpoint that somebody kept still agrees with the register of today.

That is the one thing which the holder of database and key cannot bring in order: what others kept.
"""

import json
import re
from dataclasses import dataclass

from django.db import models

from ledger import keys
from ledger.models import Checkpoint, Entry, SigningKey

MOST_CHECKPOINTS = 20_000  # of one file: fifty years of days
SIGNED = ("format", "number", "day", "made_at", "sequence", "entry_hash", "key_id")
UNREADABLE = (
    "这里没有检查点。请粘贴 checkpoints.json、见证邮件的附件或订阅条目中的内容"
    "（从“{”到“}”），其中有 sequence、entry_hash 和 signature。"
)


class NoCheckpointError(ValueError):
    """What was given holds no checkpoint; the text is a sentence for whoever gave it."""


class Outcome(models.TextChoices):
    """What comparing says."""

    AGREES = "agrees", "与当前登记簿一致"
    REWRITTEN = "rewritten", "登记簿在此之后被改写"
    CUT = "cut", "登记簿在此之后被截短"
    FORGED = "forged", "签名不成立，不是本登记簿签发的检查点，或者抄录有误"
    STRANGER = "stranger", "签名的公钥不在现在的登记簿里"


@dataclass(frozen=True)
class Comparison:
    """One old checkpoint against the register. `is_grave`: somebody changed the register, or the
    keys.
    """

    number: int
    day: str
    sequence: int
    outcome: Outcome
    details: str = ""

    @property
    def is_grave(self):
        """Whether this speaks against the register, and not against the copy."""
        return self.outcome in (Outcome.REWRITTEN, Outcome.CUT, Outcome.STRANGER)

    def __str__(self):
        return (
            f"检查点 {self.number}（{self.day}，第 {self.sequence} 条）："
            f"{self.outcome.label}{self.details}"
        )


def read(text):
    """(checkpoints, {key_id: public key}) of a file, a mail's attachment or a feed's entry.

    Raises NoCheckpointError.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        data = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise NoCheckpointError(UNREADABLE)
    points = data.get("checkpoints", [data])
    if not isinstance(points, list) or not points or not all(map(_is_checkpoint, points)):
        raise NoCheckpointError(UNREADABLE)
    if len(points) > MOST_CHECKPOINTS:
        raise NoCheckpointError(f"一次最多核对 {MOST_CHECKPOINTS} 个检查点，请分开核对。")
    return points, _keys_in(data)


def _is_checkpoint(point):
    if not isinstance(point, dict) or not {*SIGNED, "signature"} <= set(point):
        return False
    numbers = (point["number"], point["sequence"])
    words = [point[name] for name in (*SIGNED, "signature") if name not in ("number", "sequence")]
    return (
        all(type(number) is int and 0 < number < 2**31 for number in numbers)
        and all(isinstance(word, str) and len(word) <= 200 for word in words)
        and bool(re.fullmatch("[0-9a-f]{64}", point["entry_hash"]))
    )


def _keys_in(data):
    listed = data.get("keys")
    return {
        key["key_id"]: key["public_key"]
        for key in (listed if isinstance(listed, list) else ())
        if isinstance(key, dict) and _is_named_rightly(key)
    }


def _is_named_rightly(key):
    try:
        return keys.key_id(key["public_key"]) == key["key_id"]
    except (KeyError, TypeError, ValueError):
        return False


def compare(text):
    """The comparisons of all checkpoints in a text, in its order. Raises NoCheckpointError."""
    points, own_keys = read(text)
    known = dict(SigningKey.objects.values_list("key_id", "public_key"))
    numbers = sorted({point["sequence"] for point in points})
    hashes = {}
    for start in range(0, len(numbers), 500):
        part = Entry.objects.filter(sequence__in=numbers[start : start + 500])
        hashes.update(part.values_list("sequence", "entry_hash"))
    return [_compared(point, known, own_keys, hashes) for point in points]


def _compared(point, known, own_keys, hashes):
    shown = {"number": point["number"], "day": point["day"], "sequence": point["sequence"]}
    public_key = known.get(point["key_id"]) or own_keys.get(point["key_id"])
    signed = {name: point[name] for name in SIGNED}
    if public_key and not keys.is_signed(
        signed, public_key=public_key, signature=point["signature"]
    ):
        return Comparison(**shown, outcome=Outcome.FORGED, details="。")
    entry_hash = hashes.get(point["sequence"])
    if entry_hash is None:
        count = Entry.objects.count()
        words = f"：检查点签到第 {point['sequence']} 条，现在只有 {count} 条。"
        found = Comparison(**shown, outcome=Outcome.CUT, details=words)
    elif entry_hash != point["entry_hash"]:
        words = f"：第 {point['sequence']} 条或更早的条目已不是签名时的样子。"
        found = Comparison(**shown, outcome=Outcome.REWRITTEN, details=words)
    elif point["key_id"] not in known:
        found = Comparison(**shown, outcome=Outcome.STRANGER, details="：公钥被删去或换过。")
    else:
        words = f"：第 {point['sequence']} 条以及之前的全部条目都没有变。"
        return Comparison(**shown, outcome=Outcome.AGREES, details=words + _missing(point))
    return found if public_key else _unproved(found, shown)


def _unproved(found, shown):
    """The key that signed is neither on record nor in what was given: nothing says whose it is."""
    words = (
        "，也不在您提供的内容里，因此不能断定它是不是真的。请连同当时的公钥"
        "（checkpoints.json 中的 keys）一起核对，或者与公布的公钥编号比对。"
    )
    return Comparison(**shown, outcome=Outcome.STRANGER, details=words)


def _missing(point):
    there = Checkpoint.objects.filter(number=point["number"], signature=point["signature"])
    return "" if there.exists() else "但登记簿里已经没有这个检查点，它被删去了。"
