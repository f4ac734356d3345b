"""The page cache in front of Django: what it keeps, what it never keeps, and how it delivers."""

import datetime as dt
import gzip
import io
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connections
from django.http import HttpResponse
from django.test import override_settings
from django.urls import get_resolver, path
from django.utils import timezone

from catalog.models import PublicStamp
from disclosure.acts import record_first_revision, withdraw_item
from disclosure.choices import Status, Term
from disclosure.models import Item
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import make_item, make_staff
from portal.pagecache import promptness
from portal.pagecache.addresses import LONGEST_QUERY, Addresses
from portal.pagecache.cache import PageCache
from portal.pagecache.pages import NOT_KEPT, PAGES
from portal.pagecache.version import read_version
from portal.tests.public_routes import filled, patterns

pytestmark = pytest.mark.any_database

BROWSER = "Mozilla/5.0 示例浏览器".encode().decode("latin-1")


class Reader:
    """Somebody who asks the server for pages, past no test client: the WSGI application itself."""

    def __init__(self, cache, address="203.0.113.1"):
        self.cache, self.address = cache, address

    def get(self, target, method="GET", **headers):
        """One request; `headers` as `Accept_Encoding="gzip"`."""
        address, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": address.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": BROWSER,
            "REMOTE_ADDR": self.address,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told = []
        parts = self.cache(
            environ, lambda status, headers, exc_info=None: told.append((status, dict(headers)))
        )
        body = b"".join(parts)
        status, headers = told[-1]
        return Answer(int(status[:3]), headers, body)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        decode = {"gzip": gzip.decompress, "br": brotli.decompress}.get(
            self.headers.get("Content-Encoding"), bytes
        )
        return decode(self.body).decode()

    @property
    def count(self):
        return int(re.search(r'class="views"[^>]*>([\d,]+)', self.text)[1].replace(",", ""))


class Counting:
    """A WSGI application that knows how often it was asked."""

    def __init__(self, application):
        self.application, self.asked = application, 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.application(environ, start_response)


@pytest.fixture
def django(db):
    """Django's handler, which must leave the connection of the test's transaction open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Counting(WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cache(django):
    return PageCache(django, megabytes=8)


@pytest.fixture
def reader(cache):
    return Reader(cache)


@pytest.fixture
def item(shelves):
    return make_item(
        "示例通知",
        category=shelves["personnel"],
        index_number="示例/1",
        body="<p>示例正文</p>" * 50,
    )


def test_a_page_is_rendered_once(reader, django, item):
    first, second = reader.get("/items/示例/1/"), reader.get("/items/示例/1/")
    assert first.status == second.status == 200
    assert "示例通知" in second.text
    assert django.asked == 1
    assert second.headers["Content-Length"] == str(len(second.body))


def test_every_address_is_declared_as_kept_or_not():
    """A new public page must say here by which parameters it differs (portal/pagecache/pages.py)."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(PAGES) | set(NOT_KEPT) == names
    assert not set(PAGES) & set(NOT_KEPT)


# --- One page for everybody ---------------------------------------------------------------

UNKEYED = {
    "Accept": "application/json",
    "Accept_Language": "canary",
    "Cookie": "prefs=canary; csrftoken=canary",
    "Referer": "http://canary/",
    "Origin": "http://canary",
    "User_Agent": "canary",
    "Forwarded": "host=canary;proto=https",
    "X_Forwarded_Host": "canary",
    "X_Forwarded_For": "canary",
    "X_Forwarded_Port": "4444",
    "X_Forwarded_Proto": "canary",
    "X_Forwarded_Scheme": "canary",
    "X_Forwarded_Server": "canary",
    "X_Forwarded_Prefix": "/canary",
    "X_Host": "canary",
    "X_Original_URL": "/canary",
    "X_Original_Host": "canary",
    "X_Rewrite_URL": "/canary",
    "X_HTTP_Method_Override": "DELETE",
    "X_Method_Override": "DELETE",
    "X_Real_IP": "canary",
    "X_Client_IP": "canary",
    "X_Requested_With": "XMLHttpRequest",
    "X_Wap_Profile": "http://canary/",
    "Range": "bytes=0-3",
    "Transfer_Encoding": "canary",
    "True_Client_IP": "canary",
}


