"""Taking in many items from one table: looked through row by row first, then all or nothing."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.desk.item_columns import ItemTable
from disclosure.desk.tables import MAX_BYTES, read_table
from disclosure.models import BulkImport, Item
from disclosure.uploads import check_upload
from ledger import audit
from ledger.models import AuditEvent

STEP = 50  # rows between two words about progress
SHOWN = 200  # errors and examples on a page


@dataclass
class Progress:
    """How far it is."""

    done: int
    total: int


@dataclass
class RowError:
    """What is wrong in a row, column by column."""

    row: int
    messages: list


@dataclass
class Outcome:
    """What came of it. `rows` are (number, item) of the rows that are in order."""

    total: int = 0
    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    trouble: str = ""  # with the file as a whole

    @property
    def is_sound(self):
        """Whether every row is in order."""
        return self.total > 0 and not self.errors and not self.trouble


class _Undone(Exception):  # noqa: N818 – not an error, a way out of the transaction
    pass


def keep_upload(*, file, by):
    """Store a table for looking through. Raises ValidationError in words. Forgets what the same person never took in."""
    extension = file.name.rpartition(".")[2].lower()
    if extension not in {"xlsx", "csv"}:
        raise ValidationError("请上传 XLSX 或 CSV 文件。")
    if file.size > MAX_BYTES:
        raise ValidationError(f"文件超过 {MAX_BYTES // 1_000_000} MB，请分成几个文件导入。")
    check_upload(file)
    for old in BulkImport.objects.filter(uploaded_by=by, applied_at=None):
        old.file.delete(save=False)
        old.delete()
    return BulkImport.objects.create(file=file, name=file.name[-200:], extension=extension, uploaded_by=by)


def look_through(batch, *, user):
    """Yield `Progress` now and then, at last the `Outcome`. Nothing is written."""
    yield from _run(batch, user=user, dry_run=True)


def take_in(batch, *, by, address=""):
    """Make a draft of every row, or of none: yields like `look_through`. One transaction; a second call finds it done."""
    try:
        with transaction.atomic():
            batch = BulkImport.objects.select_for_update().get(pk=batch.pk)
            if batch.applied_at:
                yield Outcome(trouble=f"这个文件已经导入过了（{batch.made} 条），没有再次导入。")
                return
            for step in _run(batch, user=by, dry_run=False):
                if isinstance(step, Outcome):
                    outcome = step
                else:
                    yield step
            if not outcome.is_sound:
                raise _Undone
            batch.applied_at, batch.made = timezone.now(), len(outcome.rows)
            batch.save(update_fields=["applied_at", "made"])
            audit.record(
                event=AuditEvent.IMPORT,
                by=by,
                address=address,
                object_kind="disclosure_item",
                object_name=batch.name,
                object_key=batch.pk,
                detail={"made": batch.made},
            )
    except _Undone:
        outcome.rows = []
    yield outcome


def _run(batch, *, user, dry_run):
    outcome, table = Outcome(), ItemTable(user=user)
    try:
        with batch.file.open("rb") as file:
            rows = read_table(file, batch.extension, set(table.columns()), table.required)
    except (ValidationError, OSError) as error:
        outcome.trouble = "；".join(getattr(error, "messages", ["文件已不在，请重新上传。"]))
        yield outcome
        return
    outcome.total = len(rows)
    loader = table._meta.instance_loader_class(table)
    for done, (number, row) in enumerate(rows, start=1):
        result = table.import_row(row, loader, row_number=number, dry_run=dry_run, using_transactions=not dry_run)
        _note(outcome, number, result)
        if done % STEP == 0 and done < len(rows):
            yield Progress(done, len(rows))
    yield outcome


def _note(outcome, number, result):
    if result.validation_error is not None:
        outcome.errors.append(RowError(number, list(_messages(result.validation_error))))
    elif result.errors:
        raise result.errors[0].error  # a fault of ours, not of the row
    else:
        outcome.rows.append((number, result.instance))


def _messages(error):
    if not hasattr(error, "error_dict"):
        yield from (("", message) for message in error.messages)
        return
    columns = {column.attribute: column.column_name for column in ItemTable.fields.values()}
    for name, messages in error.message_dict.items():
        label = columns.get(name) or (Item._meta.get_field(name).verbose_name if name != "__all__" else "")
        yield from ((label, message) for message in messages)
