"""Parts of pages that a serving process renders once: what differs from page to page is never among them."""

import pytest

from disclosure.shelves import shelves as kept_shelves
from portal.templatetags import kept


@pytest.fixture(autouse=True)
def _serving(monkeypatch):
    monkeypatch.setattr(kept_shelves, "keeps", True)
    monkeypatch.setattr(kept, "_parts", {})
    kept_shelves.forget()
    yield
    kept_shelves.forget()


def test_words_searched_for_are_on_their_own_page_only(client, shelves):
    assert client.get("/search/?q=供热示例").text.count('value="供热示例"') >= 1
    assert "供热示例" not in client.get("/rules/").text


def test_each_page_marks_its_own_section(client, shelves):
    for address, label in (("/", "首页"), ("/rules/", "公开制度"), ("/", "首页"), ("/reports/", "政府信息公开年报")):
        assert f'aria-current="true">{label}</a>' in client.get(address).text, address


def test_a_form_of_preferences_leads_back_to_the_page_it_stands_on(client, shelves):
    for address in ("/rules/", "/reports/"):
        assert f'name="next" value="{address}"' in client.get(address).text
