"""Browse counts: a person's view counts once in half an hour, nothing is lost, nothing doubled, no page fails."""

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections, transaction
from django.db.models import Sum
from django.test import RequestFactory
from django.utils import timezone

from catalog.tests.builders import make_user
from disclosure import counting
from disclosure.counting import count_view
from disclosure.models import DailySalt, DailyViews, Item, RecentVisit
from disclosure.tests.builders import make_item

NOON = timezone.make_aware(dt.datetime(2026, 3, 3, 12, 0))


def visit(item, *, address="203.0.113.1", method="get", user=None, **headers):
    """One request for the item; returns the number its page would print."""
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=address, headers=headers)
    request.user = user or AnonymousUser()
    if user:
        request.COOKIES["sessionid"] = "x"
    item = Item.objects.get(pk=item.pk)
    count_view(request, item)
    return item.view_count


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by calling it; noon at first."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOON)
    return set_to


def totals(item):
    """The printed total, and the sum of the days."""
    item.refresh_from_db()
    return item.view_count, item.daily_views.aggregate(total=Sum("views"))["total"] or 0


@pytest.mark.django_db
def test_a_view_is_counted_and_the_number_printed_includes_it():
    item = make_item()
    assert visit(item) == 1
    assert totals(item) == (1, 1)


@pytest.mark.django_db
def test_a_second_reader_raises_it_by_exactly_one():
    item = make_item()
    visit(item)
    assert visit(item, address="203.0.113.2") == 2
    assert visit(item, **{"User-Agent": "Lynx"}) == 3
    assert visit(item, **{"Accept-Language": "zh-CN"}) == 4
    assert totals(item) == (4, 4)


@pytest.mark.django_db
def test_one_visitor_counts_on_every_item():
    first, second = make_item(), make_item()
    assert (visit(first), visit(second)) == (1, 1)


@pytest.mark.django_db
def test_a_repeat_within_half_an_hour_of_the_counted_view_does_not_count(clock):
    item = make_item()
    visit(item)
    clock(NOON + dt.timedelta(minutes=20))
    assert visit(item) == 1
    clock(NOON + dt.timedelta(minutes=29, seconds=59))
    assert visit(item) == 1
    clock(NOON + dt.timedelta(minutes=30))  # from the view that counted, not from the repeats
    assert visit(item) == 2
    assert totals(item) == (2, 2)


@pytest.mark.django_db
def test_a_repeat_across_midnight_does_not_count(clock):
    item, midnight = make_item(), timezone.make_aware(dt.datetime(2026, 3, 4))
    clock(midnight - dt.timedelta(minutes=10))
    visit(item)
    clock(midnight + dt.timedelta(minutes=15))
    assert visit(item) == 1
    assert visit(item, address="203.0.113.2") == 2
    clock(midnight + dt.timedelta(minutes=21))
    assert visit(item) == 3
    assert list(item.daily_views.values_list("day", "views")) == [(dt.date(2026, 3, 4), 2), (dt.date(2026, 3, 3), 1)]


