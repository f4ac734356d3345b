"""The index serves every room: things of several kinds stand in it side by side."""

import datetime as dt
from typing import NamedTuple

import pytest

from catalog.models import Department
from catalog.tests.builders import make_department
from disclosure.models import Item
from disclosure.search.finding import search
from disclosure.search.items import ITEMS
from disclosure.tests.builders import make_item
from search import kinds
from search.document import FIELDS, SCOPES, Document, field_runs
from search.indexing import index, index_missing, missing, rebuild, unindex
from search.kinds import Kind, Source, index_kind
from search.models import SearchEntry
from search.query import parse
from search.walking import Walk

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 1)


class OrganHit(NamedTuple):
    """An organ that was found."""

    place: int
    pk: int
    name: str


def read(ids):
    for organ in Department.objects.filter(pk__in=ids).order_by("pk"):
        empty = {name: [] for name in FIELDS}
        yield Source(organ.pk, DAY, Document(**empty | {"title": field_runs(organ.name)}))


@pytest.fixture
def organs(monkeypatch):
    """The kind of a room to come, that finds organs by their names."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    return index_kind(Kind(15, "test.Organ", lambda: Department.objects.order_by("pk"), read))


def find(text, kind):
    walk = Walk(kind, OrganHit, Department.objects.all(), 10)
    return [hit.name for hit in walk.matches(parse(text), SCOPES["all"])]


def test_things_of_two_kinds_with_the_same_key_are_told_apart(shelves, organs):
    organ = make_department("松北区供热办公室")
    item = make_item("供热通知")
    Department.objects.filter(pk=organ.pk).update(id=item.pk)
    index(organs, item.pk)
    assert find("供热", organs) == ["松北区供热办公室"]
    assert [hit.title for hit in search("供热", Item.objects.published()).hits] == ["供热通知"]
    assert SearchEntry.objects.of(organs, [item.pk]).count() == 1
    unindex(organs, [item.pk])
    assert find("供热", organs) == []
    assert [hit.title for hit in search("供热", Item.objects.published()).hits] == ["供热通知"]


def test_few_rows_of_a_kind_are_asked_themselves(shelves, organs, monkeypatch):
    monkeypatch.setattr("search.walking.PATIENCE", 0)
    monkeypatch.setattr("search.walking.FIRST_BATCH", 1)
    make_department("松北区供热办公室")
    make_item("供热通知")
    index_missing()
    assert find("供热", organs) == ["松北区供热办公室"]


def test_what_is_missing_of_every_kind_is_added_and_built_anew(shelves, organs):
    make_department("松北区供热办公室")
    make_item("供热通知")
    before = SearchEntry.objects.of_kind(ITEMS).count()
    assert missing(organs).count() == Department.objects.count() == index_missing()
    assert index_missing() == 0
    rebuild()
    assert find("供热", organs) == ["松北区供热办公室"]
    assert SearchEntry.objects.of_kind(ITEMS).count() == before


def test_what_no_room_has_any_more_leaves_the_index(shelves, organs):
    organ = make_department("松北区供热办公室")
    gone = make_department("松北区供暖办公室")
    index_missing()
    key = organs.key(gone.pk)
    gone.delete()
    rebuild()
    assert not SearchEntry.objects.filter(key=key).exists()
    assert SearchEntry.objects.of(organs, [organ.pk]).exists()
    del kinds._KINDS[15]  # the room was taken out of the portal
    rebuild()
    assert not SearchEntry.objects.of_kind(organs).exists()


def test_a_number_is_given_to_one_kind_only(organs):
    with pytest.raises(ValueError, match=r"test\.Organ"):
        index_kind(Kind(15, "test.Other", Department.objects.all, read))
    with pytest.raises(ValueError, match="bits"):
        index_kind(Kind(16, "test.Other", Department.objects.all, read))


def test_a_row_that_is_not_there_is_an_error(organs):
    with pytest.raises(LookupError):
        index(organs, 4_000)
