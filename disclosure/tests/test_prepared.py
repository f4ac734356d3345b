"""Statements composed once: the same rows as the queryset gives, at every moment, and few of them
for a page.
"""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.tests.builders import make_category
from disclosure.counting import tally
from disclosure.lists.shelves import shelves
from disclosure.models import Item
from disclosure.pages.prepared import Prepared
from disclosure.tests.builders import make_item

NOW = timezone.make_aware(dt.datetime(2026, 3, 3, 12, 0))
DAY = dt.timedelta(days=1)
by_number = Prepared(
    lambda key, moment: Item.objects.published(moment).filter(index_number=key), str
)


def states():
    """Items of every kind of standing; each is asked for on three days."""
    return [
        make_item(published_at=NOW - DAY),
        make_item(published_at=NOW + DAY / 2),
        make_item(published_at=NOW - DAY, term="limited", disclosed_until=NOW.date()),
        make_item(
            published_at=NOW - DAY, status="withdrawn", withdrawn_at=NOW, withdrawal_reason="示例"
        ),
        make_item(published_at=NOW - DAY, category=make_category(is_visible=False)),
    ]


@pytest.mark.django_db
def test_it_finds_what_the_gate_lets_through_at_every_moment():
    found = {}
    for place, item in enumerate(states()):
        for days in (-2, 0, 1, 2):
            moment = NOW + days * DAY
            is_there = by_number.first(item.index_number, moment) is not None
            assert is_there == Item.objects.published(moment).filter(pk=item.pk).exists()
            found[place, days] = is_there
    assert [found[0, days] for days in (-2, 0)] == [False, True]
    assert [found[1, days] for days in (0, 1)] == [False, True]
    assert [found[2, days] for days in (0, 1)] == [True, False]
    assert not any(found[place, days] for place in (3, 4) for days in (-2, 0, 1, 2))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "%s", "' OR 1=1 --", "\x01key\x01", "%(key)s", "示例"])
def test_a_key_is_a_value_and_never_part_of_the_statement(key):
    item = make_item(published_at=NOW - DAY)
    assert by_number.first(key, NOW) is None
    Item.objects.filter(pk=item.pk).update(index_number=key or "x")
    assert by_number.first(key or "x", NOW) == item


@pytest.mark.django_db  # composing one asks what the database can do
def test_a_statement_that_does_not_depend_on_its_key_is_refused():
    with pytest.raises(ValueError, match="key"):
        Prepared(lambda key, moment: Item.objects.filter(pk=1), str).first("x")


@pytest.mark.django_db
def test_a_page_that_is_not_kept_takes_three_queries(
    client, monkeypatch, django_assert_num_queries
):
    """The version, the item with what it has, its newest revision: sidebar, organs and themes are
    read once per change.
    """
    monkeypatch.setattr(shelves, "keeps", True)
    monkeypatch.setattr(
        tally, "ROLL_UPS_EVERY_MS", 10**9
    )  # a slow machine looks for a roll-up in between
    shelves.forget()
    item = make_item(body="<p>正文。</p>")
    address = item.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(3):
        second = client.get(address, HTTP_USER_AGENT="Googlebot")
    assert item.department.name in second.text
    shelves.forget()


@pytest.mark.django_db
def test_a_changed_name_of_an_organ_shows_at_once(client, monkeypatch):
    monkeypatch.setattr(shelves, "keeps", True)
    shelves.forget()
    item = make_item()
    client.get(item.get_absolute_url())
    item.department.name = "改了名的示例局"
    item.department.save()
    assert "改了名的示例局" in client.get(item.get_absolute_url()).text
    shelves.forget()
