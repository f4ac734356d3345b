"""Moving a category's contents and hiding a category: on record, with numbers seen first, and
nothing that waits is lost.
"""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category, PublicStamp, Section
from catalog.tests.builders import make_category, make_department
from desk.tests.forms import versioned
from disclosure import acts
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_public, make_staff
from ledger.models import Act, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return make_category("政府信息", section=Section.CONTENT)


@pytest.fixture
def shelf(root):
    return make_category("通知", parent=root)


@pytest.fixture
def other(root):
    return make_category("文件", parent=root)


@pytest.fixture
def office():
    client = Client()
    client.user = make_staff("公开办", make_department("公开办公室"))
    client.force_login(client.user)
    return client


def submitted(shelf, words):
    item = make_draft(
        f"关于{words}工作的通知",
        category=shelf,
        body=f"<p>为做好{words}工作，现将有关事项通知如下。</p>",
    )
    acts.submit_item(item=item, by=make_staff("信息员", item.department))
    return item


def approved(shelf, words, at=None):
    item, reviewer = submitted(shelf, words), None
    reviewer = make_staff("审核员", item.department)
    acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
    if at:
        acts.publish_item(item=item, by=reviewer, at=at)
    return item, reviewer


def test_what_is_approved_or_scheduled_goes_on_after_a_move(shelf, other, office):
    waits, reviewer = approved(shelf, "防汛")
    planned, _ = approved(shelf, "抗旱", at=timezone.now() + dt.timedelta(days=1))
    asked = submitted(shelf, "防火")
    effect = acts.move_category_contents(category=shelf, target=other, by=office.user)
    assert (effect.approved, effect.scheduled, effect.submitted, effect.waits) == (1, 1, 1, 3)
    assert acts.publish_item(item=waits, by=reviewer).category_id == other.pk
    Item.objects.filter(pk=planned.pk).update(published_at=timezone.now() - dt.timedelta(minutes=1))
    assert acts.publish_item(item=planned, by=None).status == Status.PUBLISHED
    by = make_staff("审核员", asked.department)
    assert acts.approve_item(item=asked, by=by, mode=DisclosureMode.PROACTIVE, basis="20-1")


def test_what_was_changed_behind_the_review_stays_refused(shelf, other, office):
    waits, reviewer = approved(shelf, "防汛")
    Item.objects.filter(pk=waits.pk).update(title="偷偷改过的标题")
    acts.move_category_contents(category=shelf, target=other, by=office.user)
    with pytest.raises(Exception, match="不一致"):
        acts.publish_item(item=waits, by=reviewer)


def test_a_move_is_on_record_with_its_numbers_and_tells_the_caches(shelf, other, office):
    make_public(make_draft("关于防汛工作的通知", category=shelf))
    before = PublicStamp.objects.reading()
    acts.move_category_contents(category=shelf, target=other, by=office.user)
    entry = Entry.objects.order_by("-sequence").first()
    assert entry.act == Act.CATALOG_CHANGE
    assert "把“通知”的" in entry.note
    assert "已公开 1 条" in entry.note
    assert (entry.payload["from"], entry.payload["to"]) == (shelf.slug, other.slug)
    assert PublicStamp.objects.reading() != before
    number = Entry.objects.count()
    assert acts.register_catalogue() is None, "tick finds nothing that is not on record"
    assert Entry.objects.count() == number


def test_a_form_that_was_opened_before_the_move_does_not_take_it_back(shelf, other, office):
    draft = make_draft("关于防汛工作的通知", category=shelf)
    clerk = Client()
    clerk.force_login(make_staff("信息员", draft.department))
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    values = {
        "title": "改",
        "department": draft.department_id,
        "category": shelf.pk,
        "body": draft.body,
    }
    values |= {"created_on": draft.created_on.isoformat(), "term": "permanent", "scope": "society"}
    for prefix in ("attachments", "validities"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    values = versioned(clerk, address, values)
    acts.move_category_contents(category=shelf, target=other, by=office.user)
    assert "别人已经保存了新的内容" in clerk.post(address, values).content.decode()
    draft.refresh_from_db()
    assert draft.category_id == other.pk


class TestPage:
    def test_the_numbers_stand_on_the_page_and_are_what_is_agreed_to(self, shelf, other, office):
        make_public(make_draft("关于防汛工作的通知", category=shelf))
        address = f"/admin/catalog/category/{shelf.pk}/delete/"
        page = office.get(address)
        assert "已公开 1 条" in page.content.decode()
        approved(shelf, "抗旱")
        parts = [value for value, _ in page.context["form"].fields["parts"].choices]
        sent = {"_move": "1", "parts": parts, "target": other.pk, "seen": page.context["effect"]}
        again = office.post(address, sent, follow=True)
        assert "刚刚有变化" in again.content.decode()
        assert Item.objects.filter(category=other).count() == 0
        sent["seen"] = again.context["effect"]
        assert "审核继续有效" in office.post(address, sent, follow=True).content.decode()
        assert Item.objects.filter(category=other).count() == 2

    def test_hiding_by_the_button_is_on_record(self, shelf, office):
        make_public(make_draft("关于防汛工作的通知", category=shelf))
        address = f"/admin/catalog/category/{shelf.pk}/delete/"
        office.post(address, {"_hide": "1", "seen": office.get(address).context["effect"]})
        assert not Item.objects.published().exists()
        assert "停用“通知”（其中已公开 1 条）" in Entry.objects.order_by("-sequence").first().note

    def test_unticking_it_asks_first_and_says_how_much(self, shelf, office):
        make_public(make_draft("关于防汛工作的通知", category=shelf))
        acts.register_catalogue()
        address = f"/admin/catalog/category/{shelf.pk}/change/"
        values = {
            "name": shelf.name,
            "slug": shelf.slug,
            "parent": shelf.parent_id,
            "position": 100,
            "section": "",
        }
        values |= {"description": "示例", "keywords": "示例", "column_type": shelf.column_type}
        page = office.post(address, versioned(office, address, values)).content.decode()
        assert "已公开 1 条" in page
        assert Category.objects.get(pk=shelf.pk).is_visible
        assert 'name="_confirm"' in page
        office.post(address, versioned(office, address, values | {"_confirm": "已公开 1 条"}))
        assert not Category.objects.get(pk=shelf.pk).is_visible
        assert "停用“通知”" in Entry.objects.order_by("-sequence").first().note

    def test_hanging_it_below_a_hidden_one_asks_too(self, root, shelf, other, office):
        with tree_write():
            hidden = Category.objects.get(pk=other.pk)
            hidden.is_visible = False
            hidden.save()
        address = f"/admin/catalog/category/{shelf.pk}/change/"
        values = {
            "name": shelf.name,
            "slug": shelf.slug,
            "parent": other.pk,
            "position": 100,
            "section": "",
        }
        values |= {
            "description": "示例",
            "keywords": "示例",
            "column_type": shelf.column_type,
            "is_visible": "on",
        }
        assert (
            "不再对外显示"
            in office.post(address, versioned(office, address, values)).content.decode()
        )
        assert Category.objects.get(pk=shelf.pk).parent_id == root.pk
