"""Items in the index of every room: what they give to it, and what a search reads of them."""

import datetime as dt
from typing import NamedTuple

from disclosure.choices import Status
from disclosure.models import Item
from disclosure.search.composing import compose
from disclosure.search.reading import read
from search.days import local_day
from search.kinds import Kind, Source, index_kind
from search.walking import Walk


class Hit(NamedTuple):
    """An item that was found: what ranking and facets need of it."""

    place: int
    pk: int
    title: str
    document_number: str
    index_number: str
    listed_at: dt.datetime
    created_on: dt.date
    view_count: int
    department_id: int
    category_id: int
    theme_id: int | None
    genre: str


def _members():
    return Item.objects.filter(status=Status.PUBLISHED).order_by("listed_at", "pk")


def _read(ids):
    for source in read(ids):
        yield Source(source.pk, local_day(source.listed_at), compose(source))


# Published items are indexed, whether or not the public may read them already: every search asks
# `published()`.
ITEMS = index_kind(Kind(0, "disclosure.Item", members=_members, read=_read))


def walk_items(items, most, **days):
    """The walk through what matches among `items`; `days` as `Walk` has them."""
    return Walk(ITEMS, Hit, items, most, **days)
