"""One record against one row: what would change, whether it may, and which cell is to blame."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from portal.setting_up.outcome import Change, Kind, Outcome
from portal.setting_up.sheets import Row, Sheet

CHECK = "请按“填写说明”改正这一格。"


def put(
    outcome: Outcome, sheet: Sheet, row: Row, record: models.Model, values: dict[str, Any]
) -> bool:
    """Give the record these values and save it where that changes anything. False where it is at
    fault.

    `values` holds what the row says: what its cells leave empty stays as it was.
    """
    is_new = record._state.adding
    if (
        not is_new
        and (twin := outcome.taken.setdefault((record._meta.label, record.pk), row.place))
        != row.place
    ):
        outcome.fault(
            row,
            "",
            f"与 {twin} 所在的行是同一条记录。",
            "请合并成一行，或者检查名称、代码、地址名是否填错。",
        )
        return False
    before = {name: getattr(record, name) for name in values}
    for name, value in values.items():
        setattr(record, name, value)
    changed = [name for name in values if getattr(record, name) != before[name]]
    if not (is_new or changed):
        outcome.changes.append(Change(sheet.name, row.place, str(_name(record)), Kind.SAME))
        return True
    try:
        record.full_clean()
    except ValidationError as error:
        _blame(outcome, sheet, row, error)
        return False
    changed = [
        name for name in values if getattr(record, name) != before[name]
    ]  # cleaning may undo a difference
    if is_new or changed:
        record.save()
        outcome.taken[record._meta.label, record.pk] = row.place
    shown = [_shown(record, name) for name in changed]
    details = (
        ()
        if is_new
        else tuple(
            (label, value_in_words(before[name]), after)
            for name, (label, after) in zip(changed, shown, strict=True)
        )
    )
    kind = Kind.NEW if is_new else Kind.CHANGED if changed else Kind.SAME
    outcome.changes.append(Change(sheet.name, row.place, str(_name(record)), kind, details))
    return True


def _name(record: models.Model) -> str:
    return getattr(record, "name", "") or str(record)


def _shown(record: models.Model, name: str) -> tuple[str, str]:
    return str(record._meta.get_field(name).verbose_name), value_in_words(getattr(record, name))


def value_in_words(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "（空）"
    return str(value) if value not in (None, "") else "（空）"


def _blame(outcome: Outcome, sheet: Sheet, row: Row, error: ValidationError) -> None:
    """Every message of the record's own rules at the cell it is about."""
    for name, messages in error.message_dict.items():
        column = sheet.column(name)
        heading = f"“{column.heading}”" if column else ""
        for message in messages:
            outcome.fault(row, name, f"{heading}{message}", column.help if column else CHECK)


def choice_of(
    outcome: Outcome, sheet: Sheet, row: Row, name: str, choices: list[tuple[str, str]]
) -> str | None:
    """The value of a choice written by its label, or None where it is empty or unknown (which is
    then a fault).
    """
    text = row.text(name)
    if not text:
        return None
    for value, label in choices:
        if text in (label, value):
            return value
    words = "、".join(label for _, label in choices)
    outcome.fault(
        row, name, f"没有“{text}”这个{_heading(sheet, name)}。", f"请从下拉列表选择：{words}。"
    )
    return None


def whole_number(
    outcome: Outcome, sheet: Sheet, row: Row, name: str, most: int = 32_767
) -> int | None:
    """A number that is not negative, or None."""
    text = row.text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= most):
        outcome.fault(
            row,
            name,
            f"{_heading(sheet, name)}“{text[:20]}”不是 0 到 {most} 的整数。",
            "请只写数字，例如 10。",
        )
        return None
    return int(text)


def _heading(sheet: Sheet, name: str) -> str:
    column = sheet.column(name)
    return column.heading if column else name


def in_order(outcome: Outcome, sheet: Sheet, rows: list[Row], names: dict[str, Row]) -> list[Row]:
    """Rows with each parent before its children. `names`: every word a parent of this sheet may be
    called by → its row.

    A row that stands below itself is a fault and left out, with all that hangs on it.
    """
    ordered: dict[int, Row] = {}
    refused: set[int] = set()

    def visit(row: Row, above: tuple[int, ...]) -> bool:
        if row.number in ordered:
            return True
        if row.number in refused or row.number in above:
            if row.number in above:
                outcome.fault(
                    row,
                    "parent",
                    f"“{row.text('name')}”绕了一圈又在它自己之下。",
                    "请改正上级，不能互为上下级。",
                )
            refused.add(row.number)
            return False
        parent = names.get(row.text("parent"))
        if parent is not None and parent is not row and not visit(parent, (*above, row.number)):
            refused.add(row.number)
            return False
        ordered[row.number] = row
        return True

    for row in rows:
        visit(row, ())
    return list(ordered.values())