@pytest.mark.django_db
def test_the_day_is_the_day_in_china(clock):
    item = make_item()
    clock(dt.datetime(2026, 3, 3, 16, 30, tzinfo=dt.UTC))
    visit(item)
    assert item.daily_views.get().day == dt.date(2026, 3, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "view",
    [
        {"method": "head"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
    ],
)
def test_what_no_person_reads_is_not_counted(view):
    item = make_item()
    assert visit(item, **view) == 0
    assert totals(item) == (0, 0)


@pytest.mark.django_db
def test_signed_in_staff_are_not_counted_and_others_are():
    item = make_item()
    assert visit(item, user=make_user()) == 0
    assert visit(item, user=make_user(is_staff=False)) == 1


@pytest.mark.django_db
def test_salts_and_visits_are_forgotten_when_they_decide_nothing_any_more(clock):
    item = make_item()
    visit(item)
    old = DailySalt.objects.get()
    clock(timezone.make_aware(dt.datetime(2026, 3, 4, 0, 20)))
    visit(item, address="203.0.113.2")
    assert DailySalt.objects.filter(pk=old.pk).exists()  # a visit of 23:55 could still be repeated
    clock(timezone.make_aware(dt.datetime(2026, 3, 4, 0, 31)))
    visit(item, address="203.0.113.3")
    assert list(DailySalt.objects.values_list("day", flat=True)) == [dt.date(2026, 3, 4)]
    assert RecentVisit.objects.count() == 2


@pytest.mark.django_db
def test_no_address_or_browser_is_kept():
    visit(make_item(), address="203.0.113.77", **{"User-Agent": "MyBrowser"})
    visit_row = RecentVisit.objects.get()
    assert len(bytes(visit_row.visitor)) == 16
    assert {field.name for field in RecentVisit._meta.fields} == {"id", "visitor", "counted_at"}
    assert len(bytes(DailySalt.objects.get().salt)) == 32


@pytest.mark.django_db
def test_the_same_visitor_has_another_hash_under_another_salt():
    request, item = RequestFactory().get("/").META, Item(pk=7)
    assert counting.visitor_hash(request, item, b"a" * 32) != counting.visitor_hash(request, item, b"b" * 32)
    assert counting.visitor_hash(request, item, b"a" * 32) != counting.visitor_hash(request, Item(pk=8), b"a" * 32)


@pytest.mark.django_db
@pytest.mark.parametrize(("visits", "queries"), [(1, 8), (2, 6)])
def test_it_costs_few_queries(visits, queries, django_assert_num_queries):
    """Salt, visit, day and total, around them the transaction's own and the limit of waiting."""
    item = make_item()
    visit(item, address="203.0.113.2")
    for _ in range(visits - 1):
        visit(item)
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.1")
    less = 1 if connection.vendor == "postgresql" else 0  # one statement sets the limit, and the end resets it
    with django_assert_num_queries(queries - less):
        count_view(request, item)


@pytest.mark.django_db(transaction=True)
def test_a_missing_table_costs_the_view_and_not_the_page(caplog):
    item = make_item()
    table = DailyViews._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    try:
        assert visit(item) == 0
        assert "not written" in caplog.text
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert RecentVisit.objects.count() == 0  # all or nothing: the visit can still be counted
    assert visit(item) == 1


@pytest.mark.django_db(transaction=True)
def test_another_writers_lock_costs_the_view_and_not_the_page(caplog, monkeypatch):
    monkeypatch.setattr(counting, "LONGEST_WAIT_MS", 50)
    item = make_item()
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Item.objects.filter(pk=item.pk).update(summary="正在修改")
        assert pool.submit(_visits_from, item, ["203.0.113.1"]).result() == [0]
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert visit(item) == 1


@pytest.mark.django_db(transaction=True)
def test_the_connections_own_patience_is_put_back():
    if connection.vendor == "sqlite":
        visit(make_item())
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def _visits_from(item, addresses):
    try:
        return [visit(item, address=address) for address in addresses]
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_lose_and_double_nothing(monkeypatch):
    monkeypatch.setattr(counting, "LONGEST_WAIT_MS", 20_000)
    item = make_item()
    readers = [[f"10.{thread}.0.{number}" for number in range(15)] for thread in range(8)]
    with ThreadPoolExecutor(8) as pool:
        printed = [number for numbers in pool.map(lambda addresses: _visits_from(item, addresses), readers)
                   for number in numbers]  # fmt: skip
    assert sorted(printed) == list(range(1, 121))
    assert totals(item) == (120, 120)
    assert DailySalt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_reader_in_many_tabs_at_once_counts_once(monkeypatch):
    monkeypatch.setattr(counting, "LONGEST_WAIT_MS", 20_000)
    item = make_item()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _visits_from(item, ["203.0.113.1"] * 3), range(8)))
    assert totals(item) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_clean_up_after_yesterday(monkeypatch):
    monkeypatch.setattr(counting, "LONGEST_WAIT_MS", 20_000)
    item, long_ago = make_item(), timezone.now() - dt.timedelta(days=3)
    DailySalt.objects.create(day=long_ago.date(), salt=b"x" * 32)
    RecentVisit.objects.bulk_create(RecentVisit(visitor=bytes([n] * 16), counted_at=long_ago) for n in range(200))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _visits_from(item, [f"10.0.0.{n}"]), range(8)))
    assert totals(item) == (8, 8)
    assert (DailySalt.objects.count(), RecentVisit.objects.count()) == (1, 8)


def test_nobody_can_edit_the_number():
    assert not Item._meta.get_field("view_count").editable
    for model in (DailyViews, DailySalt, RecentVisit):
        assert not admin.site.is_registered(model)
