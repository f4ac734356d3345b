"""Site maps name every public page once, with addresses of the installation."""

import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from disclosure.tests.builders import make_item, make_report
from opendata import sitemaps

pytestmark = pytest.mark.django_db
NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


MOST_BYTES, MOST_ADDRESSES, LONGEST = 50 * 2**20, 50_000, 2_048
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
OFTEN = ("always", "hourly", "daily", "weekly", "monthly", "yearly", "never")


def problems(document, where):
    """What of the protocol (sitemaps.org, sitemap.xsd and siteindex.xsd) a map at the address
    `where` breaks.
    """
    root = ElementTree.fromstring(document)
    kind, child, allowed = {
        f"{NAMES}urlset": ("urlset", "url", ("loc", "lastmod", "changefreq", "priority")),
        f"{NAMES}sitemapindex": ("sitemapindex", "sitemap", ("loc", "lastmod")),
    }[root.tag]
    folder = where[: where.rindex("/") + 1]
    if not 0 < len(root) <= MOST_ADDRESSES or len(document) > MOST_BYTES:
        yield f"{kind} of {len(root)} addresses and {len(document)} bytes"
    for one in root:
        facts = [(part.tag.removeprefix(NAMES), part.text or "") for part in one]
        names, values = [name for name, _ in facts], dict(facts)
        if (
            one.tag != f"{NAMES}{child}"
            or len(set(names)) < len(names)
            or not set(names) <= set(allowed)
        ):
            yield f"{one.tag} of {names}"
        address = values.get("loc", "")
        if not address.startswith(folder) or len(address) >= LONGEST or not address.isascii():
            yield f"the address {address!r}"
        if not MOMENT.fullmatch(values.get("lastmod", "2026-01-01")):
            yield f"changed {values['lastmod']!r}"
        if (
            values.get("changefreq", "daily") not in OFTEN
            or not 0 <= float(values.get("priority", "0.5")) <= 1
        ):
            yield f"{values}"


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    assert (
        list(problems(response.content, f"https://www.example.gov.cn{address.partition('?')[0]}"))
        == []
    )
    return [node.text for node in ElementTree.fromstring(response.content).iter(f"{NAMES}loc")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<loc>https://www.example.gov.cn/a</loc>", "<loc>https://other.example/a</loc>"),
        ("<loc>https://www.example.gov.cn/a</loc>", ""),
        ("/a</loc>", "/年</loc>"),
        ("<lastmod>2026-01-02</lastmod>", "<lastmod>2026年1月2日</lastmod>"),
        ("<lastmod>2026-01-02</lastmod>", "<updated>2026-01-02</updated>"),
        ("<priority>0.5</priority>", "<priority>5</priority>"),
    ],
)
def test_what_breaks_the_rules_of_site_maps_is_noticed(right, wrong):
    url = "<url><loc>https://www.example.gov.cn/a</loc><lastmod>2026-01-02</lastmod><priority>0.5</priority></url>"
    text = f'<urlset xmlns="{NAMES[1:-1]}">{url}</urlset>'
    where = "https://www.example.gov.cn/sitemap-2026.xml"
    assert list(problems(text, where)) == []
    assert list(problems(text.replace(right, wrong), where))


def test_the_index_leads_to_every_public_page(client, settings, shelves, government, monkeypatch):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    monkeypatch.setattr(sitemaps._OurSite, "limit", 2)  # several maps a year
    public = [make_item(f"信息{number}", category=shelves["personnel"]) for number in range(5)]
    make_item(
        "旧的", category=shelves["personnel"], originally_published_at="2010-03-30T00:00+08:00"
    )
    report = make_report(2011, department=government, category=shelves["annual-reports"])
    maps = locations(client, "/sitemap.xml")
    pages = [
        page
        for one in maps
        for page in locations(client, one.removeprefix("https://www.example.gov.cn"))
    ]
    assert len(pages) == len(set(pages))
    expected = {
        f"https://www.example.gov.cn{item.get_absolute_url()}" for item in [*public, report.item]
    }
    assert expected <= set(pages)
    assert "https://www.example.gov.cn/catalog/personnel/" in pages
    assert any("sitemap-2010.xml" in one for one in maps)
    assert not any("sitemap-2012.xml" in one for one in maps)
    assert client.get("/sitemap-2012.xml").status_code == 404


def test_what_is_not_there_is_404(client):
    assert client.get("/sitemap-1800.xml").status_code == 404
    assert client.get("/sitemap-columns.xml?p=x").status_code == 404


def test_robots_leads_to_the_map_and_keeps_from_what_costs_much(client, settings):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    for line in text.splitlines():
        assert re.fullmatch(r"(User-agent|Disallow|Allow|Sitemap): \S+", line)  # RFC 9309, 2.2
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == ["https://www.example.gov.cn/sitemap.xml"]
    for path in (
        "/",
        "/items/A/2026-00001/",
        "/catalog/personnel/",
        "/data/",
        "/items.atom",
        "/api/v1/items",
    ):
        assert rules.can_fetch("Baiduspider", path), path
    for path in (
        "/admin/",
        "/search/?q=%E4%BE%9B%E7%83%AD",
        "/search.atom",
        "/preferences/",
        "/reports/export/",
    ):
        assert not rules.can_fetch("Baiduspider", path), path
