"""Who outside has taken which checkpoint, and what it proves (docs/decisions/0096)."""

import base64

from django.db import transaction
from django.utils import timezone

from ledger.canonical import canonical
from ledger.locks import lock_for_appending
from ledger.models import Checkpoint, Receipt
from ledger.outside import timestamps
from ledger.verification import Fault, also_verify

RECEIPT_LOCK_KEY = 0x1A47A3  # any constant; not the register's


def stamped_bytes(checkpoint):
    """What a time stamp is over, and what `/register/checkpoints/<number>.json` gives."""
    return canonical(checkpoint.signed() | {"signature": checkpoint.signature})


def newest_untaken(way, witness):
    """The newest checkpoint, or None where this witness has it already or there is none."""
    newest = Checkpoint.objects.order_by("-number").first()
    if newest is None or newest.receipts.filter(way=way, witness=witness).exists():
        return None
    return newest


@transaction.atomic
def record(*, checkpoint, way, witness, answer=b""):
    """Write down that a witness took a checkpoint; once, however often it is said."""
    lock_for_appending(RECEIPT_LOCK_KEY)
    same = {"checkpoint": checkpoint, "way": way, "witness": witness}
    if found := Receipt.objects.filter(**same).first():
        return found
    receipt = Receipt(
        number=Receipt.objects.count() + 1,
        taken_at=timezone.now(),
        answer=base64.b64encode(answer).decode(),
        **same,
    )
    receipt.save()
    return receipt


def last_taken():
    """The newest receipt, with its checkpoint, or None."""
    return Receipt.objects.select_related("checkpoint").order_by("-number").first()


def last_witnessed():
    """The checkpoint farthest on that somebody outside has, or None."""
    taken = Checkpoint.objects.filter(receipts__isnull=False)
    return taken.order_by("-number").first()


@also_verify
def receipt_faults():
    """Time stamps that are of another checkpoint than the one on record: it was written anew."""
    stamped = Receipt.objects.filter(way=Receipt.Way.TIMESTAMP).select_related("checkpoint")
    for receipt in stamped.order_by("number").iterator():
        point = receipt.checkpoint
        try:
            fault = timestamps.fault_of(base64.b64decode(receipt.answer), stamped_bytes(point))
        except (ValueError, TypeError, AttributeError):
            fault = "读不出来"
        if fault:
            yield Fault(
                f"检查点 {receipt.checkpoint_id} 与时间戳服务 {receipt.taken_at:%Y-%m-%d} 盖过的不符：{fault}。"
            )
