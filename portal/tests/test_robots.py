"""robots.txt, read by a real parser, agrees with every address that the portal itself names to
crawlers.
"""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from protego import Protego

from catalog.tests.builders import make_category, make_department
from disclosure.tests.builders import make_attachment, make_item, make_report
from opendata import sitemaps

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ORIGIN = "https://www.example.gov.cn"
AGENTS = ("Baiduspider", "Googlebot", "bingbot", "*")
# What is kept from crawlers on purpose: the desk, a reader's own forms, what costs much, and every
# combination of choices.
KEPT_FROM = re.compile(
    r"/(admin|preferences|corrections|search)/|/search\.|/register/export\.jsonl|/reports/export(/|\.zip)|[^?]*\?"
)


@pytest.fixture
def site(client, settings, shelves, government, monkeypatch):
    settings.SITE_ORIGIN = ORIGIN
    monkeypatch.setattr(sitemaps._OurSite, "limit", 2)
    organ = make_department(
        "出口促进局", slug="export-promotion"
    )  # begins as an address does that is not crawled
    column = make_category("搜索", slug="search-results", parent=shelves["songbei"])
    for number in range(5):
        make_item(
            f"信息{number}",
            category=column,
            department=organ,
            index_number=f"旧{number}/*$/2026-{number}",
        )
    file = make_attachment(make_item("有附件的", category=shelves["personnel"]), "附表（一）.txt")
    report = make_report(2011, department=organ, category=shelves["annual-reports"])
    return {
        "pages": [
            report.get_absolute_url(),
            file.item.get_absolute_url(),
            "/reports/export-promotion/",
            "/organs/export-promotion/",
        ]
    }


@pytest.fixture
def may(client, site):
    rules = Protego.parse(client.get("/robots.txt").content.decode())

    def asked(address):
        return all(rules.can_fetch(urljoin(ORIGIN, address), agent) for agent in AGENTS)

    return asked


def texts(client, address, tag):
    response = client.get(address.removeprefix(ORIGIN))
    assert response.status_code == 200, address
    return [
        node.text
        for node in ElementTree.fromstring(response.content).iter()
        if node.tag.endswith(f"}}{tag}")
    ]


def test_every_map_and_every_address_in_it_may_be_read(client, site, may):
    maps = texts(client, "/sitemap.xml", "loc")
    assert f"{ORIGIN}/sitemap-2026-2.xml" in maps
    assert [one for one in maps if not may(one)] == []
    pages = [page for one in maps for page in texts(client, one, "loc")]
    assert len(pages) > 10
    assert [page for page in pages if not may(page)] == []


@pytest.mark.parametrize(
    "feed",
    [
        "/items.atom",
        "/organs/export-promotion.atom",
        "/catalog/search-results.atom",
        "/register/feed.atom",
        "/register/checkpoints.atom",
    ],
)
def test_feeds_name_only_what_may_be_read(client, site, may, feed):
    assert may(feed)
    document = ElementTree.fromstring(client.get(feed).content)
    links = [node.get("href") for node in document.iter() if node.tag.endswith("}link")]
    assert links
    assert [link for link in links if not may(link)] == []


def test_links_of_pages_may_be_read_but_for_what_is_kept_from_crawlers(client, site, may):
    waiting, seen = ["/", "/sitemap/", "/about/", "/data/", "/register/", *site["pages"]], set()
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 80:
            continue
        seen.add(address)
        response = client.get(address)
        if (
            response.status_code != 200
            or response.streaming
            or "text/html" not in response["Content-Type"]
        ):
            continue
        page = response.content.decode()
        canonical = re.search(r'<link rel="canonical" href="([^"]+)"', page)
        if may(address) and canonical:
            assert may(unescape(canonical[1])), (address, canonical[1])
        for found in re.findall(r'(?:href|src)="([^"#]+)', page):
            link = urljoin(ORIGIN + address, unescape(found))
            if not link.startswith(ORIGIN):
                continue
            path = link.removeprefix(ORIGIN)
            assert may(link) != bool(KEPT_FROM.match(path)) or path == "/search/?sort=newest", (
                address,
                path,
            )
            if may(link) and not urlsplit(link).query and "/static/" not in path:
                waiting.append(urlsplit(link).path)
    assert len(seen) > 40


def test_the_old_addresses_of_parts_lead_to_the_new(client, site):
    for old, new in (("?p=1", ""), ("?p=2", "-2"), ("-1", "")):
        address = f"/sitemap-2026{old}" if old.startswith("-") else "/sitemap-2026"
        response = client.get(f"{address}.xml{old if old.startswith('?') else ''}")
        assert (response.status_code, response["Location"]) == (301, f"/sitemap-2026{new}.xml")
    for missing in (
        "/sitemap-2026-99.xml",
        "/sitemap-2026-0.xml",
        "/sitemap-2026.xml?p=99",
        "/sitemap-2026-2.xml?p=2",
        "/sitemap-2026-02.xml",
    ):
        assert client.get(missing).status_code == 404, missing