@pytest.fixture
def kept(shelves, government):
    """An address of every kind of page that is kept, of one that is there."""
    item = make_item(
        "示例通知", category=shelves["personnel"], index_number="示例/1", department=government
    )
    make_item("示例指南", category=shelves["guide"], department=government)
    report = make_tables_report(2024, department=government, category=shelves["annual-reports"])
    for one in (item, report.item):
        record_first_revision(item=one)
    values = {
        "index_number": "示例/1",
        "slug": "songbei",
        "organ": "songbei",
        "year": "2024",
        "number": "1",
        "key": "a",
    }
    return {
        name: filled(route, values | {"sequence": "1"})
        for name, route in patterns()
        if name in PAGES
    }


def without_counts(text):
    return re.sub(r"(\D)\d+(</a|</dd|</td|</span|<small| 次)", r"\1n\2", text)


def test_nothing_a_request_says_beside_its_address_reaches_a_kept_page(django, kept):
    """Every kind of page: asked for by an attacker first, then by an honest reader, who gets the
    kept copy.
    """
    assert len(UNKEYED) == 27
    assert set(kept) == set(PAGES)
    answered = set()
    honest, poisoned = (PageCache(django, megabytes=8) for _ in range(2))
    for name, address in kept.items():
        plain = Reader(honest).get(address)
        first = Reader(poisoned).get(address, **UNKEYED)
        asked = django.asked
        again = Reader(poisoned).get(address)
        assert "canary" not in first.text + again.text + str(first.headers) + str(again.headers), (
            name
        )
        assert (plain.status, without_counts(plain.text)) == (
            again.status,
            without_counts(again.text),
        ), name
        assert "Set-Cookie" not in {**first.headers, **again.headers}, name
        if again.status == 200:
            assert django.asked == asked, name
            assert first.headers["Vary"] == "Accept-Encoding", name
            answered.add(name)
    assert set(PAGES) - answered == {
        "item-revision-changes",
        "report-revision-changes",
    }  # of a first revision: none


def test_a_page_kept_for_everybody_carries_the_number_of_no_request(reader, item):
    assert "X-Request-ID" not in reader.get("/").headers
    assert "X-Request-ID" in reader.get("/preferences/").headers


def test_a_host_that_is_not_ours_is_refused_and_keeps_nothing(cache, reader, item):
    assert reader.get("/", Host="evil.example").status == 400
    assert len(cache.store) == 0


def test_hosts_of_ours_share_a_page_where_the_origin_is_set(django, item, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    apart = Reader(PageCache(django, megabytes=8))
    assert "http://b.example/" in apart.get("/", Host="b.example").text
    assert "b.example" not in apart.get("/", Host="a.example").text
    settings.SITE_ORIGIN = "https://www.example"
    asked = django.asked
    together = Reader(PageCache(django, megabytes=8))
    assert "https://www.example/" in together.get("/", Host="b.example").text
    assert "https://www.example/" in together.get("/", Host="a.example").text
    assert django.asked == asked + 1


def test_parameters_that_a_page_does_not_know_are_not_seen_by_it(reader, django, item):
    answers = [
        reader.get("/catalog/personnel/"),
        reader.get("/catalog/personnel/?utm_source=canary&page="),
        reader.get("/catalog/personnel/?nonsense=canary"),
    ]
    assert django.asked == 1
    assert all("canary" not in answer.text for answer in answers)
    reader.get("/catalog/personnel/?sort=oldest&page=1")
    reader.get("/catalog/personnel/?page=1&sort=oldest&x=1")
    assert django.asked == 2


def test_parameters_the_page_does_not_know_are_hidden_from_staff_too(reader, django, item):
    answer = reader.get("/catalog/personnel/?utm_source=canary", Cookie="sessionid=x")
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?page=999999999999999999999", "?q=%ED%A0%80", "?organ=%FF", "?" + "a=1&" * 6000],
)
def test_hostile_queries_break_nothing(reader, item, query):
    for address in ("/catalog/personnel/", "/search/"):
        assert reader.get(address + query).status < 500


