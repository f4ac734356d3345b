"""A form that is opened and sent as it is changes nothing, whatever became meanwhile of what the
record points to.
"""

import datetime as dt

import pytest
from django.urls import reverse
from lxml import html

from catalog.models import Category, Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.models import Item, Validity
from disclosure.tests.builders import make_draft, make_public, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    return make_category("通知", parent=make_category("政府信息", section=Section.CONTENT))


@pytest.fixture
def draft(shelf):
    return make_draft("关于防汛工作的解读", category=shelf)


@pytest.fixture
def bureau(draft):
    return draft.department


@pytest.fixture
def document(shelf):
    """A public item of another department."""
    return make_public(
        make_draft("关于防汛工作的通知", department=make_department("区水务局"), category=shelf)
    )


def hide(category):
    Category.objects.filter(pk=category.pk).update(is_visible=False)


def form_of(client, item):
    address = reverse("admin:disclosure_item_change", args=[item.pk])
    page = html.fromstring(client.get(address).content.decode())
    return address, page.get_element_by_id("item_form")


def sent_as_it_is(client, item, **changes):
    """Open the form, send what a browser would, and bring the item anew."""
    address, form = form_of(client, item)
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    answer = client.post(address, values | changes)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Item.objects.get(pk=item.pk)


def test_an_item_of_a_hidden_category_is_saved_where_it_stands(clerk_desk, draft, shelf):
    hide(shelf)
    _, form = form_of(clerk_desk, draft)
    assert [
        option.text for option in form.xpath(".//select[@name='category']/option[@selected]")
    ] == ["通知（已停用，公众看不到）"]
    assert sent_as_it_is(clerk_desk, draft, keywords="防汛").category == shelf


def test_so_is_one_below_a_hidden_category(clerk_desk, draft, shelf):
    hide(shelf.parent)
    assert sent_as_it_is(clerk_desk, draft).category == shelf


def test_further_categories_that_were_hidden_stay(clerk_desk, draft, shelf):
    other = make_category("公告", parent=shelf.parent)
    draft.further_categories.add(other)
    hide(other)
    assert list(sent_as_it_is(clerk_desk, draft).further_categories.all()) == [other]


def test_no_other_item_is_filed_in_a_hidden_category(clerk_desk, draft, shelf):
    hidden = make_category("旧栏目", parent=shelf.parent, is_visible=False)
    address, form = form_of(clerk_desk, draft)
    answer = clerk_desk.post(address, dict(form.form_values()) | {"category": hidden.pk})
    assert "category" in answer.context["adminform"].form.errors


def withdraw(item):
    acts.withdraw_item(item=item, by=make_staff("公开办", item.department), reason="核实")


def test_what_it_interprets_stays_though_it_was_withdrawn(clerk_desk, draft, document):
    draft.interprets.add(document)
    withdraw(document)
    assert list(sent_as_it_is(clerk_desk, draft, keywords="防汛").interprets.all()) == [document]


def test_what_it_interprets_may_be_taken_away_while_it_is_shown(clerk_desk, draft, document):
    draft.interprets.add(document)
    assert list(sent_as_it_is(clerk_desk, draft, interprets=[]).interprets.all()) == []


def test_because_of_what_it_is_not_in_force_stays_though_that_was_withdrawn(
    clerk_desk, draft, document
):
    validity = draft.validities.create(
        state=Validity.State.LAPSED, starts_on=dt.date(2026, 3, 3), because_of=document
    )
    withdraw(document)
    sent_as_it_is(clerk_desk, draft, **{"validities-0-starts_on": "2026-03-04"})
    validity.refresh_from_db()
    assert (validity.because_of, validity.starts_on) == (document, dt.date(2026, 3, 4))
