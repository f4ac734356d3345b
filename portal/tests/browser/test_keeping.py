"""In a real browser: leaving asks first, drafts keep themselves, and after a crash what was typed
is there again.
"""

import os

import pytest

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from desk.models import KeptForm
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_staff

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.any_database,
]
HALF_A_MINUTE = 31_000  # milliseconds


@pytest.fixture
def draft():
    root = make_category("政府信息", section=Section.CONTENT)
    shelf = make_category("通知", parent=root)
    return make_draft("关于防汛工作的通知", category=shelf, department=make_department("区水务局"))


@pytest.fixture
def window(browser, live_server, client, draft):
    """Open a window of the clerk, each with a browser of its own, as after a crash; the dialogs it
    showed.
    """
    user, opened = make_staff("信息员", draft.department), []

    def open_window(**more):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 900}, **more
        )
        opened.append(context)
        page = context.new_page()
        page.clock.install()
        page.dialogs, page.troubles = [], []
        page.on("dialog", lambda dialog: (page.dialogs.append(dialog.type), dialog.accept()))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    yield open_window
    for context in opened:
        context.close()


def look(page, name):
    """Pictures for people, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png")


def kept_now(page):
    """Half a minute goes by; the page has said that it was kept."""
    page.clock.fast_forward(HALF_A_MINUTE)
    page.locator(".kept-note", has_text="已自动留存").wait_for()


def test_leaving_a_changed_form_asks_and_leaving_an_untouched_one_does_not(window, draft):
    page = window()
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    page.goto(address)
    page.click("#id_title")
    page.goto("/admin/")
    assert page.dialogs == []
    page.goto(address)
    page.type("#id_title", "（改）")
    page.goto("/admin/")
    assert page.dialogs == ["beforeunload"]
    page.goto(address)
    page.locator(".ProseMirror").click()
    page.keyboard.type("编辑器里写的字")
    page.goto("/admin/")
    assert page.dialogs == ["beforeunload"] * 2
    page.goto(address)
    page.type("#id_title", "（改）")
    page.click("input[name=_save]")
    page.wait_for_url("**/admin/disclosure/item/")
    assert page.dialogs == ["beforeunload"] * 2
    assert page.troubles == []
    draft.refresh_from_db()
    assert "（改）" in draft.title


def test_after_a_crash_what_was_typed_is_offered_and_taken_up(window, draft):
    page = window()
    page.goto(f"/admin/disclosure/item/{draft.pk}/change/")
    page.fill("#id_title", "写到一半的标题")
    page.locator(".ProseMirror").click()
    page.keyboard.type("写到一半的正文。")
    kept_now(page)
    page.context.close()  # without a word, as a crash is
    page = window()
    page.goto(f"/admin/disclosure/item/{draft.pk}/change/")
    assert page.input_value("#id_title") == "关于防汛工作的通知"
    look(page, "offer")
    page.click("text=接着写")
    assert page.input_value("#id_title") == "写到一半的标题"
    look(page, "restored")
    assert "写到一半的正文。" in page.locator(".ProseMirror").inner_text()
    page.goto("/admin/")
    assert page.dialogs == ["beforeunload"], "what was taken up is not saved yet"
    page.goto(f"/admin/disclosure/item/{draft.pk}/change/")
    page.click("text=接着写")
    page.click("input[name=_save]")
    page.wait_for_url("**/admin/disclosure/item/")
    draft.refresh_from_db()
    assert draft.title == "写到一半的标题"
    assert not KeptForm.objects.exists()


def test_a_new_item_is_kept_as_well_and_can_be_given_up(window, draft):
    page = window()
    page.goto("/admin/disclosure/item/add/")
    page.fill("#id_title", "还没有保存过的信息")
    kept_now(page)
    page.context.close()
    page = window()
    page.goto("/admin/disclosure/item/add/")
    assert page.locator("text=还没有保存过的信息").is_visible()
    page.fill("#id_title", "又一条")
    page.press("#id_title", "Enter")  # saves, or says what is missing; it gives nothing up
    page.wait_for_load_state()
    assert KeptForm.objects.filter(values__title=["还没有保存过的信息"]).exists()
    page.goto("/admin/disclosure/item/add/")
    page.click("text=不要了")
    page.wait_for_load_state()
    assert not KeptForm.objects.exists()
    assert Item.objects.count() == 1


def test_a_session_that_ended_is_said_and_nothing_is_lost(window, draft):
    page = window()
    page.goto(f"/admin/disclosure/item/{draft.pk}/change/")
    page.fill("#id_title", "写到一半的标题")
    kept_now(page)
    page.context.clear_cookies()
    page.fill("#id_title", "写到一半的标题，又写了一点")
    page.clock.fast_forward(HALF_A_MINUTE)
    page.locator(".kept-note.errornote").wait_for()
    assert KeptForm.objects.get().values["title"] == ["写到一半的标题"]


def test_without_scripts_the_form_is_a_form(window, draft):
    page = window(java_script_enabled=False)
    page.goto(f"/admin/disclosure/item/{draft.pk}/change/")
    page.fill("#id_title", "没有脚本时的标题")
    page.click("input[name=_save]")
    draft.refresh_from_db()
    assert draft.title == "没有脚本时的标题"
