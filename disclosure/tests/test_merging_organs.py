"""Merging organs: everything follows, nothing changes its number, address or year, and it is all or
nothing.
"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint
from django.test import Client

from catalog.models import Department, Membership, Section
from catalog.organs import relations
from catalog.tests.builders import make_category, make_department, make_user
from disclosure import acts
from disclosure.acts.frame import organs
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_item, make_public, make_report, make_staff
from ledger.models import Entry
from ledger.verification import verify_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    return make_department("区环境保护局", slug="huanbao")


@pytest.fixture
def new():
    return make_department("区生态环境局", slug="shengtai")


@pytest.fixture
def root():
    return make_category("政府信息", section=Section.CONTENT)


def merge(old, new, office, **more):
    return acts.merge_departments(
        source=old, target=new, by=office, **{"reason": "机构改革方案（示例）", **more}
    )


def test_each_organ_keeps_its_own_series_of_index_numbers(root, old, new, office):
    """Both have published this year, as any two organs have."""
    shelf = make_category("通知", parent=root)
    first, _, theirs = (
        make_public(make_draft(title, department=organ, category=shelf))
        for title, organ in (
            ("关于大气的通知", old),
            ("关于土壤的通知", old),
            ("关于水的通知", new),
        )
    )
    merge(old, new, office)
    later = make_public(make_draft("关于噪声的通知", department=new, category=shelf))
    year = first.index_number.partition("/")[2][:4]
    assert first.index_number == f"{old.code}/{year}-00001"
    assert (theirs.index_number, later.index_number) == (
        f"{new.code}/{year}-00001",
        f"{new.code}/{year}-00002",
    )


def test_nothing_that_follows_may_exist_once_an_organ_only():
    """Both organs may have one; such a thing stays, or is merged by hand."""
    for relation in relations():
        model, name = relation.related_model, relation.field.name
        unique = [
            one.fields for one in model._meta.constraints if isinstance(one, UniqueConstraint)
        ]
        is_once = relation.field.unique or any(
            name in fields for fields in [*unique, *model._meta.unique_together]
        )
        assert f"{model._meta.label_lower}.{name}" in organs.STAYS or not is_once


def test_no_number_is_passed_over_where_only_the_merged_organ_had_published(root, old, new, office):
    shelf = make_category("通知", parent=root)
    make_public(make_draft("关于大气的通知", department=old, category=shelf))
    merge(old, new, office)
    assert make_public(
        make_draft("关于水的通知", department=new, category=shelf)
    ).index_number.endswith("-00001")


def test_what_is_public_follows_under_its_own_number_and_address(root, old, new, office, client):
    public = make_public(
        make_draft("关于大气的通知", department=old, category=make_category("通知", parent=root))
    )
    address = public.get_absolute_url()
    merge(old, new, office)
    item = Item.objects.get(pk=public.pk)
    assert (item.department, item.index_number, item.get_absolute_url()) == (
        new,
        public.index_number,
        address,
    )
    assert client.get(address).status_code == 200
    for tail in ("", "table/"):
        moved = client.get(f"/organs/huanbao/{tail}?page=1")
        assert (moved.status_code, moved.url) == (301, f"/organs/shengtai/{tail}?page=1")
    assert client.get("/organs/huanbao.atom").url == "/organs/shengtai.atom"
    assert client.get("/organs/huanbao.csv").url == "/organs/shengtai.csv"
    assert "区环境保护局”并入“区生态环境局" in Entry.objects.order_by("-sequence").first().note
    assert verify_chain() == []


def test_two_mergers_lead_to_the_last_organ(root, old, new, office, client):
    last = make_department("区自然资源和生态局", slug="ziran")
    merge(old, new, office)
    merge(new, last, office)
    assert client.get("/organs/huanbao/").url == "/organs/ziran/"


def test_reports_stay_under_the_years_organ_and_its_successor_may_see_them(
    root, old, new, office, client
):
    make_category("年报", parent=root, section=Section.REPORTS)
    report = make_report(2024, department=old)
    merge(old, new, office)
    report.refresh_from_db()
    assert (report.department, report.item.department) == (old, old)
    assert client.get("/reports/huanbao/2024/").status_code == 200
    clerk = make_user(department=new)
    assert Department.objects.visible_to(clerk).filter(pk=old.pk).exists()


def test_people_categories_and_joint_issues_follow_once(root, old, new, office):
    both, only = make_user(department=old), make_user(department=old)
    Membership.objects.create(user=both, department=new)
    shelf = make_category("环境", parent=root, department=old)
    joint = make_item("联合发文", department=make_department(), category=shelf)
    joint.joint_departments.set([old, new])
    of_the_new = make_item("与自己联合", department=new, category=shelf)
    of_the_new.joint_departments.set([old])
    below = make_department("环境监测站", parent=old)
    merge(old, new, office)
    assert Membership.objects.filter(department=new).count() == 2
    assert only.memberships.get().department == new
    shelf.refresh_from_db()
    below.refresh_from_db()
    assert (shelf.department, below.parent) == (new, new)
    assert list(joint.joint_departments.all()) == [new]
    assert not of_the_new.joint_departments.exists()


def test_what_is_approved_goes_on(root, old, new, office):
    draft = make_draft(
        "关于大气的通知", department=old, category=make_category("通知", parent=root)
    )
    reviewer = make_staff("审核员", old)
    acts.submit_item(item=draft, by=make_staff("信息员", old))
    acts.approve_item(item=draft, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
    assert merge(old, new, office).approved == 1
    published = acts.publish_item(item=draft, by=reviewer)
    assert published.status == Status.PUBLISHED
    assert published.index_number.startswith(new.code)


def test_it_is_all_or_nothing(root, old, new, office, monkeypatch):
    make_item("信息", department=old)

    def breaks(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(organs, "register_on_catalogue", breaks)
    with pytest.raises(IntegrityError), transaction.atomic():
        merge(old, new, office)
    old.refresh_from_db()
    assert (old.merged_into, old.active_until, Item.objects.get().department) == (None, None, old)


def test_what_makes_no_sense_is_refused_in_words(old, new, office):
    below = make_department("环境监测站", parent=old)
    for source, target, words in ((old, old, "不能并入自己"), (old, below, "的下级")):
        with pytest.raises(ValidationError, match=words):
            merge(source, target, office)
    with pytest.raises(ValidationError, match="依据"):
        merge(old, new, office, reason=" ")
    merge(old, new, office)
    with pytest.raises(ValidationError, match="已经并入"):
        merge(old, below, office)
    with pytest.raises(ValidationError, match="已经撤销"):
        merge(below, old, office)


def test_only_those_with_the_right(old, new):
    with pytest.raises(PermissionDenied):
        merge(old, new, make_staff("信息员", old))


def test_the_page_says_how_much_and_does_it_for_what_was_seen(root, old, new, office):
    make_public(
        make_draft("关于大气的通知", department=old, category=make_category("通知", parent=root))
    )
    desk = Client()
    desk.force_login(office)
    address = f"/admin/catalog/department/{old.pk}/merge/"
    page = desk.get(address)
    assert "已公开 1 条" in page.content.decode()
    sent = {"target": new.pk, "day": "2026-01-01", "reason": "方案", "seen": "已公开 9 条"}
    assert "刚刚有变化" in desk.post(address, sent, follow=True).content.decode()
    assert Item.objects.get().department == old
    assert desk.post(address, sent | {"seen": page.context["effect"]}).status_code == 302
    assert Item.objects.get().department == new
    clerk = Client()
    clerk.force_login(make_staff("信息员", new))
    assert clerk.get(address).status_code in (403, 404)
