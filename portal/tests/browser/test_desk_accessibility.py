"""WCAG 2.2 AA at the desk, as every role: axe, reflow at 320 px, focus that can be seen."""

import pytest
from django.conf import settings
from django.test import Client

from portal.tests.browser.kinds import desk_kinds
from portal.tests.browser.test_accessibility import OF_WIDTH, STATE, once_is_enough, violations
from portal.tests.desk_world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), once_is_enough]
# What runs out of a screen of 320 px, but for what may: tables and screens in frames of their own.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 321
  && e.getBoundingClientRect().width > 1 && e.checkVisibility() && !e.closest('.results, .desk-scroll, .grid-scroll, .preview-screen'))
  .map(e => e.tagName + '.' + e.className + '#' + e.id).slice(0, 3)"""
# Three words in a row, but for a command to type; a secret to copy is in capitals.
ENGLISH = "document.querySelector('#container').innerText.match(/[A-Za-z’']{2,}(?: (?!status lantai)[a-z’']{2,}){2,}/g) || []"
CONTROLS = """() => [...document.querySelectorAll('#content a[href], #content button, #content input:not([type=hidden]), '
  + '#content select, #content summary, #content textarea')].filter(e => e.tabIndex >= 0 && !e.disabled
  && e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 1).length"""
IN_CONTENT = "document.activeElement.closest('#content') !== null"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def addresses(world):
    return desk_kinds(world)


def window(browser, live_server, user=None):
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, base_url=live_server.url, bypass_csp=True
    )
    if user:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
    return context.new_page()


def faults(page, where):
    """What axe and a narrow screen show of the page that is open, and words nobody has translated."""
    page.set_viewport_size({"width": 1280, "height": 900})
    found = violations(page, where) + [
        (where, "English", words) for words in page.evaluate(ENGLISH)
    ]
    page.set_viewport_size({"width": 320, "height": 900})
    found += violations(page, where, OF_WIDTH)
    return found + [(where, "too wide", what) for what in page.evaluate(TOO_WIDE)]


def test_axe_and_a_narrow_screen_find_nothing_on_any_page_of_the_desk(
    browser, live_server, world, addresses
):
    page = window(browser, live_server)
    page.goto("/admin/login/")
    found = faults(page, "login")
    for role, places in addresses.items():
        page.context.close()
        page = window(browser, live_server, world.people[role])
        for place in places:
            assert page.goto(f"/admin/{place}").status == 200, (role, place)
            found += faults(page, (role, place))
    page.context.close()
    assert {one[1:] for one in found} == set()
    assert found == []


def test_the_keyboard_reaches_every_control_of_the_desk_with_visible_focus(
    browser, live_server, world
):
    page, item = window(browser, live_server, world.people["信息员"]), world.own["disclosure.item"]
    for place in (
        "",
        "disclosure/item/",
        f"disclosure/item/{item.pk}/change/",
        f"disclosure/item/{item.pk}/acts/submit/",
    ):
        page.goto(f"/admin/{place}")
        page.locator("#content-start, #content").first.evaluate(
            "e => { e.tabIndex = -1; e.focus() }"
        )
        expected, seen, invisible = page.evaluate(CONTROLS), 0, []
        for _ in range(expected + 40):
            page.keyboard.press("Tab")
            if not page.evaluate(IN_CONTENT):
                break
            tag, name, is_visible = page.evaluate(STATE)
            seen += 1
            if not is_visible:
                invisible.append((place, tag, name))
        else:
            pytest.fail(f"the focus never left {place}")
        assert invisible == []
        assert seen >= expected, place
