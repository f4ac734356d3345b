"""A page of a category's list, at the same cost however long the list and however far back the
page.

An index gives the items of one category in their order, but those of a category with all below it
only after sorting them all. So each category is asked for its first few after a place (the cursor),
and of these few the first are the page's.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import In

from catalog.models import Category
from disclosure.models import Item

# Stands in the compiled query for the category, and is replaced by each of them.
_SENTINEL = -711
# An order is read from an index; of a part this large of all items every tenth row of the order
# belongs to the list, and walking it is cheaper than asking each category.
LARGE_PART = 0.1
_DATE, _MOMENT, _NUMBER = "date", "moment", "number"
_KINDS = {"listed_at": _MOMENT, "created_on": _DATE, "view_count": _NUMBER}


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: `value` and `pk` of the row before it (or, `is_back`, after it)."""

    value: object
    pk: int
    is_back: bool = False

    @classmethod
    def read(cls, field, text, *, is_back=False):
        """The cursor of an address. Raises ValueError where the text is none."""
        number, _, pk = text.partition("-")
        number, pk = int(number), int(pk)
        if not 0 <= pk < 2**63 or not 0 <= number < 2**53:
            raise ValueError("out of range")
        return cls(_READ[_KINDS[field]](number), pk, is_back)


def place(field, item):
    """The cursor text of a row."""
    return f"{_WRITE[_KINDS[field]](getattr(item, field))}-{item.pk}"


_EPOCH = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_READ = {
    _NUMBER: int,
    _DATE: lambda number: dt.date.fromordinal(number) if 0 < number < 3_652_059 else _refuse(),
    _MOMENT: lambda number: (
        _EPOCH + dt.timedelta(microseconds=number) if number < 2**52 + 2**51 else _refuse()
    ),
}
_WRITE = {
    _NUMBER: int,
    _DATE: dt.date.toordinal,
    _MOMENT: lambda moment: (moment - _EPOCH) // dt.timedelta(microseconds=1),
}


def _refuse():
    raise ValueError("out of range")


@dataclass(frozen=True)
class Shelf:
    """What is paged through: items of some visible categories (explicit ids), by the reader's
    choices, in an order.

    `narrowed`: `Item.objects.open()` with the choices. `is_large`: the categories hold a large part
    of all items.
    """

    narrowed: QuerySet
    category_ids: list
    field: str
    is_rising: bool = False
    is_large: bool = False

    def page_ids(self, *, cursor, start, number):
        """Ids of `number` items after the cursor, or from the `start`-th on, in order."""
        is_back = bool(cursor and cursor.is_back)
        rising = self.is_rising != is_back
        rows = _after(self.narrowed, self.field, rising, cursor)
        rows = rows.order_by(*(name if rising else f"-{name}" for name in (self.field, "pk")))
        ids = self._some(rows.values_list(self.field, "pk"), start, number, rising)
        return ids[::-1] if is_back else ids

    def _some(self, rows, start, number, rising):
        filed, end = self._filed(rows), start + number
        if self.is_large:
            home = In(
                F("category_id") + 0, self.category_ids
            )  # said so that no planner takes it for a way in
            rows = rows.filter(home)
            if filed is None:  # what is skipped never leaves the database
                return [pk for _, pk in _run(*rows[start:end].query.sql_with_params())]
            found = _run(*rows[:end].query.sql_with_params())
        else:
            found = _merged(rows, self.category_ids, end, rising)
        if filed is not None:
            found = sorted(
                {*found, *_run(*filed[:end].query.sql_with_params())}, reverse=not rising
            )[:end]
        return [pk for _, pk in found[start:]]

    def _filed(self, rows):
        """Those that are at home elsewhere and filed here as well; None where there are none."""
        links = Item.further_categories.through.objects.filter(category_id__in=self.category_ids)
        if not links.exists():
            return None
        hidden = Category.objects.hidden().values("pk")
        return rows.filter(pk__in=links.values("item_id")).exclude(category__in=hidden)


def _after(rows, field, rising, cursor):
    """The rows after the cursor in their direction, as a range of the index on (field, pk)."""
    if cursor is None:
        return rows
    beyond = "gt" if rising else "lt"
    same_or_beyond = Q(**{f"{field}__{beyond}e": cursor.value})
    return rows.filter(same_or_beyond).exclude(
        Q(**{field: cursor.value}) & ~Q(**{f"pk__{beyond}": cursor.pk}),
    )


def first_of_each(narrowed, category_ids, number):
    """{category id: its newest `number` items as (listed_at, pk)} of visible categories: one
    statement for all.
    """
    rows = narrowed.order_by("-listed_at", "-pk").values_list("listed_at", "pk", "category_id")
    found = {}
    if source := _of_each(rows, category_ids, number):
        for listed_at, pk, category in _run(*source):
            found.setdefault(category, []).append((listed_at, pk))
    return found


def _merged(rows, category_ids, number, rising):
    """The first `number` of (value, pk) over all categories: each gives its own first, in one
    statement.
    """
    if not category_ids:
        return []
    source, values = _of_each(rows, category_ids, number)
    way = "ASC" if rising else "DESC"
    ordered = f"SELECT * FROM ({source}) AS found ORDER BY 1 {way}, 2 {way} LIMIT %s"  # noqa: S608
    return _run(ordered, [*values, number])


def _of_each(rows, category_ids, number):
    """(SQL, parameters) of the first `number` of `rows` in each category; None where there is no
    category.
    """
    if not category_ids:
        return None
    ids = sorted(category_ids)
    sql, params = rows.filter(category_id=_SENTINEL)[:number].query.sql_with_params()
    if connection.vendor == "postgresql":
        before, after = _split(sql, params.index(_SENTINEL))
        shelves = ", ".join(["(%s::bigint)"] * len(ids))
        lateral = f"LATERAL ({before}shelf.id{after}) AS item"
        source = f"SELECT item.* FROM (VALUES {shelves}) AS shelf(id), {lateral}"  # noqa: S608
        return source, [*ids, *(value for value in params if value != _SENTINEL)]
    source = " UNION ALL ".join([f"SELECT * FROM ({sql})"] * len(ids))  # noqa: S608
    return source, [
        category if value == _SENTINEL else value for category in ids for value in params
    ]


def _split(sql, place):
    """The statement before and after its `place`-th parameter."""
    parts = sql.split("%s")
    return "%s".join(parts[: place + 1]), "%s".join(parts[place + 1 :])


def _run(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
