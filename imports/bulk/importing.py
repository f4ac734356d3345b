"""Taking in many items from one table: looked through row by row first, then all or nothing."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from disclosure.models import BulkImport, Item
from documents.extraction.filled_in import opened_table
from documents.extraction.tables import MAX_BYTES
from documents.uploads.gate import check_upload
from imports.bulk.columns import ItemTable, identity
from imports.bulk.staging import Staging, forget_marks

STEP = 50  # rows between two words about progress
GONE = "文件已不在，请重新上传。"
SHOWN = 200  # errors and examples on a page


@dataclass
class RowError:
    """What is wrong in a row: (column, sentence)."""

    row: int
    messages: list


@dataclass
class Outcome:
    """What came of it. `rows`: of the first rows that are in order (number, what they say); once
    taken in, (number, key of the item).
    """

    total: int = 0
    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    trouble: str = ""  # with the file as a whole
    hidden: list = field(default_factory=list)  # numbers of rows that do not show in the table

    @property
    def is_sound(self):
        """Whether every row is in order."""
        return self.total > 0 and not self.errors and not self.trouble

    def as_json(self):
        """As `BulkImport.findings` keeps it."""
        return vars(self) | {"errors": [[error.row, error.messages] for error in self.errors]}

    @classmethod
    def of(cls, batch):
        """What is kept of a table, or None where nobody has looked yet."""
        if batch.findings is None:
            return None
        return cls(
            **batch.findings
            | {"errors": [RowError(*error) for error in batch.findings.get("errors", ())]}
        )


def keep_upload(*, file, by):
    """Store a table for looking through. Raises ValidationError in words. Forgets what the same
    person never took in.
    """
    extension = file.name.rpartition(".")[2].lower()
    if extension not in {"xlsx", "csv"}:
        raise ValidationError("请上传 XLSX 或 CSV 文件。")
    if file.size > MAX_BYTES:
        raise ValidationError(f"文件超过 {MAX_BYTES // 1_000_000} MB，请分成几个文件导入。")
    check_upload(file)
    for old in BulkImport.objects.filter(uploaded_by=by, applied_at=None, claimed_at=None):
        old.file.delete(save=False)
        old.delete()
    return BulkImport.objects.create(
        file=file, name=file.name[-200:], extension=extension, uploaded_by=by
    )


def look_through(batch, *, user, tell=lambda done, total: None):
    """Look whether every row is in order and keep what was found with the table; nothing else is
    written. Returns the `Outcome`.

    `tell` hears now and then how many rows of how many are done.
    """
    outcome = Outcome()
    for number, item in _sound_rows(batch, user, outcome, tell):
        if len(outcome.rows) < SHOWN:
            outcome.rows.append([number, _words_of(item)])
    BulkImport.objects.filter(pk=batch.pk, applied_at=None).update(findings=outcome.as_json())
    return outcome


def import_rows(batch, *, by, address="", tell=lambda done, total: None):
    """Make a draft of every row, or of none. Returns the `Outcome`, kept with the table. Raises
    ValidationError where it was done before.

    A draft is seen by nobody before all are there. At the first row that is not in order nothing
    more is written, the others are looked through as well, so that all that is wrong is named, and
    what was written is taken back.
    """
    staging, outcome, entered = Staging(batch, by=by), Outcome(), {}
    try:
        for number, item in _sound_rows(batch, by, outcome, tell):
            if not outcome.errors:
                staging.add(item)
                entered[identity(item)] = number
                outcome.rows += [[number, item]] if len(outcome.rows) < SHOWN else []
        if outcome.is_sound:
            staging.write()
            _reveal(staging, outcome, entered, address)
    finally:
        staging.undo()
    if outcome.is_sound:
        forget_marks([staging.batch])
    else:
        outcome.rows = []
        BulkImport.objects.filter(pk=batch.pk, applied_at=None).update(findings=outcome.as_json())
    return outcome


def _reveal(staging, outcome, entered, address):
    outcome.rows = [[number, item.pk] for number, item in outcome.rows]

    def require():
        if twice := [
            entered[key] for key in map(identity, staging.come_meanwhile()) if key in entered
        ]:
            raise ValidationError([_twice(number) for number in sorted(twice)])

    try:
        staging.reveal(address=address, require=require, findings=outcome.as_json())
    except ValidationError as error:
        outcome.trouble = "；".join(error.messages)


def _twice(number):
    return f"第 {number} 行刚刚已由别人录入（发布机构、成文日期、发文字号或标题相同），没有导入任何一条。"


def _words_of(item):
    """What a page shows of a row before there is an item."""
    return {
        "title": item.title,
        "department": item.department.short_name,
        "category": str(item.category),
        "created_on": item.created_on.isoformat(),
        "document_number": item.document_number,
    }


def _sound_rows(batch, user, outcome, tell):
    """Yield (number, item) of the rows that are in order, not saved; what is wrong goes into the
    outcome.
    """
    table = ItemTable(user=user)
    if not batch.file:  # a removal by law has taken it
        outcome.trouble = GONE
        return
    try:
        with (
            batch.file.open("rb") as file,
            opened_table(file, batch.extension, set(table.columns()), table.required) as found,
        ):
            outcome.total, outcome.hidden = found.total, found.hidden
            loader = table._meta.instance_loader_class(table)
            for done, (number, row) in enumerate(found.rows(), start=1):
                result = table.import_row(
                    row, loader, row_number=number, dry_run=True, using_transactions=False
                )
                if item := _sound(outcome, number, result):
                    yield number, item
                if done % STEP == 0 or done == found.total:
                    tell(done, found.total)
    except (ValidationError, OSError) as error:
        outcome.trouble = "；".join(getattr(error, "messages", [GONE]))


def _sound(outcome, number, result):
    """The item of a row, or None: then the outcome names what is wrong."""
    if result.validation_error is not None:
        outcome.errors.append(
            RowError(number, [list(one) for one in _messages(result.validation_error)])
        )
    elif result.errors:
        raise result.errors[0].error  # a fault of ours, not of the row
    else:
        return result.instance
    return None


def _messages(error):
    if not hasattr(error, "error_dict"):
        yield from (("", message) for message in error.messages)
        return
    columns = {column.attribute: column.column_name for column in ItemTable.fields.values()}
    for name, messages in error.message_dict.items():
        label = columns.get(name) or (
            Item._meta.get_field(name).verbose_name if name != "__all__" else ""
        )
        yield from ((label, message) for message in messages)
