"""A citizen's and a clerk's way through the portal, in a real browser."""

import re

import pytest
from django.utils import timezone

from disclosure.models import Item
from portal.demonstration.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRAIL = ["首页", "政务公开", "政府信息公开", "区县(市)政府信息公开目录", "松北区政府信息公开", "政府信息公开年报"]


def read_count(page):
    return int(re.search(r"浏览次数：\s*([\d,]+)", page.inner_text("main"))[1].replace(",", ""))


def root_size(page):
    return page.evaluate("getComputedStyle(document.documentElement).fontSize")


def test_a_citizen_finds_the_2009_report(demonstration, browser):
    """JavaScript off: home → annual reports → 松北区 → 2009; size kept across pages; the count rises by one."""
    page = browser.new_page(java_script_enabled=False, user_agent="第一位读者", viewport={"width": 1280, "height": 900})
    page.goto(demonstration.url)
    page.click("nav >> text=政府信息公开年报")
    page.click("main >> a:text-is('区政府')")
    page.click("a[href='/reports/songbei/2009/']")
    assert page.locator("nav[aria-label=当前位置] li").all_inner_texts() == TRAIL
    text = page.inner_text("main")
    for fact in ("松北区人民政府网站", "2010-03-30", "压缩率达78%", "使政务公开工作更加规范化、制度化和经常化。"):
        assert fact in text
    assert "大汉网络" not in page.content()
    first = read_count(page)

    second = browser.new_page(user_agent="第二位读者")
    second.goto(f"{demonstration}/reports/songbei/2009/")
    assert read_count(second) == first + 1
    second.reload()
    assert read_count(second) == first + 1
    second.close()

    page.locator("main button:has-text('特大')").click()
    assert page.url.endswith("/reports/songbei/2009/")
    assert page.locator("html").count() == 1
    reader = browser.new_page(storage_state=page.context.storage_state())
    for address in ("/reports/songbei/2009/", "/", "/catalog/personnel/"):
        reader.goto(demonstration + address)
        assert root_size(reader) == "25px"
    reader.close()
    page.close()


def sign_in(browser, demonstration, username):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{demonstration}/admin/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("[type=submit]")
    return page


def test_a_clerks_item_appears_in_its_category_and_on_the_home_page_once_a_reviewer_agrees(demonstration, browser):
    page = sign_in(browser, demonstration, "clerk")
    page.goto(f"{demonstration}/admin/disclosure/item/add/")
    title = "关于王某某任职的通知（示例）"
    page.fill("input[name=title]", title)
    page.select_option("select[name=category]", label="人事任免 › 任免通知")
    page.fill("input[name=created_on]", timezone.localdate().isoformat())
    page.click(".rich-text-page")
    page.keyboard.type("各单位：任命王某某为示例科科长。")
    page.click("input[name=_checks]")
    page.click("text=提交审核…")
    page.click("input[type=submit]")
    assert "已提交，等待审核" in page.inner_text("body")
    change = page.url
    page.close()
    page = sign_in(browser, demonstration, "reviewer")
    page.goto(change)
    page.click("text=审核（保密审查）…")
    page.select_option("select[name=basis]", "20-14")
    page.click("input[type=submit]")
    assert "已公开，索引号" in page.inner_text("body")
    item = Item.objects.published().get(title=title)
    for address in ("/catalog/personnel/", "/", f"/items/{item.index_number}/"):
        page.goto(demonstration + address)
        assert title in page.inner_text("main")
    page.close()
