"""Writing many drafts without keeping others from writing: a few at a time, seen by nobody, then all of them in one step.

On SQLite one writer holds the whole database. Ten thousand rows in one transaction held it for half a minute; here each transaction is
short and is followed by a pause in which whoever waits gets his turn.
"""

import datetime as dt
import time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.models import BulkImport, Item, StagedItem
from ledger import audit
from ledger.models import AuditEvent

ROWS_A_STEP = 50
CHARACTERS_A_STEP = 300_000
LONGEST_PAUSE, SHORTEST_PAUSE = 0.3, 0.02  # seconds; as long as the step before held the lock
FORGOTTEN_AFTER = dt.timedelta(minutes=10)  # a step takes less than a second
BUSY = "这个文件正在导入，请稍候再打开这一页查看结果。"


def claim(batch):
    """Take the table for oneself. Returns it fresh; raises ValidationError where it is done already or under way."""
    with transaction.atomic():
        batch = BulkImport.objects.select_for_update().get(pk=batch.pk)
        if batch.applied_at:
            raise ValidationError(f"这个文件已经导入过了（{batch.made} 条），没有再次导入。")
        if batch.claimed_at and timezone.now() - batch.claimed_at < FORGOTTEN_AFTER:
            raise ValidationError(BUSY)
        batch.claimed_at = timezone.now()
        batch.save(update_fields=["claimed_at"])
    undo(batch, is_over=False)  # what one that died left behind
    return batch


def stage(batch, items, *, by):
    """Write the items, unseen; yields how many are written. Each is sanitised and composed before the lock is asked for."""
    done = 0
    for step in _steps(items):
        for item in step:
            item.text = item.compose_text()
        began = time.monotonic()
        with transaction.atomic():
            made = Item.objects.bulk_create(step)
            StagedItem.objects.bulk_create(StagedItem(item=item, batch=batch) for item in made)
            if by is not None:
                through = Item.contributors.through
                through.objects.bulk_create(through(item_id=item.pk, user_id=by.pk) for item in made)
            BulkImport.objects.filter(pk=batch.pk).update(claimed_at=timezone.now())
        _pause(time.monotonic() - began)
        done += len(step)
        yield done


def _steps(items):
    step, characters = [], 0
    for item in items:
        step.append(item)
        characters += len(item.body)
        if len(step) >= ROWS_A_STEP or characters >= CHARACTERS_A_STEP:
            yield step
            step, characters = [], 0
    if step:
        yield step


def _pause(held):
    time.sleep(min(max(held, SHORTEST_PAUSE), LONGEST_PAUSE))


@transaction.atomic
def reveal(batch, *, by, address, require):
    """All items of the table appear: one short transaction. `require()` is asked inside it and may raise ValidationError."""
    batch = BulkImport.objects.select_for_update().get(pk=batch.pk)
    require()
    batch.applied_at, batch.made, batch.claimed_at = timezone.now(), batch.staged.count(), None
    StagedItem.objects.filter(batch=batch).delete()
    batch.save(update_fields=["applied_at", "made", "claimed_at"])
    audit.record(
        event=AuditEvent.IMPORT,
        by=by,
        address=address,
        object_kind="disclosure_item",
        object_name=batch.name,
        object_key=batch.pk,
        detail={"made": batch.made},
    )


def undo(batch, *, is_over=True):
    """Take back what was written of a table that is not complete, a few at a time. Does nothing where there is nothing."""
    while keys := list(StagedItem.objects.filter(batch=batch).values_list("item_id", flat=True)[:ROWS_A_STEP]):
        began = time.monotonic()
        with transaction.atomic():
            Item.objects.filter(pk__in=keys, staged__batch=batch).delete()
        _pause(time.monotonic() - began)
    if is_over:
        BulkImport.objects.filter(pk=batch.pk, applied_at=None).update(claimed_at=None)


def forget_abandoned():
    """Take back what imports that died left behind. Returns how many tables."""
    latest = timezone.now() - FORGOTTEN_AFTER
    left = BulkImport.objects.filter(applied_at=None, claimed_at__lt=latest)
    batches = list(left.filter(pk__in=StagedItem.objects.values("batch")))
    for batch in batches:
        undo(batch)
    return len(batches)