# --- Nothing private -----------------------------------------------------------------------


def test_a_session_passes_by_and_leaves_nothing(cache, reader, django, item):
    answer = reader.get("/items/示例/1/", Cookie="prefs=m; sessionid=abc")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert len(cache.store) == 0
    reader.get("/items/示例/1/", Authorization="Basic eDp5")
    assert len(cache.store) == 0
    reader.get("/items/示例/1/")
    reader.get("/items/示例/1/", Cookie="sessionid=abc")
    assert django.asked == 4


@pytest.mark.parametrize(
    "address", ["/admin/login/", "/preferences.css", "/healthz/live", "/no-such-page/"]
)
def test_what_is_not_declared_passes_untouched(cache, reader, django, address):
    reader.get(address + "?x=1")
    assert len(cache.store) == 0
    assert django.asked == 1


def test_a_draft_is_not_found_until_it_is_public(reader, shelves):
    draft = make_item(
        "草稿", status=Status.DRAFT, index_number="示例/2", category=shelves["personnel"]
    )
    assert reader.get("/items/示例/2/").status == 404
    assert reader.get("/items/示例/2/").status == 404
    Item.objects.filter(pk=draft.pk).update(status=Status.PUBLISHED, published_at=timezone.now())
    PublicStamp.objects.bump()
    reader.cache.version.expire()
    assert reader.get("/items/示例/2/").status == 200


def answer_with(**headers):
    def view(request):
        status = int(headers.pop("status", 200))
        response = HttpResponse(f"{request.META.get('HTTP_COOKIE')}", status=status)
        for name, value in headers.items():
            response[name.replace("_", "-")] = value
        if "cookie" in headers:
            response.set_cookie("a", "b")
        return response

    return view


urlpatterns = [
    path("about/", answer_with(cookie="1"), name="about"),
    path("sitemap/", answer_with(Cache_Control="private"), name="sitemap"),
    path("guide/", answer_with(Cache_Control="max-age=0, no-store"), name="guide"),
    path("rules/", answer_with(Vary="Cookie"), name="rules"),
    path("search/", answer_with(status="418"), name="search"),
    path("catalog/", answer_with(WWW_Authenticate="Basic"), name="category-index"),
]


@pytest.mark.parametrize("address", ["/about/", "/sitemap/", "/guide/", "/rules/", "/catalog/"])
def test_an_answer_meant_for_one_reader_is_not_kept_and_is_made_for_him(cache, reader, address):
    with override_settings(ROOT_URLCONF=__name__):
        answer = reader.get(address, Cookie="mine=1")
    assert answer.text == "mine=1"  # asked again, with his own cookies
    assert len(cache.store) == 0


def test_other_statuses_are_not_kept(cache, reader):
    with override_settings(ROOT_URLCONF=__name__):
        assert reader.get("/search/").status == 418
    assert len(cache.store) == 0


# --- Never old -------------------------------------------------------------------------------


def test_a_publication_is_seen_at_once_where_it_was_made_and_within_a_second_elsewhere(
    reader, django, item
):
    other = Reader(PageCache(django, megabytes=8))
    for someone in (reader, other):
        assert "新的信息" not in someone.get("/").text
    other.cache.version._good_until += 60  # whatever else this machine has to do
    make_item("新的信息", category=item.category)
    PublicStamp.objects.bump()
    reader.get("/preferences/", method="POST")  # any write through the process
    assert "新的信息" in reader.get("/").text
    assert "新的信息" not in other.get("/").text
    other.cache.version._good_until -= 60.9
    assert "新的信息" in other.get("/").text


