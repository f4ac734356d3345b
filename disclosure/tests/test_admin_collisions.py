"""Two clerks at one draft."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.models import EditingSession, Item
from disclosure.tests.builders import make_item

pytestmark = pytest.mark.django_db


def desk(username, name, department):
    user = make_user(username, department=department, last_name=name)
    user.groups.add(Group.objects.get(name="信息员"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def draft():
    shelf = make_category("人事任免", parent=make_category(section=Section.CONTENT))
    return make_item(
        "任免通知", category=shelf, status=Status.DRAFT, body="<p>第一段</p><p>第二段</p>"
    )


@pytest.fixture
def address(draft):
    return f"/admin/disclosure/item/{draft.pk}/"


@pytest.fixture
def zhang(draft):
    return desk("zhang", "张示例", draft.department)


@pytest.fixture
def li(draft):
    return desk("li", "李示例", draft.department)


def opened(client, address):
    """(the page, the values its form would send)."""
    response = client.get(f"{address}change/")
    context = response.context
    item = context["original"]
    values = {
        "title": item.title,
        "department": item.department_id,
        "category": item.category_id,
        "created_on": item.created_on.isoformat(),
        "body": item.body,
        "disclosure_mode": item.disclosure_mode,
        "term": item.term,
        "scope": item.scope,
        "_version": context["version"],
    }
    for prefix in ("attachments", "validities"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return response.content.decode(), values


def test_the_second_is_told_who_was_there_first(zhang, li, address):
    assert "也打开了这条信息" not in opened(zhang, address)[0]
    page, _ = opened(li, address)
    started = timezone.localtime(EditingSession.objects.get(user__username="zhang").opened_at)
    assert f"张示例（{started:%H:%M} 起）也打开了这条信息" in page
    assert 'name="_version"' in page


def test_who_has_saved_or_left_is_not_there_any_more(zhang, li, address):
    _, values = opened(zhang, address)
    zhang.post(f"{address}change/", values)
    assert "也打开了" not in opened(li, address)[0]
    li.post(f"{address}presence/", {"leaving": "1"})
    assert not EditingSession.objects.exists()


def test_who_gave_no_sign_of_life_for_long_is_not_there(zhang, li, address):
    opened(zhang, address)
    EditingSession.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=21))
    assert "也打开了" not in opened(li, address)[0]
    assert zhang.post(f"{address}presence/").json()["others"][0].startswith("李示例")


def test_saving_over_a_newer_version_shows_both_and_loses_nothing(zhang, li, draft, address):
    _, first = opened(zhang, address)
    _, second = opened(li, address)
    zhang.post(
        f"{address}change/", first | {"title": "张的标题", "body": "<p>第一段</p><p>张的第二段</p>"}
    )
    response = li.post(
        f"{address}change/", second | {"body": "<p>第一段</p><p>李的第二段</p>", "keywords": "任免"}
    )
    page = response.content.decode()
    draft.refresh_from_db()
    assert (draft.title, draft.keywords) == ("张的标题", "")
    for words in (
        "别人已经保存了新的内容",
        "张示例",
        "张的标题",
        "张的第二段",
        "李的第二段",
        "两边的内容有 3 处不同",
    ):
        assert words in page
    assert '<div class="is-changed">张的第二段</div>' in page
    assert "<div>第一段</div>" in page
    # what was typed stands in the form; saving once more is now a decision
    again = second | {
        "title": "张的标题",
        "body": "<p>两段合并</p>",
        "_version": response.context["version"],
    }
    assert li.post(f"{address}change/", again).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("张的标题", "<p>两段合并</p>")


def test_a_mistake_in_the_form_is_no_collision(zhang, draft, address):
    _, values = opened(zhang, address)
    response = zhang.post(f"{address}change/", values | {"title": ""})
    assert "两边的内容" not in response.content.decode()
    assert (
        zhang.post(
            f"{address}change/", values | {"_version": response.context["version"]}
        ).status_code
        == 302
    )


def test_an_open_page_hears_that_it_is_old(zhang, li, address):
    _, values = opened(zhang, address)
    version = li.post(f"{address}presence/").json()["version"]
    assert version == values["_version"]
    zhang.post(f"{address}change/", values)
    assert li.post(f"{address}presence/").json()["version"] != version


def test_strangers_learn_nothing_of_who_is_there(zhang, address):
    opened(zhang, address)
    stranger = desk("wang", "王示例", make_department())
    assert stranger.post(f"{address}presence/").status_code == 404
    assert stranger.get(f"{address}presence/").status_code == 405
    assert Item.objects.count() == 1
