"""What the page of an item asks of the database, and what of its relations it shows."""

import pytest
from django.test import RequestFactory

from catalog.tests.builders import make_department
from disclosure.counting import tally
from disclosure.models import Validity
from disclosure.pages.relations import load_relations, page_items
from disclosure.tests.builders import make_attachment, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_roll_up_in_between(monkeypatch):
    """A slow machine looks for one while a test counts queries."""
    monkeypatch.setattr(tally, "ROLL_UPS_EVERY_MS", 10**9)


def with_everything():
    """An item with something of each kind that can hang on one."""
    item = make_item(body="<p>正文。</p>")
    make_attachment(item)
    item.joint_departments.add(make_department())
    item.interprets.add(make_item("被解读的文件"))
    make_item("解读").interprets.add(item)
    Validity.objects.create(
        item=item, state="amended", starts_on="2026-01-01", because_of=make_item("修改的决定")
    )
    Validity.objects.create(
        item=make_item("被废止的文件"), state="repealed", starts_on="2026-01-01", because_of=item
    )
    return item


def test_a_page_that_is_not_kept_takes_three_queries(client, django_assert_num_queries):
    """The version, the item with what it has, its newest revision: what pages show alike is read
    once per change.
    """
    item = make_item(body="<p>正文。</p>")
    client.get(item.get_absolute_url())
    with django_assert_num_queries(3):
        page = client.get(item.get_absolute_url(), HTTP_USER_AGENT="Googlebot")
    assert item.department.name in page.text


def test_files_and_validity_cost_two_more(client, django_assert_num_queries):
    item = make_item(body="<p>正文。</p>")
    make_attachment(item)
    Validity.objects.create(item=item, state="in_force", starts_on="2026-01-01")
    client.get(item.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(item.get_absolute_url(), HTTP_USER_AGENT="Googlebot")


def test_each_kind_of_thing_that_hangs_on_an_item_costs_one(client, django_assert_max_num_queries):
    item = with_everything()
    client.get(item.get_absolute_url())
    with django_assert_max_num_queries(10):
        page = client.get(item.get_absolute_url(), HTTP_USER_AGENT="Googlebot").text
    for title in ("被解读的文件", "解读", "修改的决定", "被废止的文件", "示例.txt"):
        assert title in page


def test_what_is_not_there_is_not_asked_for(django_assert_num_queries):
    make_item()
    item = load_relations(page_items().get(), RequestFactory().get("/"))
    with django_assert_num_queries(0):
        for name in ("attachments", "joint_departments", "interprets", "interpretations"):
            assert item.related(name) == []
        assert item.validity_on() is None
        assert not hasattr(item, "annual_report")
        assert item.current_revision is None


def test_a_relation_that_the_public_may_not_see_is_not_shown(client):
    item = with_everything()
    for other in (*item.interprets.all(), *item.interpretations.all()):
        type(other).objects.filter(pk=other.pk).update(status="draft")
    page = client.get(item.get_absolute_url()).text
    assert "被解读的文件" not in page
    assert "相关解读" not in page


def test_a_changed_name_of_an_organ_shows_at_once(client):
    item = make_item()
    client.get(item.get_absolute_url())
    item.department.name = "改了名的示例局"
    item.department.save()
    assert "改了名的示例局" in client.get(item.get_absolute_url()).text


@pytest.mark.parametrize("key", ["%s", "' OR 1=1 --", "%(key)s", "示例"])
def test_a_number_is_a_value_and_never_part_of_the_statement(client, key):
    make_item()
    assert client.get(f"/items/{key}/").status_code == 404
