"""Pages of long lists: whole, in order, each item once, from both ends."""

import datetime as dt
import re
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import PublicStamp
from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.lists import paging
from disclosure.lists.filters import SORTS
from disclosure.lists.rendering import KEY, Rendering
from disclosure.lists.shelf_pages import Cursor, place
from disclosure.lists.shelves import shelves as kept_shelves
from disclosure.models import Item
from disclosure.tests.builders import make_item

PAGE = "/catalog/personnel/"


@pytest.fixture
def many(shelves):
    """70 items in a category and the one below it, some filed there from elsewhere, with equal
    days, counts and moments.
    """
    day = timezone.make_aware(dt.datetime(2026, 3, 1))
    department = make_department()
    homes = [shelves["personnel"], shelves["appointments"], shelves["procurement"]]
    items = [
        Item(
            index_number=f"示例/{number}",
            title=f"信息{number:03d}",
            status=Status.PUBLISHED,
            department=department,
            category=homes[number % 3],
            published_at=day + dt.timedelta(hours=number // 5),
            created_on=dt.date(2026, 1, 1) + dt.timedelta(number // 9),
            view_count=number % 7,
        )
        for number in range(90)
    ]
    Item.objects.bulk_create(items)
    for item in items[2:30:3]:
        item.further_categories.add(shelves["personnel"])
    return items


def titles(page):
    return re.findall(r'item-row__title"[^>]*>(信息\d+)<', page)


def next_address(page, rel="next"):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found and found[1].replace("&amp;", "&")


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_turning_pages_shows_every_item_once_and_in_order(
    client, many, shelves, sort, is_large, monkeypatch
):
    monkeypatch.setattr("disclosure.pages.browsing.LARGE_PART", 0 if is_large else 2)
    ids = [shelves["personnel"].pk, shelves["appointments"].pk]
    expected = list(
        Item.objects.published()
        .in_categories(ids)
        .order_by(*SORTS[sort])
        .values_list("title", flat=True)
    )
    assert len(expected) == 70
    seen, address = [], f"?sort={sort}"
    while address:
        page = client.get(PAGE + address).content.decode()
        assert "共 70 条" in page
        seen.append(titles(page))
        last, address = address, next_address(page)
    assert [title for some in seen for title in some] == expected
    back, address = [], last
    while address:
        page = client.get(PAGE + address).content.decode()
        back.insert(0, titles(page))
        address = next_address(page, "prev")
    assert back == seen


def test_a_page_is_found_by_its_number_too(client, many):
    first = titles(client.get(PAGE).content.decode())
    second = client.get(PAGE + "?page=2").content.decode()
    assert not set(first) & set(titles(second))
    assert "第 2 / 4 页" in second
    assert client.get(PAGE + "?page=5").status_code == 404


def test_a_cursor_that_makes_no_sense_does_no_harm(client, many):
    huge = "9" * 40
    for cursor in (
        "x",
        "5-",
        "-5",
        "-1--1",
        f"{huge}-1",
        f"5-{huge}",
        "\0",
        "9007199254740991-1",
        "0-0",
    ):
        for field in ("listed_at", "created_on", "view_count"):
            with suppress(ValueError):
                assert Cursor.read(field, cursor).pk >= 0
    for query in (
        "after=x",
        "before=%00",
        "after=9007199254740990-1",
        "sort=created&after=3652058-9",
    ):
        assert client.get(f"{PAGE}?page=2&{query}").status_code in (200, 404), query


def test_a_cursor_reads_as_it_was_written():
    moment = timezone.make_aware(dt.datetime(2008, 5, 1, 9, 30, 0, 123456))
    item = Item(pk=7, published_at=moment, created_on=dt.date(1949, 10, 1), view_count=12)
    item.listed_at = moment
    for field in ("listed_at", "created_on", "view_count"):
        assert Cursor.read(field, place(field, item)) == Cursor(getattr(item, field), 7)


def test_a_narrowed_list_is_not_counted_to_its_end(client, many, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 30)
    page = client.get(PAGE + "?year=2026").content.decode()
    assert "超过 30 条" in page
    assert "第 1 页" in page
    seen, address = [], "?year=2026"
    while address:
        page = client.get(PAGE + address).content.decode()
        seen += titles(page)
        address = next_address(page)
    assert len(seen) == len(set(seen)) == 70


def test_a_narrowed_list_is_turned_beyond_the_deepest_page_that_has_a_number(
    client, many, monkeypatch
):
    """Page 1,000 of a list of which nobody knows the length: the next is reached by its cursor,
    there and back.
    """
    monkeypatch.setattr(paging, "COUNTED", 30)
    monkeypatch.setattr(paging, "DEEPEST", 2)
    seen, address, last = [], "?year=2026", None
    while address:
        page = client.get(PAGE + address).content.decode()
        seen.append(titles(page))
        last, address = address, next_address(page)
    assert len({title for some in seen for title in some}) == 70
    back, address = [], last
    while address:
        page = client.get(PAGE + address).content.decode()
        back.insert(0, titles(page))
        address = next_address(page, "prev")
    assert back == seen


def by_number(client, address, number):
    pages = (client.get(f"{address}page={page}").content.decode() for page in range(1, number + 1))
    return [title for page in pages for title in titles(page)]


def in_order(items):
    return [item.title for item in items.order_by(*SORTS["newest"])]


def test_pages_found_by_their_number_go_on_where_the_one_before_ended(
    client, many, shelves, monkeypatch
):
    """Of a part so large that its order is read from one index, with nothing filed from elsewhere:
    skipped in the database.
    """
    Item.further_categories.through.objects.all().delete()
    monkeypatch.setattr("disclosure.pages.browsing.LARGE_PART", 0)
    ids = [shelves["personnel"].pk, shelves["appointments"].pk]
    assert by_number(client, f"{PAGE}?", 3) == in_order(Item.objects.published().in_categories(ids))


def test_far_pages_of_a_list_that_was_not_counted_are_in_order(client, many, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 30)
    monkeypatch.setattr(paging, "FAR", 0)
    assert by_number(client, "/search/?year=2026&", 5) == in_order(Item.objects.published())


def test_what_is_not_public_is_on_no_page(client, many, shelves):
    Item.objects.filter(title__endswith="4").update(
        published_at=timezone.now() + dt.timedelta(days=1)
    )
    address, seen = "", []
    while address is not None:
        page = client.get(PAGE + address).content.decode()
        seen += titles(page)
        address = next_address(page)
    assert len(seen) == 63
    assert not any(title.endswith("4") for title in seen)


# --- Plans -------------------------------------------------------------------------------------


class Plans:
    """Explains each SELECT that runs, and keeps what reads the items without an index."""

    def __init__(self):
        self.scans, self.seen = [], 0

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT") and "disclosure_item" in sql and not many:
            with context["connection"].cursor() as cursor:
                word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
                cursor.cursor.execute(
                    f"{word} {sql}" if connection.vendor == "postgresql" else _numbered(word, sql),
                    params,
                )
                self.seen += 1
                for row in cursor.cursor.fetchall():
                    if self._is_scan(str(row[-1])):
                        self.scans.append((str(row[-1]), sql))
        return execute(sql, params, many, context)

    @staticmethod
    def _is_scan(line):
        if "Seq Scan on disclosure_item " in line:
            return True
        return (
            bool(re.match(r"SCAN (disclosure_item|[A-Z]\d+)$", line)) and "disclosure_item" in line
        )


def _numbered(word, sql):
    return f"{word} {sql}".replace("%s", "?").replace("%%", "%")


PAGES = [
    *("/", "/catalog/", "/reports/", "/guide/", "/rules/", "/sitemap/"),
    *(f"{PAGE}?sort={sort}" for sort in SORTS),
    *(f"{PAGE}?{query}" for query in ("page=3", "organ=finance", "year=2026", "genre=通知")),
]


def test_no_public_page_reads_the_items_without_an_index(client, many):
    """PostgreSQL would read so small a table whole; forbidden to, it shows whether it could do
    otherwise.
    """
    make_department("区财政局", slug="finance")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plans = Plans()
    with connection.execute_wrapper(plans):
        for address in PAGES:
            assert client.get(address).status_code == 200
    assert plans.seen > 20
    assert plans.scans == []


# --- Kept trees ----------------------------------------------------------------------------------


@pytest.fixture
def keeping(monkeypatch):
    kept_shelves.forget()
    yield
    kept_shelves.forget()


def test_the_tree_is_built_once_per_change(shelves, keeping, django_assert_num_queries):
    make_item(category=shelves["personnel"])
    first = kept_shelves.counted()
    with django_assert_num_queries(1):
        assert kept_shelves.counted() is first
    make_item(category=shelves["personnel"])
    PublicStamp.objects.bump()
    second = kept_shelves.counted()
    assert second is not first
    assert second.by_slug["personnel"].count == 2
    assert first.by_slug["personnel"].count == 1


def test_an_uncached_item_page_costs_a_serving_process_three_queries(
    client, shelves, keeping, django_assert_max_num_queries
):
    item = make_item(category=shelves["personnel"])
    known = {KEY: Rendering(version="1", for_everybody=True)}
    client.get(f"/items/{item.index_number}/", **known)
    with django_assert_max_num_queries(3):
        client.get(f"/items/{item.index_number}/", **known)
