"""WCAG 2.2 AA on every kind of page: axe, reflow at 320 px, keyboard."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connection
from django.urls import resolve

from portal.pagecache.pages import PAGES
from portal.tests.browser.kinds import public_kinds

pytestmark = pytest.mark.browser
# The most expensive tests there are, and what they look at is markup and styles.
once_is_enough = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="the same pages are looked at with SQLite behind them"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another width or another reading setting can change: the elements are the same, their colours
# and places are not.
OF_WIDTH = ["target-size", "scrollable-region-focusable"]
COLOURS = ["color-contrast", "link-in-text-block"]
OF_COLOUR = [*OF_WIDTH, *COLOURS]
SIZES = {"s": 16, "m": 18, "l": 21, "xl": 25}


def violations(page, where, rules=RULES, without=()):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {
        "runOnly": rules,
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
        "preload": False,
    }
    results = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [(where, one["id"], one["nodes"][0]["html"][:160]) for one in results]


def reader(browser, portal, *, size="m", contrast="normal", view="standard", width=1280, **options):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, **options
    )
    page = context.new_page()
    for name, value in (("size", size), ("contrast", contrast), ("view", view)):
        context.request.post(
            f"{portal}/preferences/", form={name: value, "next": "/about/"}, max_redirects=0
        )
    return page


def test_every_kind_of_page_is_looked_at(demonstration):
    names = {
        resolve(address.partition("?")[0]).view_name
        for address in public_kinds(demonstration.ask)[:-1]
    }
    alike = {"report-revision-changes"}  # a report has the page of an item
    assert set(PAGES) - names == alike
    assert {
        "data",
        "data-api",
        "report-export",
        "register-verify",
        "correction-new",
        "correction-query",
    } <= names


@once_is_enough
def test_axe_finds_nothing_on_any_page_at_three_widths(demonstration, browser):
    page, found = reader(browser, demonstration), []
    for address in public_kinds(demonstration.ask):
        page.goto(demonstration + address)
        for width, rules, without in (
            (1280, RULES, ()),
            (768, OF_WIDTH, ()),
            (320, RULES, COLOURS),
        ):
            page.set_viewport_size({"width": width, "height": 900})
            found += violations(page, (address, width), rules, without)
    assert {one[1:] for one in found} == set()
    assert found == []


@once_is_enough
@pytest.mark.parametrize(
    "options",
    [
        {"size": "s"},
        {"size": "l"},
        {"size": "xl"},
        {"contrast": "high"},
        {"view": "elder"},
        {"color_scheme": "dark"},
        {"color_scheme": "dark", "contrast": "high"},
        {"forced_colors": "active"},
    ],
    ids=str,
)
def test_axe_finds_nothing_in_any_reading_setting(demonstration, browser, options):
    page, found = reader(browser, demonstration, **options), []
    for address in ["/", "/catalog/procurement/", "/reports/", "/reports/songbei/2009/", "/guide/"]:
        page.goto(demonstration + address)
        found += violations(
            page, address, OF_WIDTH if options.get("size") in ("l", "xl") else OF_COLOUR
        )
    assert found == []


@once_is_enough
@pytest.mark.parametrize("size", ["m", "xl"])
def test_nothing_scrolls_sideways_at_320_px(demonstration, browser, size):
    page, wide = reader(browser, demonstration, size=size, width=320), []
    for address in public_kinds(demonstration.ask):
        page.goto(demonstration + address)
        assert (
            page.evaluate("getComputedStyle(document.documentElement).fontSize")
            == f"{SIZES[size]}px"
        )
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wide.append((address, width))
    assert wide == []


STATE = """() => { const e = document.activeElement, s = getComputedStyle(e);
  return [e.tagName, e.id || e.getAttribute('href') || e.name || '', s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"""


@pytest.mark.parametrize(
    "address",
    ["/", "/catalog/procurement/", "/reports/songbei/2009/", "/guide/", "/corrections/new/"],
)
def test_the_keyboard_reaches_everything_with_visible_focus_and_no_trap(
    demonstration, browser, address
):
    page = reader(browser, demonstration)
    page.goto(demonstration + address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    controls = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]')]
        .filter(e => e.offsetParent !== null && e.checkVisibility()).length"""
    )
    seen, invisible = 1, []
    for _ in range(controls + 20):
        page.keyboard.press("Tab")
        tag, name, is_visible = page.evaluate(STATE)
        if tag == "BODY":
            break
        seen += 1
        if not is_visible:
            invisible.append((tag, name))
    else:
        pytest.fail("the focus never left the page")
    assert invisible == []
    assert seen >= controls - 1
