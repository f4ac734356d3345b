"""What scripts add for readers: titles while typing, a citation in the clipboard, reading aloud."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
# Chromium without a window has no voices: what it is told to say is written down, and is said at
# once.
SPEECH = """
window.said = [];
speechSynthesis.speak = (piece) => { said.push(piece.text); setTimeout(() => piece.dispatchEvent(new Event("end")), 5); };
"""


def test_titles_while_typing_a_citation_to_paste_and_a_document_read_aloud(demonstration, browser):
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.add_init_script(SPEECH)
    page = context.new_page()
    page.goto(f"{demonstration}/search/")
    with page.expect_response(re.compile("/search/suggestions/")):
        page.locator("#masthead-q").press_sequentially("供热")
    titles = page.locator("#masthead-q + datalist option")
    expect(titles).not_to_have_count(0)
    assert all("供热" in title.get_attribute("value") for title in titles.all())
    page.fill("#masthead-q", titles.first.get_attribute("value"))
    page.press("#masthead-q", "Enter")
    page.locator(".item-row__title").first.click()

    page.click("[data-copy=citation]")
    expect(page.locator("[data-copy-status]")).to_have_text("已复制")
    citation = page.evaluate("navigator.clipboard.readText()")
    title = page.inner_text("h1")
    assert citation.startswith(page.inner_text("#citation")[:10])
    assert f"{title}[EB/OL]" in citation

    page.click("[data-read-aloud]")
    expect(page.locator("[data-read-status]")).to_have_text("朗读结束")
    said = page.evaluate("said")
    assert "".join(said[:2]).startswith(title[:20])
    assert "供热" in "".join(said[1:])
    context.close()


PAPER = {
    "width": 590,
    "height": 960,
}  # what the margins of an official document leave of A4, in CSS pixels


def test_paper_carries_the_document_with_citation_and_code_and_no_furniture(demonstration, browser):
    context = browser.new_context(viewport=PAPER)
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{demonstration}/search/?q=供热")
    item = page.locator(".item-row__title a, a.item-row__title").first.get_attribute("href")
    for address in (item, "/reports/songbei/2025/"):
        page.goto(f"{demonstration}{address}")
        for shown in ("h1", ".metadata", "#citation", ".document__code"):
            expect(page.locator(shown).first).to_be_visible()
        for furniture in (
            ".utility",
            ".search-box",
            ".navigation",
            ".breadcrumb",
            ".footer",
            ".document__actions",
        ):
            assert not any(part.is_visible() for part in page.locator(furniture).all()), furniture
        assert not any(button.is_visible() for button in page.locator("main button").all())
        right = page.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right))"
        )
        assert right <= PAPER["width"]
    assert right > PAPER["width"] / 2  # the report has tables, and the last one looked at is it
    context.close()
