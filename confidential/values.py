"""Where values at rest lie: each room registers its columns, so that a rotation of the key finds
all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from confidential import keyring
from confidential.encryption import (
    Place,
    decrypt_bytes,
    encrypt_bytes,
    from_text,
    is_text_at_rest,
    key_id_of,
    to_text,
)

Value = str | bytes


class Rows(Protocol):
    """As much of a queryset as is needed; a manager will not do, for it may leave rows out."""

    def filter(self, **lookups: Any) -> "Rows":
        """The rows that fit."""

    def order_by(self, *names: str) -> "Rows":
        """The rows in an order."""

    def values_list(self, *names: str) -> Any:
        """Tuples of values."""

    def update(self, **values: Any) -> int:
        """Write into all of the rows; how many."""


def never(value: Value, record: str | int) -> bytes | None:
    """No value is of another kind."""
    return None


@dataclass(frozen=True)
class Column:
    """A column of a table, of text or of bytes; empty values are nobody's.

    `rows` gives a queryset of all rows, `name` is the column, `record` the one that names the
    record in `Place`. `read_older` gives the plain bytes of a value that was written before there
    was this room, and None for every other.
    """

    room: str
    field: str
    rows: Callable[[], Rows]
    name: str
    record: str = "pk"
    read_older: Callable[[Value, str | int], bytes | None] = never

    def batches(self, size: int) -> Iterator[list["Found"]]:
        """All values that are not empty, so many rows at once, in the order of the table's key."""
        last: Any = None
        while rows := self._after(last, size):
            last = rows[-1][0]
            yield [
                Found(self, pk, Place(self.room, self.field, record), plain(value))
                for pk, record, value in rows
                if value
            ]

    def _after(self, last: Any, size: int) -> list[Any]:
        rows = self.rows() if last is None else self.rows().filter(pk__gt=last)
        return list(rows.order_by("pk").values_list("pk", self.record, self.name)[:size])


def plain(value: Any) -> Value:
    """A value as the database gives it; psycopg gives bytes as a memoryview."""
    return bytes(value) if isinstance(value, memoryview) else value


@dataclass(frozen=True)
class Found:
    """A value at rest, as it was read."""

    column: Column
    pk: Any
    place: Place
    value: Value

    @property
    def key_id(self) -> str:
        """The id of its key; empty for a value of an older kind."""
        if isinstance(self.value, bytes):
            return key_id_of(self.value)
        if not is_text_at_rest(self.value):
            return ""
        return key_id_of(from_text(self.value, place=self.place))

    def read(self) -> bytes:
        """What it holds. Raises a ConfidentialError where it does not open."""
        older = self.column.read_older(self.value, self.place.record)
        if older is not None:
            return older
        value = (
            self.value if isinstance(self.value, bytes) else from_text(self.value, place=self.place)
        )
        return decrypt_bytes(value, place=self.place)

    def write_anew(self) -> bool:
        """Encrypt it under the first key; False where somebody else has changed or deleted the row
        meanwhile.
        """
        fresh = encrypt_bytes(self.read(), place=self.place)
        value = fresh if isinstance(self.value, bytes) else to_text(fresh)
        rows = self.column.rows().filter(pk=self.pk, **{self.column.name: self.value})
        return rows.update(**{self.column.name: value}) == 1

    def is_current(self) -> bool:
        """Whether it is encrypted under the first key already."""
        return self.key_id == keyring.read().first.id.hex()


_columns: dict[tuple[str, str], Column] = {}


def register(column: Column) -> None:
    """Make a column known. Raises ValueError where another stands under the same room and field."""
    known = _columns.setdefault((column.room, column.field), column)
    if known is not column:
        raise ValueError(f"{column.room}.{column.field} is registered already")


def registered() -> list[Column]:
    """All columns, in the order of room and field."""
    return [_columns[name] for name in sorted(_columns)]
