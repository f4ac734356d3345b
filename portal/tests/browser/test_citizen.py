"""A citizen's and a clerk's way through the portal, in a real browser."""

import re

import pytest
from django.utils import timezone

from portal.demonstration.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRAIL = [
    "首页",
    "政务公开",
    "政府信息公开",
    "区县(市)政府信息公开目录",
    "松北区政府信息公开",
    "政府信息公开年报",
]


def read_count(page):
    return int(re.search(r"浏览次数：\s*([\d,]+)", page.inner_text("main"))[1].replace(",", ""))


def root_size(page):
    return page.evaluate("getComputedStyle(document.documentElement).fontSize")


def test_a_citizen_finds_the_2009_report(demonstration, browser):
    """JavaScript off: home → annual reports → 松北区 → 2009; size kept across pages; the count
    rises by one.
    """
    page = browser.new_page(
        java_script_enabled=False, user_agent="第一位读者", viewport={"width": 1280, "height": 900}
    )
    page.goto(demonstration.url)
    page.click("nav >> text=政府信息公开年报")
    page.click("main >> a:text-is('区政府')")
    page.click("a[href='/reports/songbei/2009/']")
    assert page.locator("nav[aria-label=当前位置] li").all_inner_texts() == TRAIL
    text = page.inner_text("main")
    for fact in (
        "松北区人民政府网站",
        "2010-03-30",
        "压缩率达78%",
        "使政务公开工作更加规范化、制度化和经常化。",
    ):
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
    press(page, "[type=submit]")
    return page


def press(page, button):
    """Click, and wait for the page it leads to; its words."""
    with page.expect_navigation():
        page.click(button)
    return page.inner_text("body")


def test_a_clerks_item_becomes_public_is_corrected_and_withdrawn_by_others_than_the_clerk(
    demonstration, browser
):
    clerk, reviewer, office = (
        sign_in(browser, demonstration, name) for name in ("clerk", "reviewer", "office")
    )
    title = "关于王某某任职的通知（示例）"
    clerk.goto(f"{demonstration}/admin/disclosure/item/add/")
    clerk.fill("input[name=title]", title)
    clerk.select_option("select[name=category]", label="人事任免 › 任免通知")
    clerk.fill("input[name=created_on]", timezone.localdate().isoformat())
    clerk.click(".rich-text-page")
    clerk.keyboard.type("各单位：任命王某某为示例科科长。")
    press(clerk, "input[name=_checks]")
    submit(clerk)
    reviewer.goto(clerk.url)
    assert "已公开，索引号" in approve(reviewer, "20-14")
    address = reviewer.get_attribute("text=查看公众页面", "href")
    public = browser.new_page()
    for place in ("/catalog/personnel/", "/", address):
        public.goto(demonstration + place)
        assert title in public.inner_text("main")

    clerk.goto(reviewer.url)
    press(clerk, "text=更正…")
    press(clerk, "input[type=submit]")
    clerk.fill("[name=change_note]", "职务名称有误")
    clerk.fill("input[name=title]", "关于王某某职务的通知（示例）")
    press(clerk, "input[name=_checks]")
    submit(clerk)
    public.goto(demonstration + address)
    assert title in public.inner_text("main")
    reviewer.goto(clerk.url)
    assert "第 2 版" in approve(reviewer, "20-14")
    public.goto(f"{demonstration}{address}revisions/2/changes/")
    assert public.inner_text(".comparison del") == title
    assert "职务名称有误" in public.inner_text("main")

    office.goto(reviewer.url)
    press(office, "text=撤回…")
    office.fill("[name=reason]", "任命已经撤销")
    assert "已撤回" in press(office, "input[type=submit]")
    public.goto(demonstration + address)
    assert "任命已经撤销" in public.inner_text("main")
    for page in (clerk, reviewer, office, public):
        page.close()


def submit(page):
    press(page, "text=提交审核…")
    assert "已提交，等待审核" in press(page, "input[type=submit]")


def approve(page, basis):
    press(page, "text=审核（保密审查）…")
    page.check("[name=mode][value=proactive]")
    page.select_option("select[name=basis]", basis)
    page.check("[name=when][value=now]")
    return press(page, "input[type=submit]")
