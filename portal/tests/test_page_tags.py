"""The tags of 国办发〔2017〕47号 on real pages, against the faults met on real sites."""

import json
import re

import pytest

from disclosure.tests.builders import make_item, make_report
from disclosure.tests.conftest import government, shelves  # noqa: F401

pytestmark = pytest.mark.django_db
SITE = ["SiteName", "SiteDomain", "SiteIDCode"]
COLUMN = ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]


def tags(client, address):
    page = client.get(address).content.decode()
    return re.findall(r'<meta name="([A-Z]\w+)" content="([^"]*)">', page), page


def test_home_is_the_site_and_its_column_type(client, shelves):  # noqa: F811
    found, page = tags(client, "/")
    assert [name for name, _ in found] == [*SITE, "ColumnType"]
    assert dict(found)["ColumnType"] == "首页"
    assert "SearchAction" in page


def test_a_column_page_is_site_and_column(client, shelves):  # noqa: F811
    found, _ = tags(client, "/catalog/personnel/")
    assert [name for name, _ in found] == [*SITE, *COLUMN]
    values = dict(found)
    assert values["ColumnName"] == "人事任免"
    assert values["ColumnType"] == "信息公开目录"
    assert not values["SiteDomain"].startswith("http")


def test_an_article_is_site_column_and_content_in_this_order(client, shelves):  # noqa: F811
    item = make_item(category=shelves["personnel"], keywords="任免", body="<p>任免事项正文</p>")
    found, _ = tags(client, f"/items/{item.index_number}/")
    assert [name for name, _ in found][:10] == [*SITE, *COLUMN, "ArticleTitle", "PubDate", "ContentSource"]
    values = dict(found)
    assert values["PubDate"] == "2026-03-03 09:00"
    assert values["ContentSource"] == item.department.name
    assert values["Description"] == "任免事项正文"


@pytest.mark.parametrize(
    "address", ["/", "/catalog/", "/reports/", "/guide/", "/rules/", "/search/", "/about/", "/sitemap/"]
)
def test_no_tag_is_empty_or_null_or_doubled(client, shelves, address):  # noqa: F811
    found, _ = tags(client, address)
    assert all(value.strip() and value not in {"null", "None"} for _, value in found)
    assert len({name for name, _ in found}) == len(found)
    assert "，" not in dict(found)["ColumnType"]


def test_a_title_cannot_break_out_of_the_head(client, shelves):  # noqa: F811
    item = make_item('"><script>alert(1)</script></title>', category=shelves["personnel"])
    page = client.get(f"/items/{item.index_number}/").content.decode()
    assert "<script>alert(1)" not in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block[1])["headline"] == item.title


def test_the_canonical_address_has_no_query(client, shelves):  # noqa: F811
    page = client.get("/catalog/personnel/?sort=oldest").content.decode()
    assert '<link rel="canonical" href="http://testserver/catalog/personnel/">' in page


def test_a_report_is_an_article_too(client, shelves, government):  # noqa: F811
    make_report(2009, department=government, category=shelves["annual-reports"])
    found, page = tags(client, "/reports/songbei/2009/")
    assert "ArticleTitle" in dict(found)
    assert '"@type": "Report"' in page
