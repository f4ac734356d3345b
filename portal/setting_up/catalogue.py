"""The sheet 公开目录. Inside `catalog.locks.tree_write()`: every insertion renumbers the edges of
others, so each is loaded anew.
"""

import re

from catalog.models import Category, ColumnType, Section
from catalog.regulation import ARTICLES
from portal.setting_up.organs import Organs
from portal.setting_up.outcome import Outcome
from portal.setting_up.records import choice_of, in_order, put, whole_number
from portal.setting_up.sheets import NO, YES, Row, Sheet

LONGEST_KEYWORDS = 100
TEXTS = ("name", "description", "keywords")


def put_catalogue(
    outcome: Outcome, sheet: Sheet, rows: list[Row], organs: Organs, faulty: set[str]
) -> None:
    """Columns, each after the one above it. `faulty`: words of organs whose rows are at fault."""
    names: dict[str, Row] = {}
    for row in rows:
        for word in (row.text("slug").lower(), row.text("name")):
            names.setdefault(word, row)
    names.pop("", None)
    wrong: set[str] = set()
    ordered = in_order(outcome, sheet, rows, names)
    for row in rows:
        if row not in ordered:
            wrong |= {row.text("slug").lower(), row.text("name")}
    positions = {row.number: place * 10 for place, row in enumerate(rows, start=1)}
    for row in ordered:
        before = len(outcome.faults)
        parent = _parent(outcome, row, names, wrong)
        if parent is None and row.text("parent"):
            is_good = False
        else:
            is_good = _put_one(outcome, sheet, row, parent, positions[row.number], organs, faulty)
        if not is_good or len(outcome.faults) > before:
            wrong |= {row.text("slug").lower(), row.text("name")}


def _parent(outcome: Outcome, row: Row, names: dict[str, Row], wrong: set[str]) -> Category | None:
    """The record of the column above, by address name or by a name that stands once."""
    word = row.text("parent")
    if not word:
        return None
    if found := Category.objects.filter(slug=word.lower()).first():
        return found
    found = list(Category.objects.filter(name=word)[:2])
    if len(found) == 1:
        return found[0]
    if word not in wrong and word.lower() not in wrong:
        what = "有几个栏目叫这个名称" if found else "没有这个栏目"
        outcome.fault(
            row,
            "parent",
            f"上级栏目“{word}”：{what}。",
            "请填写上级栏目的地址名；它也可以在本表的另一行。",
        )
    return None


def _put_one(
    outcome: Outcome,
    sheet: Sheet,
    row: Row,
    parent: Category | None,
    position: int,
    organs: Organs,
    faulty: set[str],
) -> bool:
    category = _of(row, parent)
    if category._state.adding and not row.text("name"):
        outcome.fault(row, "name", "缺少“栏目名称”。", sheet.columns[0].help)
        return False
    values = _values(outcome, sheet, row, organs, faulty)
    if parent is not None:
        values["parent"] = parent
    if category._state.adding:
        values.setdefault("position", position)
        values.setdefault("slug", _free_slug())
        values.setdefault("description", f"公开{row.text('name')}方面的政府信息。")
        values.setdefault("keywords", row.text("name")[:LONGEST_KEYWORDS])
    return put(outcome, sheet, row, category, values)


def _of(row: Row, parent: Category | None) -> Category:
    """The record a row is about: by address name, else by its name under the same parent; else a
    new one.
    """
    if slug := row.text("slug").lower():
        return Category.objects.filter(slug=slug).first() or Category()
    return Category.objects.filter(parent=parent, name=row.text("name")).first() or Category()


def _values(outcome: Outcome, sheet: Sheet, row: Row, organs: Organs, faulty: set[str]) -> dict:
    values: dict = {name: row.text(name) for name in TEXTS if row.text(name)}
    if slug := row.text("slug"):
        values["slug"] = slug.lower()
    if section := choice_of(outcome, sheet, row, "section", Section.choices):
        values["section"] = section
    if column_type := choice_of(outcome, sheet, row, "column_type", ColumnType.choices):
        values["column_type"] = column_type
    for name in ("update_within_days", "position"):
        if (number := whole_number(outcome, sheet, row, name)) is not None:
            values[name] = number
    if shown := choice_of(outcome, sheet, row, "is_visible", [(YES, YES), (NO, NO)]):
        values["is_visible"] = shown == YES
    if (word := row.text("department")) and (
        organ := organs.find(outcome, row, "department", word, faulty)
    ):
        values["department"] = organ
    if items := _articles(outcome, row):
        values["regulation_items"] = items
    return values


def _articles(outcome: Outcome, row: Row) -> list[str]:
    found = [word for word in re.split(r"[;；、,，\s]+", row.text("regulation_items")) if word]
    if unknown := [word for word in found if word not in ARTICLES]:
        known = "、".join(ARTICLES)
        outcome.fault(
            row,
            "regulation_items",
            f"没有“{unknown[0]}”这个条款编号。",
            f"可以填写：{known}，用“;”隔开。",
        )
        return []
    return found


def _free_slug() -> str:
    """`column-N`, the first that is free."""
    taken = set(Category.objects.filter(slug__startswith="column-").values_list("slug", flat=True))
    return next(
        f"column-{number}" for number in range(1, len(taken) + 2) if f"column-{number}" not in taken
    )
