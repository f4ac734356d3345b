"""Reading the register from the first row to the last, in steps, whatever state its rows are in."""

from dataclasses import dataclass

from django.db import OperationalError

STEP = 1000


@dataclass(frozen=True)
class Unreadable:
    """A row whose columns hold what Django cannot even load; only tampering makes one."""

    pk: int
    reason: str


def in_order(rows, *, after=0, until=None, step=STEP):
    """Yield rows by primary key, `after` < pk <= `until`; in place of a row that cannot be loaded,
    an Unreadable.

    Step by step from the last key: no cursor and no transaction is held open while a slow reader
    downloads.
    """
    rows = rows.order_by("pk")
    rows = rows if until is None else rows.filter(pk__lte=until)
    while numbers := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:step]):
        yield from _load(rows.filter(pk__gt=after, pk__lte=numbers[-1]), numbers)
        after = numbers[-1]


def _load(rows, numbers):
    try:
        return list(rows)
    except (ValueError, TypeError, OperationalError):
        return [_load_one(rows, number) for number in numbers]


def _load_one(rows, number):
    try:
        return rows.get(pk=number)
    except (ValueError, TypeError) as error:
        return Unreadable(number, str(error))
    except OperationalError as error:
        if "decode" not in str(
            error
        ):  # SQLite: bytes that are no UTF-8; anything else is the database's own trouble
            raise
        return Unreadable(number, str(error))
