"""Taking in many items from one table: looked through row by row first, then all or nothing."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.desk.item_columns import ItemTable, identity
from disclosure.desk.staging import claim, reveal, stage, undo
from disclosure.desk.tables import read_table
from disclosure.extraction.tables import MAX_BYTES
from disclosure.models import BulkImport, Item
from disclosure.uploads import check_upload

STEP = 50  # rows between two words about progress
SHOWN = 200  # errors and examples on a page


@dataclass
class Progress:
    """How far it is."""

    done: int
    total: int
    is_writing: bool = False  # after everything was looked through


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
    hidden: list = field(default_factory=list)  # numbers of rows that do not show in the table

    @property
    def is_sound(self):
        """Whether every row is in order."""
        return self.total > 0 and not self.errors and not self.trouble


def keep_upload(*, file, by):
    """Store a table for looking through. Raises ValidationError in words. Forgets what the same person never took in."""
    extension = file.name.rpartition(".")[2].lower()
    if extension not in {"xlsx", "csv"}:
        raise ValidationError("请上传 XLSX 或 CSV 文件。")
    if file.size > MAX_BYTES:
        raise ValidationError(f"文件超过 {MAX_BYTES // 1_000_000} MB，请分成几个文件导入。")
    check_upload(file)
    for old in BulkImport.objects.filter(uploaded_by=by, applied_at=None, claimed_at=None):
        old.file.delete(save=False)
        old.delete()
    return BulkImport.objects.create(file=file, name=file.name[-200:], extension=extension, uploaded_by=by)


def look_through(batch, *, user):
    """Yield `Progress` now and then, at last the `Outcome`. Nothing is written."""
    yield from _run(batch, user=user)


def take_in(batch, *, by, address=""):
    """Make a draft of every row, or of none: yields like `look_through`. A second call finds it done, or under way.

    Everything is looked through before anything is written; what is written is seen by nobody before all of it is.
    """
    try:
        batch = claim(batch)
    except ValidationError as error:
        yield Outcome(trouble=error.messages[0])
        return
    since = timezone.now()
    try:
        for step in _run(batch, user=by):
            if isinstance(step, Outcome):
                outcome = step
            else:
                yield step
        if outcome.is_sound:
            items = [item for _, item in outcome.rows]
            for done in stage(batch, items, by=by):
                yield Progress(done, outcome.total, is_writing=True)
            _reveal(batch, outcome, since, by, address)
    finally:  # also where the reader went away in the middle
        undo(batch)
    if not outcome.is_sound:
        outcome.rows = []
    yield outcome


def _reveal(batch, outcome, since, by, address):
    def require():
        if twice := _come_meanwhile(outcome, since):
            raise ValidationError(twice)

    try:
        reveal(batch, by=by, address=address, require=require)
    except ValidationError as error:
        outcome.trouble = "；".join(error.messages)


def _come_meanwhile(outcome, since):
    """Sentences about rows that somebody else entered while the table was taken in."""
    others = Item.objects.filter(created_at__gte=since, staged=None)  # ours are staged still
    entered = {identity(item) for item in others.only("department", "created_on", "document_number", "title")}
    return [
        f"第 {number} 行刚刚已由别人录入（发布机构、成文日期、发文字号或标题相同），没有导入任何一条。"
        for number, item in outcome.rows
        if identity(item) in entered
    ]


def _run(batch, *, user):
    outcome, table = Outcome(), ItemTable(user=user)
    try:
        with batch.file.open("rb") as file:
            found = read_table(file, batch.extension, set(table.columns()), table.required)
    except (ValidationError, OSError) as error:
        outcome.trouble = "；".join(getattr(error, "messages", ["文件已不在，请重新上传。"]))
        yield outcome
        return
    rows, outcome.hidden = found.rows, found.hidden
    outcome.total = len(rows)
    loader = table._meta.instance_loader_class(table)
    for done, (number, row) in enumerate(rows, start=1):
        result = table.import_row(row, loader, row_number=number, dry_run=True, using_transactions=False)
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
