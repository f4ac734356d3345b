"""The kinds of things that search finds: items today. A room declares what it has by
`index_kind(Kind(0, "disclosure.Item", members=…, read=…))`.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from search.document import Document

# A key in the index is one number: the kind, then the row's own key. So PostgreSQL's places, which
# are a day and a key, stay numbers of 64 bits, and the entries of items stay what they have been.
OWN_BITS = 36
KIND_BITS = 4
_OWN_MASK = (1 << OWN_BITS) - 1
_KINDS: dict[int, "Kind"] = {}


class Source(NamedTuple):
    """What a room gives to the index of one row."""

    pk: int
    day: dt.date  # when the public could first read it: the newest is found first
    document: Document


@dataclass(frozen=True)
class Kind:
    """What a room has in the index.

    `number` is written into every entry and is never given to another kind. `members`: the rows
    that belong into the index, in the order of their days. `read`: the `Source`s of rows by their
    keys, in the same order, in a few queries for a thousand.
    """

    number: int
    name: str
    members: Callable[[], QuerySet]
    read: Callable[[list[int]], Iterable[Source]]

    def key(self, pk: int) -> int:
        """The key in the index of one row."""
        return self.number << OWN_BITS | pk

    def outer_key(self, column):
        """The same of a column of a query; without a sum where it would add nothing."""
        return column + self.key(0) if self.number else column

    @property
    def keys(self) -> tuple[int, int]:
        """The lowest and the highest key of the kind."""
        return self.key(0), self.key(_OWN_MASK)

    def holds(self, key: int) -> bool:
        """Whether a key in the index is of this kind."""
        return key >> OWN_BITS == self.number


def own_key(key: int) -> int:
    """The row's own key of a key in the index."""
    return key & _OWN_MASK


def index_kind(kind: Kind) -> Kind:
    """Declare a kind. ValueError if the number is another's or too large."""
    if not 0 <= kind.number < 1 << KIND_BITS:
        raise ValueError(f"{kind.name}: the number of a kind has {KIND_BITS} bits")
    if _KINDS.setdefault(kind.number, kind).name != kind.name:
        raise ValueError(f"{kind.name}: {kind.number} is {_KINDS[kind.number].name}")
    _KINDS[kind.number] = kind
    return kind


def all_kinds() -> list[Kind]:
    """Every kind that is registered."""
    return list(_KINDS.values())