def test_a_scheduled_item_appears_and_a_limited_one_goes_without_anybodys_doing(db, monkeypatch):
    now = timezone.make_aware(dt.datetime(2026, 3, 3, 23, 0))
    make_item(published_at=now + dt.timedelta(minutes=5))
    make_item(
        term=Term.LIMITED,
        disclosed_until=dt.date(2026, 3, 3),
        published_at=now - dt.timedelta(days=1),
    )
    versions = []
    for minutes in (0, 4, 5, 59, 61):
        monkeypatch.setattr(
            timezone, "now", lambda minutes=minutes: now + dt.timedelta(minutes=minutes)
        )
        versions.append(read_version())
    assert versions[0] == versions[1] != versions[2] == versions[3] != versions[4]


def test_the_version_is_read_about_once_a_second(cache, reader, item):
    reads = []
    cache.version._read = lambda: reads.append(1) or "1"
    for _ in range(20):
        reader.get("/about/")
    assert len(reads) <= 2


def test_a_write_during_a_reading_makes_the_reading_void(cache):
    def read_while_somebody_writes():
        cache.version.expire()
        return "old"

    cache.version._read = read_while_somebody_writes
    cache.version.current()
    cache.version._read = lambda: "new"
    assert cache.version.current() == "new"


# --- Delivery ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("*", "br"),
    ],
)
def test_stored_encodings_carry_the_current_count(reader, item, accepted, encoding):
    plain = reader.get("/items/示例/1/")
    for number in range(2, 5):
        answer = Reader(reader.cache, f"203.0.113.{number}").get(
            "/items/示例/1/", Accept_Encoding=accepted
        )
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.count == number
        assert answer.text.replace(f">{number}</a", ">1</a") == plain.text


def test_a_page_not_changed_is_answered_304(reader, item):
    for address in ("/about/", "/items/示例/1/"):
        first = reader.get(address)
        again = reader.get(address, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    Reader(reader.cache, "203.0.113.2").get("/items/示例/1/")
    assert reader.get("/items/示例/1/", If_None_Match=first.headers["ETag"]).count == 2


def test_head_has_the_headers_and_no_body_and_counts_nothing(reader, item):
    answer = reader.get("/items/示例/1/", method="HEAD")
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) > 1000
    assert reader.get("/items/示例/1/").count == 1


def test_each_delivery_is_counted_by_the_same_rules_as_ever(reader, item):
    assert reader.get("/items/示例/1/").count == 1
    assert reader.get("/items/示例/1/").count == 1  # the same reader within half an hour
    assert reader.get("/items/示例/1/", User_Agent="Baiduspider").count == 1
    assert Reader(reader.cache, "203.0.113.2").get("/items/示例/1/").count == 2


def test_caches_on_the_way_ask_each_time_unless_a_cdn_is_declared(django, item, settings):
    assert (
        "s-maxage"
        not in Reader(PageCache(django, megabytes=8)).get("/items/示例/1/").headers["Cache-Control"]
    )
    settings.CDN_SECONDS = 60
    headers = Reader(PageCache(django, megabytes=8)).get("/items/示例/1/").headers
    for words in ("s-maxage=60", "stale-while-revalidate=60", "stale-if-error="):
        assert words in headers["Cache-Control"]
    assert headers["Surrogate-Key"] == f"lantai item-detail item-{item.pk}"


# --- Memory and crowds --------------------------------------------------------------------------


def test_it_stays_within_its_bounds_and_keeps_what_is_asked_for_again(django, item):
    cache = PageCache(django, megabytes=1)
    reader = Reader(cache)
    reader.get("/about/")
    reader.get("/about/")
    for number in range(60):
        reader.get(f"/search/?q={number}&organ={number}")
    assert cache.store.bytes <= 1_000_000
    asked = django.asked
    reader.get("/about/")
    assert django.asked == asked


def test_a_crowd_that_wants_a_missing_page_has_it_rendered_once():
    rendered = []

    def slow(environ, start_response):
        rendered.append(1)
        time.sleep(0.05)
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"page"]

    cache = PageCache(slow, megabytes=1)
    cache.version._read = lambda: "1"
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: Reader(cache).get("/about/").body, range(8)))
    assert bodies == [b"page"] * 8
    assert len(rendered) == 1


