"""What else stands in the register: the catalogue's changes and corrected counts; and the records
at the desk.
"""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from catalog.models import Category
from catalog.tests.builders import make_category, make_department
from desk.tests.forms import versioned
from disclosure import acts
from disclosure.models import DailyViews, SiteViews
from disclosure.tests.builders import make_draft, make_item, make_public, make_staff
from ledger.models import Act, Entry

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


class TestTheCatalogue:
    def test_it_is_registered_as_it_stands_and_then_what_changed(self):
        top = make_category("公开目录", slug="top")
        assert acts.register_catalogue().note == "目录建立，共 1 个栏目"
        assert acts.register_catalogue() is None
        make_category("人事任免", slug="people", parent=top)
        Category.objects.filter(slug="top").update(name="政府信息公开目录", is_visible=False)
        note = acts.register_catalogue().note
        assert note == "新增“人事任免”；“公开目录”改名为“政府信息公开目录”；停用“政府信息公开目录”"

    def test_a_change_at_the_desk_is_registered_with_who_made_it(self, client):
        top = make_category("公开目录", slug="top")
        category = make_category("人事任免", slug="people", parent=top)
        acts.register_catalogue()
        office = make_staff("公开办", make_department("政府信息公开办"))
        client.force_login(office)
        data = {
            "name": "人事信息",
            "slug": "people",
            "parent": top.pk,
            "position": 1,
            "is_visible": "on",
        }
        data |= {
            "description": "示例",
            "keywords": "示例",
            "column_type": category.column_type,
            "section": "",
        }
        data |= {"department": "", "update_within_days": ""}
        address = f"/admin/catalog/category/{category.pk}/change/"
        client.post(address, versioned(client, address, data))
        entry = Entry.objects.filter(act=Act.CATALOG_CHANGE).order_by("-sequence").first()
        assert (entry.note, entry.by, entry.role) == (
            "“人事任免”改名为“人事信息”",
            office,
            "公开办",
        )


class TestCounts:
    def test_a_day_is_set_right_and_the_sums_follow(self):
        item = make_public(make_draft())
        DailyViews.objects.create(item=item, day=YESTERDAY, views=5000)
        SiteViews.objects.create(day=YESTERDAY, views=6000)
        type(item).objects.filter(pk=item.pk).update(view_count=5010)
        acts.correct_views(
            item=item, by=make_staff("公开办"), day=YESTERDAY, views=12, reason="机器刷量"
        )
        item.refresh_from_db()
        assert (item.view_count, item.daily_views.get().views, SiteViews.objects.get().views) == (
            22,
            12,
            1012,
        )
        entry = Entry.objects.get(act=Act.COUNT_CORRECTION)
        assert entry.payload == {"day": YESTERDAY.isoformat(), "before": 5000, "after": 12}
        assert "机器刷量" in entry.note

    def test_it_is_the_offices_asks_why_and_leaves_today_alone(self):
        item = make_item()
        office = make_staff("公开办")
        given = {"item": item, "day": YESTERDAY, "views": 1}
        with pytest.raises(PermissionDenied):
            acts.correct_views(**given, by=make_staff("审核员", item.department), reason="x")
        with pytest.raises(ValidationError, match="原因"):
            acts.correct_views(**given, by=office, reason=" ")
        with pytest.raises(ValidationError, match="今天"):
            acts.correct_views(**given | {"day": timezone.localdate()}, by=office, reason="x")


class TestRecordsAtTheDesk:
    @pytest.mark.parametrize("kind", ["review", "findingoverride", "revision"])
    def test_they_are_read_in_ones_scope_and_changed_by_nobody(self, client, kind):
        public = make_public(make_draft("本局的信息"))
        foreign = make_public(make_draft("别局的信息"))
        for item in (public, foreign):
            item.overrides.create(
                fingerprint="0" * 64, code="x", place="正文", message="m", reason="r"
            )
        client.force_login(make_staff("信息员", public.department))
        page = client.get(f"/admin/disclosure/{kind}/")
        assert page.status_code == 200
        assert ("本局的信息" in page.content.decode(), "别局的信息" in page.content.decode()) == (
            True,
            False,
        )
        row = {
            "review": public.reviews,
            "findingoverride": public.overrides,
            "revision": public.revisions,
        }[kind].get()
        address = f"/admin/disclosure/{kind}/{row.pk}/"
        assert client.get(f"{address}change/").status_code == 200
        assert client.post(f"{address}change/", {"note": "x"}).status_code == 403
        assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403

    def test_forced_ones_can_be_listed(self, client):
        office = make_staff("公开办")
        acts.force_publish_item(item=make_draft("急件"), by=office, reason="汛情")
        make_public(make_draft("常规件"))
        client.force_login(office)
        page = client.get("/admin/disclosure/review/?forced=1").content.decode()
        assert "急件" in page
        assert "常规件" not in page
