"""The tags of 国办发〔2017〕47号 on real pages, against the faults met on real sites."""

import datetime as dt
import json
import re

import pytest

from catalog.locks import tree_write
from catalog.models import Category
from catalog.tests.builders import make_category
from disclosure.choices import Status
from disclosure.tests.builders import make_item, make_report
from disclosure.tests.conftest import government, shelves  # noqa: F401
from portal.templatetags.page_tags import _canonical

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
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
    assert [name for name, _ in found][:10] == [
        *SITE,
        *COLUMN,
        "ArticleTitle",
        "PubDate",
        "ContentSource",
    ]
    values = dict(found)
    assert values["PubDate"] == "2026-03-03 09:00"
    assert values["ContentSource"] == item.department.name
    assert values["Description"] == "任免事项正文"


@pytest.mark.parametrize(
    "address",
    ["/", "/catalog/", "/reports/", "/guide/", "/rules/", "/search/", "/about/", "/sitemap/"],
)
def test_no_tag_is_empty_or_null_or_doubled(client, shelves, address):  # noqa: F811
    found, _ = tags(client, address)
    assert all(value.strip() and value not in {"null", "None"} for _, value in found)
    assert address == "/" or [name for name, _ in found] == [*SITE, *COLUMN]
    assert address == "/" or len({value for name, value in found if name in COLUMN}) == len(COLUMN)
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


def test_a_page_of_a_list_is_its_own_address(client, shelves):  # noqa: F811
    for number in range(25):
        make_item(f"第{number}条", category=shelves["personnel"])
    page = client.get("/catalog/personnel/?sort=oldest&page=2").content.decode()
    assert '<link rel="canonical" href="http://testserver/catalog/personnel/?page=2">' in page


@pytest.mark.parametrize(
    "query", ["page=1", "page=x", "page=²", "page=-2", "page=%00", "page=" + "9" * 5000]
)
def test_a_page_that_makes_no_sense_is_in_no_canonical_link(rf, query):
    assert _canonical(rf.get(f"/catalog/personnel/?{query}"), "http://x/") == "http://x/"


def test_words_that_say_nothing_are_not_printed(client, shelves):  # noqa: F811
    Category.objects.filter(pk=shelves["personnel"].pk).update(
        description="null", keywords=" None "
    )
    item = make_item(
        category=shelves["personnel"],
        keywords="null",
        summary="None",
        source="null",
        body="<p>文</p>",
    )
    found, _ = tags(client, f"/items/{item.index_number}/")
    values = dict(found)
    assert "Keywords" not in values
    assert values["ContentSource"] == item.department.name
    assert values["Description"] == "文"
    assert not {"null", "None"} & {value.strip() for value in values.values()}


def test_the_domain_has_no_scheme(client, shelves, settings):  # noqa: F811
    settings.SITE = {**settings.SITE, "domain": "http://www.songbei.gov.cn/"}
    assert dict(tags(client, "/")[0])["SiteDomain"] == "www.songbei.gov.cn"


def test_the_picture_is_the_first_of_the_body_with_its_whole_address(client, shelves):  # noqa: F811
    picture = "/attachments/0f0e0d0c-0b0a-4908-8706-050403020100/a.png"
    item = make_item(category=shelves["personnel"], body=f'<p>文<img alt="图" src="{picture}"></p>')
    assert (
        dict(tags(client, f"/items/{item.index_number}/")[0])["Image"]
        == f"http://testserver{picture}"
    )


def test_the_trail_is_a_breadcrumb_list(client, shelves):  # noqa: F811
    _, page = tags(client, "/catalog/personnel/")
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    steps = json.loads(blocks[-1])["itemListElement"]
    assert (steps[0]["name"], steps[0]["item"]) == ("首页", "http://testserver/")
    assert (steps[-1]["name"], steps[-1]["item"]) == (
        "人事任免",
        "http://testserver/catalog/personnel/",
    )
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))


def test_a_page_that_is_not_public_carries_no_tags(client, shelves):  # noqa: F811
    item = make_item("撤回的", category=shelves["personnel"], status=Status.WITHDRAWN)
    for address in ("/nowhere/", f"/items/{item.index_number}/"):
        found, page = tags(client, address)
        assert found == []
        assert "canonical" not in page


def json_ld(page):
    """The JSON-LD blocks of a page."""
    return [
        json.loads(block)
        for block in re.findall(
            r'<script[^>]*type="application/ld\+json"[^>]*>(.*?)</script>', page
        )
    ]


@pytest.mark.parametrize(
    ("state", "force"),
    [
        ("in_force", "InForce"),
        ("amended", "PartiallyInForce"),
        ("repealed", "NotInForce"),
        ("lapsed", "NotInForce"),
        ("", ""),
    ],
)
def test_a_normative_document_is_legislation_with_its_legal_force(client, shelves, state, force):  # noqa: F811
    with tree_write():
        column = make_category("规范性文件", regulation_items=["20-1"])
    item = make_item(
        "供热管理办法", category=column, document_number="示政规〔2026〕3号", genre="办法"
    )
    if state:
        item.validities.create(state=state, starts_on=dt.date(2026, 1, 1))
    data = json_ld(client.get(item.get_absolute_url()).content.decode())[0]
    assert data["@type"] == ["Legislation", "Article"]
    assert (data["name"], data["legislationIdentifier"]) == ("供热管理办法", "示政规〔2026〕3号")
    assert data["legislationPassedBy"]["name"]
    assert data.get("legislationLegalForce", "").removeprefix("https://schema.org/") == force


def test_a_notice_that_is_no_rule_is_an_article(client, shelves):  # noqa: F811
    item = make_item(
        "任免通知", category=shelves["appointments"], document_number="示政任〔2026〕3号"
    )
    assert json_ld(client.get(item.get_absolute_url()).content.decode())[0]["@type"] == "Article"


def test_the_page_of_open_data_is_a_data_set(client, shelves):  # noqa: F811
    data = json_ld(client.get("/data/").content.decode())[0]
    assert data["@type"] == "Dataset"
    assert data["license"].startswith("https://creativecommons.org/")
    for file in data["distribution"]:
        path = file["contentUrl"].removeprefix("http://testserver")
        assert client.get(path.replace("/api/v1/", "/api/v1/items")).status_code == 200