# --- The database is down -----------------------------------------------------------------------


@pytest.fixture
def outage(cache, django, monkeypatch):
    """Calling it takes the database away."""
    ways = {"version": cache.version._read, "application": django.application}

    def fail(*args):
        raise OperationalError("示例故障")

    def down(is_down=True):
        cache.version._read = fail if is_down else ways["version"]
        cache.version._good_until = 0
        cache.version.current()

    return down


def test_public_pages_go_on_from_their_copies_with_a_notice(reader, item, outage):
    whole = reader.get("/items/示例/1/")
    outage()
    stale = reader.get("/items/示例/1/")
    assert stale.status == 200
    assert stale.headers["X-Lantai-Stale"] == "database"
    assert stale.headers["Warning"].startswith("111")
    assert stale.text == whole.text
    outage(is_down=False)
    assert "Warning" not in reader.get("/items/示例/1/").headers


def test_forms_and_pages_without_a_copy_answer_503_and_when_to_come_again(reader, item, outage):
    outage()
    for answer in (
        reader.get("/about/"),
        reader.get("/admin/"),
        reader.get("/admin/login/", method="POST"),
    ):
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "30"
        assert "暂时" in answer.text
    assert reader.get("/healthz/live").status == 200


def test_what_was_taken_away_does_not_come_back_from_an_old_copy(reader, item, outage):
    reader.get("/items/示例/1/")
    withdraw_item(item=item, by=make_staff("公开办"), reason="内容有误")
    reader.cache.version.expire()
    reader.get("/about/")
    outage()
    assert reader.get("/items/示例/1/").status == 503
    assert reader.get("/about/").status == 200


def test_a_page_that_fails_for_want_of_the_database_is_answered_from_its_copy(reader, item, django):
    reader.get("/items/示例/1/")
    PublicStamp.objects.bump()
    reader.cache.version.expire()

    def fails(environ, start_response):
        start_response("503 Service Unavailable", [])
        return [b""]

    django.application = fails
    assert reader.get("/items/示例/1/").headers["X-Lantai-Stale"] == "database"


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_waits_for_a_frozen_database_does_not_hold_up_the_others(cache):
    """While one thread reads the version, the others go on with the last one known."""
    cache.version._read = lambda: "1"
    assert cache.version.current() == "1"
    frozen, entered = threading.Event(), threading.Event()

    def hangs():
        entered.set()
        frozen.wait(5)
        return "2"

    cache.version._read = hangs
    cache.version.expire()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: (cache.version.current(), connections.close_all()))
        entered.wait(5)
        assert cache.version.current() == "1"
        frozen.set()
        assert waiting.result()[0] == "2"


@pytest.mark.django_db(transaction=True)
def test_the_first_reading_of_the_version_is_waited_for(cache):
    """Before it nothing is kept: whoever goes on without it has a page made for himself."""
    entered = threading.Event()

    def slow():
        entered.set()
        time.sleep(4 * promptness.STAMP_SHORT_WAIT)
        return "1"

    cache.version._read = slow
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(lambda: (cache.version.current(), connections.close_all()))
        entered.wait(5)
        assert cache.version.current() == "1"
        assert reading.result()[0] == "1"


def test_an_address_of_the_api_is_not_taken_for_a_page_of_the_same_name():
    assert Addresses().page("/register/")
    assert Addresses().page("/api/v1/register") is None


def test_a_query_too_long_to_be_asked_twice_is_neither_read_nor_remembered(
    reader, django, cache, monkeypatch
):
    read = []
    monkeypatch.setattr(
        "portal.pagecache.addresses.parse_qsl", lambda raw, **_: read.append(raw) or []
    )
    longest, longer = "q=" + "x" * (LONGEST_QUERY - 2), "q=" + "x" * (LONGEST_QUERY - 1)
    for query in (longer, longer):
        answer = reader.get(f"/search/?{query}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    assert read == []
    assert django.asked == 2
    assert not cache.addresses._queries
    assert len(cache.store) == 0
    reader.get(f"/search/?{longest}")
    assert read == [longest]
