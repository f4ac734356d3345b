"""A form that was loaded long ago and arrives while somebody else acts: two connections, real
transactions, both databases.
"""

import pytest
from django.test import Client

from catalog.models import Section
from catalog.tests.builders import make_category
from disclosure import acts
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_staff
from disclosure.tests.waiting import begun_meanwhile
from ledger.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft():
    root = make_category("政府信息", section=Section.CONTENT)
    return make_draft("关于防汛工作的通知", category=make_category("通知", parent=root))


@pytest.fixture
def clerk(draft):
    client = Client()
    client.user = make_staff("信息员", draft.department, permissions=("disclosure.delete_item",))
    client.force_login(client.user)
    return client


@pytest.fixture
def reviewer(draft):
    return make_staff("审核员", draft.department)


def values_of(client, item):
    """What the form of an item sends."""
    page = client.get(f"/admin/disclosure/item/{item.pk}/change/")
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values |= {"created_on": item.created_on.isoformat(), "_version": page.context["version"]}
    values |= {
        "published_at_0": "",
        "published_at_1": "",
        "originally_published_at_0": "",
        "originally_published_at_1": "",
    }
    for prefix in ("attachments", "validities"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {name: "" if value is None else value for name, value in values.items()}


def arrives_meanwhile(client, address, values, act):
    """The answer to a form that arrives while `act` is under way, and goes on only after it."""
    return begun_meanwhile(lambda: client.post(address, values), act)


def published(item, clerk, reviewer):
    acts.submit_item(item=item, by=clerk)
    acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
    acts.publish_item(item=item, by=reviewer)


@pytest.mark.parametrize("has_version", [True, False])
def test_a_slow_form_does_not_write_what_is_published_back_to_draft(
    draft, clerk, reviewer, has_version
):
    values = values_of(clerk, draft) | {"title": "慢了一步的标题"}
    if not has_version:
        del values["_version"]
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    answer = arrives_meanwhile(
        clerk, address, values, lambda: published(draft, clerk.user, reviewer)
    )
    draft.refresh_from_db()
    assert (draft.status, draft.title) == (Status.PUBLISHED, "关于防汛工作的通知")
    assert draft.index_number
    assert answer.status_code == 409
    assert "慢了一步的标题" in answer.content.decode()
    assert clerk.get(f"/items/{draft.index_number}/").status_code in (200, 301)
    assert list(Entry.objects.values_list("act", flat=True)) == ["publish"]


@pytest.mark.parametrize("has_version", [True, False])
def test_a_slow_form_does_not_keep_the_item_from_being_submitted_ever_again(
    draft, clerk, reviewer, has_version
):
    values = values_of(clerk, draft) | {"title": "慢了一步的标题"}
    if not has_version:
        del values["_version"]
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    arrives_meanwhile(clerk, address, values, lambda: acts.submit_item(item=draft, by=clerk.user))
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED
    acts.return_item(item=draft, by=reviewer, note="请修改")
    acts.submit_item(item=draft, by=clerk.user)


def test_a_form_without_its_version_is_refused_in_words_and_keeps_what_was_typed(draft, clerk):
    values = values_of(clerk, draft) | {"title": "没有版本标记的标题"}
    del values["_version"]
    answer = clerk.post(f"/admin/disclosure/item/{draft.pk}/change/", values)
    page = answer.content.decode()
    draft.refresh_from_db()
    assert (answer.status_code, draft.title) == (200, "关于防汛工作的通知")
    assert "没有带上版本标记" in page
    assert 'value="没有版本标记的标题"' in page
    assert (
        clerk.post(
            f"/admin/disclosure/item/{draft.pk}/change/",
            values | {"_version": answer.context["version"]},
        ).status_code
        == 302
    )


def test_a_draft_is_not_deleted_from_under_its_submission(draft, clerk):
    address = f"/admin/disclosure/item/{draft.pk}/delete/"
    assert clerk.get(address).status_code == 200
    answer = arrives_meanwhile(
        clerk, address, {"post": "yes"}, lambda: acts.submit_item(item=draft, by=clerk.user)
    )
    assert answer.status_code == 403
    assert Item.objects.get(pk=draft.pk).status == Status.SUBMITTED


def test_what_was_typed_into_a_correction_that_was_published_meanwhile_comes_back(
    draft, clerk, reviewer
):
    published(draft, clerk.user, reviewer)
    correction = acts.start_correction(item=draft, by=clerk.user)
    Item.objects.filter(pk=correction.pk).update(change_note="更正日期")
    correction.refresh_from_db()
    values = values_of(clerk, correction) | {"body": "<p>慢了一步写下的一段话，不能丢失。</p>"}
    address = f"/admin/disclosure/item/{correction.pk}/change/"
    answer = arrives_meanwhile(
        clerk, address, values, lambda: published(correction, clerk.user, reviewer)
    )
    assert answer.status_code == 409
    assert "慢了一步写下的一段话" in answer.content.decode()
