"""Writing many drafts without keeping others from writing: a few at a time, seen by nobody, then
all of them by one row.

On SQLite one writer holds the whole database. Ten thousand rows in one transaction held it for half
a minute; here each transaction is short and is followed by a pause in which whoever waits gets his
turn. What becomes visible at once is one row, the batch (`BulkImport.applied_at`); the marks of its
items are deleted afterwards, a few at a time as well.
"""

import datetime as dt
import time
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.models import BulkImport, Item, StagedItem
from ledger import audit
from ledger.models import AuditEvent

ROWS_A_STEP = 50
MARKS_A_STEP = 500
CHARACTERS_A_STEP = 300_000
LONGEST_PAUSE, SHORTEST_PAUSE = 0.3, 0.02  # seconds; as long as the step before held the lock
FORGOTTEN_AFTER = dt.timedelta(minutes=10)  # a step takes less than a second
BELOW_NEWEST = (
    1_000  # keys: somebody may have taken one before the newest that is seen, and commit it later
)
TAKEN_OVER = "这次导入已由别的程序接着办理。"


class Staging:
    """The items of one table on their way in. Nothing of it is seen, and `undo` takes it back,
    until `reveal`.
    """

    def __init__(self, batch, *, by):
        self.batch, self.by, self.done = claimed(batch), by, 0
        self._step, self._characters = [], 0
        newest = Item.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._since = newest - BELOW_NEWEST

    def add(self, item):
        """Take an item in; written with the next step. Raises ValidationError where somebody else
        has taken the table over.
        """
        item.text = item.compose_text()
        self._step.append(item)
        self._characters += len(item.body)
        if len(self._step) >= ROWS_A_STEP or self._characters >= CHARACTERS_A_STEP:
            self.write()

    def write(self):
        """Write what waits. Each item is sanitised and composed before the lock is asked for."""
        step, self._step, self._characters = self._step, [], 0
        if not step:
            return
        began = time.monotonic()
        with transaction.atomic():
            _hold(self.batch)
            made = Item.objects.bulk_create(step)
            StagedItem.objects.bulk_create(StagedItem(item=item, batch=self.batch) for item in made)
            through = Item.contributors.through
            through.objects.bulk_create(
                through(item_id=item.pk, user_id=self.by.pk) for item in made
            )
        _pause(time.monotonic() - began)
        self.done += len(step)

    def come_meanwhile(self):
        """Items that others have entered since the table was claimed. Those of a table that is
        still on its way in do not count.
        """
        others = (
            Item.objects.filter(pk__gt=self._since).exclude(staged__batch=self.batch).complete()
        )
        return others.only("department", "created_on", "document_number", "title")

    @transaction.atomic
    def reveal(self, *, address, require, findings):
        """All items of the table appear: one row is written. `require()` is asked inside and may
        raise ValidationError.
        """
        # Of two tables at once the second sees what the first has brought.
        list(
            BulkImport.objects.select_for_update()
            .exclude(claim=None)
            .order_by("pk")
            .values_list("pk")
        )
        _hold(self.batch)
        require()
        made = self.batch.staged.count()
        BulkImport.objects.filter(pk=self.batch.pk).update(
            applied_at=timezone.now(), made=made, claim=None, claimed_at=None, findings=findings
        )
        audit.record(
            event=AuditEvent.IMPORT,
            by=self.by,
            address=address,
            object_kind="disclosure_item",
            object_name=self.batch.name,
            object_key=self.batch.pk,
            detail={"made": made},
        )

    def undo(self):
        """See `undo`."""
        undo(self.batch)


def claimed(batch, *, older_than=None):
    """The table, fresh, and with a mark of our own: whoever had it before writes nothing more, and
    what he has written goes.

    Raises ValidationError where it is done already. `older_than`: only if nothing was heard of him
    since that moment.
    """
    with transaction.atomic():
        batch = BulkImport.objects.select_for_update().get(pk=batch.pk)
        if batch.applied_at:
            raise ValidationError(f"这个文件已经导入过了（{batch.made} 条），没有再次导入。")
        if older_than and batch.claimed_at and batch.claimed_at > older_than:
            raise ValidationError(TAKEN_OVER)
        batch.claim, batch.claimed_at = uuid.uuid4(), timezone.now()
        batch.save(update_fields=["claim", "claimed_at"])
    _take_back(batch)
    return batch


def _hold(batch):
    """Lock the table's row for this transaction, and say that it is at work. Raises ValidationError
    where it is ours no longer.
    """
    mine = BulkImport.objects.filter(pk=batch.pk, claim=batch.claim, applied_at=None)
    if not mine.update(claimed_at=timezone.now()):
        raise ValidationError(TAKEN_OVER)


def _pause(held):
    time.sleep(min(max(held, SHORTEST_PAUSE), LONGEST_PAUSE))


def undo(batch):
    """Take back what was written of a claimed table, a few items at a time. Nothing of one that is
    applied, or is somebody else's.
    """
    try:
        _take_back(batch)
    except ValidationError:
        return
    BulkImport.objects.filter(pk=batch.pk, claim=batch.claim, applied_at=None).update(
        claim=None, claimed_at=None
    )


def _take_back(batch):
    while keys := list(
        StagedItem.objects.filter(batch=batch).values_list("item_id", flat=True)[:ROWS_A_STEP]
    ):
        began = time.monotonic()
        with transaction.atomic():
            _hold(batch)
            Item.objects.filter(pk__in=keys, staged__batch=batch).delete()
        _pause(time.monotonic() - began)


def forget_marks(batches):
    """Delete the marks of tables that are applied: nobody asks them any more. Returns how many."""
    deleted = 0
    marks = StagedItem.objects.filter(batch__in=batches).exclude(batch__applied_at=None)
    while keys := list(marks.values_list("pk", flat=True)[:MARKS_A_STEP]):
        began = time.monotonic()
        deleted += (
            StagedItem.objects.filter(pk__in=keys).exclude(batch__applied_at=None).delete()[0]
        )
        _pause(time.monotonic() - began)
    return deleted


def forget_abandoned():
    """Take back what imports that died left behind, and the marks of those that died behind the
    last step. How many tables.
    """
    latest = timezone.now() - FORGOTTEN_AFTER
    left = BulkImport.objects.filter(pk__in=StagedItem.objects.values("batch"))
    forget_marks(left.filter(applied_at__lt=latest))
    number = 0
    for batch in left.filter(applied_at=None, claimed_at__lt=latest):
        try:
            undo(claimed(batch, older_than=latest))
        except ValidationError:  # somebody has it, or has finished it
            continue
        number += 1
    return number
