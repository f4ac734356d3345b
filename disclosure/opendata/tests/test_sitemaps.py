"""Site maps name every public page once, with addresses of the installation."""

from xml.etree import ElementTree

import pytest

from disclosure.opendata import sitemaps
from disclosure.tests.builders import make_item, make_report

pytestmark = pytest.mark.django_db
NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return [node.text for node in ElementTree.fromstring(response.content).iter(f"{NAMES}loc")]


def test_the_index_leads_to_every_public_page(client, settings, shelves, government, monkeypatch):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    monkeypatch.setattr(sitemaps._OurSite, "limit", 2)  # several maps a year
    public = [make_item(f"信息{number}", category=shelves["personnel"]) for number in range(5)]
    make_item("旧的", category=shelves["personnel"], originally_published_at="2010-03-30T00:00+08:00")
    report = make_report(2011, department=government, category=shelves["annual-reports"])
    maps = locations(client, "/sitemap.xml")
    pages = [page for one in maps for page in locations(client, one.removeprefix("https://www.example.gov.cn"))]
    assert len(pages) == len(set(pages))
    expected = {f"https://www.example.gov.cn{item.get_absolute_url()}" for item in [*public, report.item]}
    assert expected <= set(pages)
    assert "https://www.example.gov.cn/catalog/personnel/" in pages
    assert any("sitemap-2010.xml" in one for one in maps)


def test_what_is_not_there_is_404(client):
    assert client.get("/sitemap-1800.xml").status_code == 404
    assert client.get("/sitemap-columns.xml?p=x").status_code == 404


def test_robots_leads_to_the_map(client, settings):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: https://www.example.gov.cn/sitemap.xml" in text
    assert "Disallow: /admin/" in text
