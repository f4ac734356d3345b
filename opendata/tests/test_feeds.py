"""Atom feeds: well formed, the list's own items, nothing that is not public."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from disclosure.tests.builders import make_item, make_report
from ledger.tests.atom import problems

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _origin(settings):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not response.cookies
    assert problems(response.content) == [], address
    return ElementTree.fromstring(response.content)


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_category_feeds_what_its_page_lists(client, shelves):
    make_item(
        "任免甲", category=shelves["appointments"], summary="概述<b>&", index_number="A/2026-00001"
    )
    make_item("采购乙", category=shelves["procurement"])
    feed = read(client, "/catalog/personnel.atom")
    assert titles(feed) == ["任免甲"]
    entry = next(feed.iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}id") == "urn:lantai:item:A/2026-00001"
    assert "概述&lt;b&gt;&amp;" in entry.findtext(f"{ATOM}summary")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://www.example.gov.cn/catalog/personnel.atom",
        "alternate": "https://www.example.gov.cn/catalog/personnel/",
    }
    assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name")


def test_what_a_summary_says_is_text_and_no_markup_for_the_program_that_shows_it(client, shelves):
    """Atom's `type="html"` means that the text, read as HTML, is what is shown: it must be escaped
    once more.
    """
    attack = '供热<img src onerror="alert(1)">&lt;b&gt;通知'
    make_item("任免甲", category=shelves["appointments"], summary=attack)
    summary = next(read(client, "/catalog/personnel.atom").iter(f"{ATOM}summary"))
    assert summary.get("type") == "html"
    shown = html.fromstring(f"<div>{summary.text}</div>")
    assert len(shown) == 0
    assert shown.text.startswith(attack)


def test_the_readers_choices_hold(client, shelves):
    make_item(
        "旧的", category=shelves["personnel"], originally_published_at="2010-03-30T00:00+08:00"
    )
    make_item("新的", category=shelves["personnel"])
    feed = read(client, "/catalog/personnel.atom?year=2010&page=3&nonsense=1")
    assert titles(feed) == ["旧的"]
    assert (
        feed.find(f"{ATOM}link[@rel='self']")
        .get("href")
        .endswith("/catalog/personnel.atom?year=2010")
    )


def test_a_search_and_an_organ_and_everything_can_be_subscribed_to(client, shelves, government):
    make_item("政府采购目录", category=shelves["procurement"], department=government)
    make_item("别的事", category=shelves["personnel"])
    assert titles(read(client, "/search.atom?q=采购目录")) == ["政府采购目录"]
    assert titles(read(client, "/organs/songbei.atom")) == ["政府采购目录"]
    assert set(titles(read(client, "/items.atom"))) == {"政府采购目录", "别的事"}
    assert titles(read(client, "/search.atom?q=%00")) in ([], ["别的事", "政府采购目录"])
    assert client.get("/organs/no-such-organ.atom").status_code == 404
    assert client.get("/catalog/no-such-column.atom").status_code == 404


def test_a_feed_costs_the_same_however_long(client, shelves):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/catalog/personnel.atom")
        return len(queries)

    make_item("一", category=shelves["personnel"])
    first = cost()
    for number in range(5):
        make_item(f"再{number}", category=shelves["personnel"])
    assert cost() == first


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/items.atom"),
        (
            "/catalog/personnel/?genre=通知&page=1",
            "/catalog/personnel.atom?genre=%E9%80%9A%E7%9F%A5",
        ),
        ("/search/?q=通知", "/search.atom?q=%E9%80%9A%E7%9F%A5"),
        ("/reports/songbei/", "/organs/songbei.atom"),
    ],
)
def test_a_page_names_the_feed_of_its_list(client, shelves, government, page, feed):
    make_report(2024, department=government)
    make_item("通知", category=shelves["personnel"], genre="通知")
    shown = client.get(page).content.decode()
    assert (
        f'<link rel="alternate" type="application/atom+xml" title="订阅本页的更新" href="{feed}">'
        in shown
    )
    assert client.get(feed).status_code == 200


def test_a_page_without_a_list_names_no_feed(client, shelves):
    for page in ("/search/", "/about/", f"/items/{make_item().index_number}/"):
        assert "application/atom+xml" not in client.get(page).content.decode()


def test_a_list_offers_its_feed_beside_its_files(client, shelves):
    make_item(category=shelves["personnel"])
    assert (
        '订阅这个列表：<a href="/catalog/personnel.atom"'
        in client.get("/catalog/personnel/").content.decode()
    )
