"""The frame of every page: footer, navigation, landmarks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosure.lists.rendering import KEY, Rendering
from disclosure.lists.shelves import shelves
from disclosure.tests.builders import make_item, make_report
from ledger.tests.builders import make_entry

pytestmark = pytest.mark.any_database


def page(client, address="/about/"):
    return client.get(address).content.decode()


def test_the_footer_prints_what_a_government_page_owes(client, settings):
    settings.SITE = {
        **settings.SITE,
        "organiser": "示例主办单位",
        "contractor": "示例承办单位",
        "contact": "0451-00000000",
        "id_code": "2301090001",
        "icp": "黑ICP备12345678号",
        "police_number": "黑公网安备 23010902000001号",
        "organ_mark_url": "https://bszs.conac.cn/sitename?method=show&id=1",
        "error_report_url": "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=2301090001",
    }
    footer = page(client).split("<footer")[1]
    for words in (
        "示例主办单位",
        "示例承办单位",
        "0451-00000000",
        "网站标识码 2301090001",
        "黑ICP备12345678号",
        "黑公网安备",
    ):
        assert words in footer
    for address in (
        "https://bszs.conac.cn/",
        "https://zfwzgl.www.gov.cn/",
        "/sitemap/",
        "/about/accessibility/",
    ):
        assert f'href="{address}' in footer


@pytest.mark.django_db
def test_pages_for_everybody_name_the_registers_head_and_ask_for_it_once_per_change(
    client, monkeypatch
):
    shelves.forget()
    for version in "12":
        entry = make_entry()
        told = f"第 {entry.sequence} 条</a>（{entry.entry_hash[:12]}）"
        assert told in client.get("/about/", **{KEY: Rendering(version=version)}).content.decode()
        with CaptureQueriesContext(connection) as queries:
            assert (
                told in client.get("/about/", **{KEY: Rendering(version=version)}).content.decode()
            )
        assert not [query for query in queries if "ledger_entry" in query["sql"]]
    assert "登记簿至" not in page(client)
    shelves.forget()


def test_the_footer_leaves_out_what_the_settings_leave_empty(client, settings):
    settings.SITE = {**settings.SITE, "contact": "", "police_number": "", "contractor": ""}
    footer = page(client).split("<footer")[1]
    assert "联系方式" not in footer
    assert "承办" not in footer
    assert 'href=""' not in footer


def test_a_demonstration_says_so_and_a_real_site_does_not(client, settings):
    words = "演示站点：标有示例的内容、机构代码和联系方式均为虚构"
    settings.DEMO = True
    assert words in page(client)
    settings.DEMO = False
    assert words not in page(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/", "首页"),
        ("/guide/", "公开指南"),
        ("/rules/", "公开制度"),
        ("/catalog/", "法定主动公开内容"),
        ("/catalog/appointments/", "法定主动公开内容"),
        ("/items/示例索引号/", "法定主动公开内容"),
        ("/reports/", "政府信息公开年报"),
        ("/reports/songbei/", "政府信息公开年报"),
        ("/reports/songbei/2009/", "政府信息公开年报"),
        ("/about/", None),
        ("/search/", None),
        ("/no-such-page/", None),
    ],
)
def test_the_navigation_marks_the_current_section_and_no_other(
    client, shelves, government, address, section
):
    make_item(category=shelves["appointments"], index_number="示例索引号")
    make_report(2009, department=government, category=shelves["annual-reports"])
    navigation = page(client, address).split('aria-label="主导航"')[1].split("</nav>")[0]
    assert re.findall(r'aria-current="true">([^<]+)<', navigation) == ([section] if section else [])


def test_a_page_has_its_language_its_landmarks_and_a_way_past_them(client):
    text = page(client)
    assert '<html lang="zh-CN">' in text
    assert text.count("<main") == text.count("<h1") == 1
    assert (
        text.index('href="#main"')
        < text.index("<header")
        < text.index('<main class="content__main" id="main"')
    )


def test_pages_carry_no_inline_style_or_handler(client):
    assert not re.search(r"\s(style|on[a-z]+)=", page(client))


def test_pages_have_a_strict_policy_and_set_no_cookie(client):
    response = client.get("/about/")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not response.cookies
