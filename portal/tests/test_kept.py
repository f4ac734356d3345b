"""Parts of pages that a serving process renders once: what differs from page to page is never among
them.
"""

import pytest
from django.template import Context, Template

from disclosure.lists.rendering import KEY, Rendering
from disclosure.lists.shelves import shelves as kept_shelves
from disclosure.tests.builders import make_draft, make_public
from ledger.models import Entry
from portal.pagecache.version import read_version
from portal.templatetags import kept


@pytest.fixture(autouse=True)
def _serving(monkeypatch):
    monkeypatch.setattr(kept, "_parts", {})
    kept_shelves.forget()
    yield
    kept_shelves.forget()


def test_words_searched_for_are_on_their_own_page_only(client, shelves):
    assert client.get("/search/?q=供热示例").text.count('value="供热示例"') >= 1
    assert "供热示例" not in client.get("/rules/").text


def test_each_page_marks_its_own_section(client, shelves):
    for address, label in (
        ("/", "首页"),
        ("/rules/", "公开制度"),
        ("/", "首页"),
        ("/reports/", "政府信息公开年报"),
    ):
        assert f'aria-current="true">{label}</a>' in client.get(address).text, address


def test_a_form_of_preferences_leads_back_to_the_page_it_stands_on(client, shelves):
    for address in ("/rules/", "/reports/"):
        assert f'name="next" value="{address}"' in client.get(address).text


def test_what_varies_without_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(kept, "MOST_PARTS", 30)
    part = Template("{% load kept %}{% kept 'part' word %}{{ word }}{% endkept %}")
    for word in range(100):
        assert part.render(Context({"word": word})) == str(word)
    assert 0 < len(kept._parts) <= 30


def test_the_foot_names_the_newest_entry_of_the_register(client, shelves):
    for title in ("第一条示例", "第二条示例"):
        make_public(make_draft(title, category=shelves["personnel"]))
        head = Entry.objects.head()
        page = client.get(
            "/rules/", **{KEY: Rendering(version=read_version())}
        )  # as the page cache asks
        assert f"第 {head.sequence:,} 条</a>（{head.entry_hash[:12]}）" in page.text
