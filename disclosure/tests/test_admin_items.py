import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from desk.tests.forms import versioned
from disclosure.choices import EDITABLE, Status
from disclosure.models import AnnualReport, Item
from disclosure.tests.builders import correct, make_draft, make_item, make_public, make_report
from ledger.models import Entry

pytestmark = pytest.mark.django_db


def staff(department, **fields):
    user = make_user(department=department, **fields)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    return user


@pytest.fixture
def bureau():
    return make_department("区财政局")


@pytest.fixture
def shelf():
    root = make_category("松北区政府信息公开", section=Section.CONTENT)
    make_category("政府信息公开年报", parent=root, section=Section.REPORTS)
    return make_category("人事任免", parent=root)


@pytest.fixture
def clerk(client, bureau):
    client.force_login(staff(bureau))
    return client


def filled(bureau, shelf, **changes):
    inlines = {
        f"{prefix}-{field}": value
        for prefix in ("attachments", "validities")
        for field, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }
    return {
        "title": "关于张某某等同志职务任免的通知（示例）",
        "department": bureau.pk,
        "category": shelf.pk,
        "created_on": "2026-03-02",
        "document_number": "松财发[2026]3号",
        "body": "各科室：\n现将任免事项通知如下。",
        "disclosure_mode": "proactive",
        "term": "permanent",
        "scope": "society",
        **inlines,
        **changes,
    }


class TestWritingForAnotherOrgan:
    """The lists of the forms hold one's own organs alone; what gets past them is refused where it
    is written.
    """

    @pytest.mark.parametrize("model", [Item, AnnualReport])
    @pytest.mark.parametrize("change", [False, True])
    def test_it_is_refused_on_writing(self, rf, bureau, shelf, model, change):
        foreign = make_report(department=make_department("另一个局"))
        record = foreign if model is AnnualReport else foreign.item
        before = foreign.item.title
        foreign.item.title = "改过的标题"
        request = rf.post("/")
        request.user = staff(bureau)
        form = SimpleNamespace(cleaned_data={"title": "改过的标题"})
        if not change:
            record.pk, record._state.adding = None, True
        with pytest.raises(PermissionDenied):
            admin.site._registry[model].save_model(request, record, form, change)
        assert [item.title for item in Item.objects.all()] == [before]
        assert AnnualReport.objects.count() == 1

    @pytest.mark.parametrize("model", [Item, AnnualReport])
    def test_one_s_own_is_written(self, rf, bureau, shelf, model):
        own = make_report(department=bureau)
        record = own if model is AnnualReport else own.item
        own.item.title = "改过的标题"
        request = rf.post("/")
        request.user = staff(bureau)
        fields = {"title": SimpleNamespace(disabled=False)}
        form = SimpleNamespace(cleaned_data={"title": "改过的标题"}, fields=fields)
        admin.site._registry[model].save_model(request, record, form, True)
        assert Item.objects.get().title == "改过的标题"


class TestAdding:
    def test_a_draft_is_kept_from_the_public(self, clerk, bureau, shelf):
        clerk.post("/admin/disclosure/item/add/", filled(bureau, shelf, _save="保存"))
        item = Item.objects.get()
        assert (item.status, item.index_number) == (Status.DRAFT, None)
        assert item.created_by.username.startswith("user-")
        assert not Item.objects.published().exists()

    def test_it_is_saved_in_normal_form_and_leads_to_the_checklist(self, clerk, bureau, shelf):
        response = clerk.post(
            "/admin/disclosure/item/add/", filled(bureau, shelf, _checks="保存并检查")
        )
        item = Item.objects.get()
        assert response.url == f"/admin/disclosure/item/{item.pk}/checks/"
        assert item.contributors.count() == 1
        assert item.document_number == "松财发〔2026〕3号"
        assert item.body == "<p>各科室：</p><p>现将任免事项通知如下。</p>"

    def test_a_mistake_is_said_in_chinese_and_loses_nothing(self, clerk, bureau, shelf):
        tomorrow = dt.date.today() + dt.timedelta(days=2)
        data = filled(bureau, shelf, created_on=tomorrow.isoformat())
        page = clerk.post("/admin/disclosure/item/add/", data).content.decode()
        assert "成文日期不能晚于今天" in page
        assert "现将任免事项通知如下" in page
        assert not Item.objects.exists()

    def test_a_publication_before_the_signature_is_refused(self, clerk, bureau, shelf):
        data = filled(bureau, shelf, published_at_0="2026-03-01", published_at_1="09:00")
        assert (
            "公开时间早于成文日期"
            in clerk.post("/admin/disclosure/item/add/", data).content.decode()
        )

    def test_columns_above_the_catalogue_take_no_items(self, clerk, bureau, shelf):
        page = clerk.post(
            "/admin/disclosure/item/add/", filled(bureau, shelf, category=shelf.parent_id)
        )
        assert not Item.objects.exists()
        assert page.status_code == 200

    def test_the_form_begins_with_the_clerks_own_department(self, clerk, bureau, shelf):
        page = clerk.get("/admin/disclosure/item/add/").content.decode()
        assert f'<option value="{bureau.pk}" selected>' in page


class TestScope:
    def test_another_departments_items_are_not_to_be_seen(self, clerk):
        foreign = make_item("教育局的信息", department=make_department("区教育局"))
        assert "教育局的信息" not in clerk.get("/admin/disclosure/item/").content.decode()
        assert clerk.get(f"/admin/disclosure/item/{foreign.pk}/change/").status_code == 302
        assert clerk.get(f"/admin/disclosure/item/{foreign.pk}/acts/withdraw/").status_code == 404
        assert clerk.get(f"/admin/disclosure/item/{foreign.pk}/checks/").status_code == 404

    def test_an_item_cannot_be_given_to_another_department(self, clerk, shelf):
        foreign = make_department("区教育局")
        clerk.post("/admin/disclosure/item/add/", filled(foreign, shelf))
        assert not Item.objects.exists()


class TestDeleting:
    def test_what_was_public_cannot_be_deleted(self, clerk, bureau):
        item = make_item(department=bureau)
        assert (
            clerk.post(f"/admin/disclosure/item/{item.pk}/delete/", {"post": "yes"}).status_code
            == 403
        )
        assert Item.objects.filter(pk=item.pk).exists()

    def test_a_draft_can_be_deleted(self, clerk, bureau):
        item = make_item(department=bureau, status=Status.DRAFT)
        clerk.post(f"/admin/disclosure/item/{item.pk}/delete/", {"post": "yes"})
        assert not Item.objects.exists()


def test_nobody_can_edit_the_browse_count(clerk, bureau, shelf):
    item = make_item(department=bureau, category=shelf, status=Status.DRAFT)
    Item.objects.filter(pk=item.pk).update(view_count=7)
    address = f"/admin/disclosure/item/{item.pk}/change/"
    clerk.post(
        address, versioned(clerk, address, filled(bureau, shelf, view_count=99999, _save="保存"))
    )
    item.refresh_from_db()
    assert (item.title, item.view_count) == ("关于张某某等同志职务任免的通知（示例）", 7)


@pytest.mark.parametrize("status", [status for status in Status if status not in EDITABLE])
def test_what_is_in_review_decided_or_public_is_read_and_not_changed(clerk, bureau, shelf, status):
    kept = (
        {"disclosure_mode": "closed", "next_review_on": dt.date(2027, 1, 1)}
        if status == Status.KEPT
        else {}
    )
    item = make_item("原标题", department=bureau, category=shelf, status=status, **kept)
    page = clerk.get(f"/admin/disclosure/item/{item.pk}/change/")
    assert (page.status_code, 'name="_save"' in page.content.decode()) == (200, False)
    assert (
        clerk.post(f"/admin/disclosure/item/{item.pk}/change/", filled(bureau, shelf)).status_code
        == 409
    )
    item.refresh_from_db()
    assert item.title == "原标题"


class TestReports:
    def sections(self, *titles):
        data = {"sections-TOTAL_FORMS": len(titles), "sections-INITIAL_FORMS": 0}
        for number, title in enumerate(titles):
            data |= {
                f"sections-{number}-position": number + 1,
                f"sections-{number}-title": title,
                f"sections-{number}-body": f"<p>{title}的内容</p>",
            }
        return data

    def test_report_and_item_are_made_on_one_page(self, clerk, bureau, shelf):
        data = {
            "department": bureau.pk,
            "year": 2025,
            "created_on": "2026-01-20",
            "body": "引言",
        }
        clerk.post(
            "/admin/disclosure/annualreport/add/", data | self.sections("一、总体情况", "二、其他")
        )
        report = AnnualReport.objects.get()
        assert report.item.title == "区财政局2025年政府信息公开工作年度报告"
        assert report.item.category.section == Section.REPORTS
        assert "一、总体情况的内容" in report.item.text

    def test_a_new_one_begins_with_the_statutory_sections(self, clerk, shelf):
        page = clerk.get("/admin/disclosure/annualreport/add/").content.decode()
        assert "三、收到和处理政府信息公开申请情况" in page

    def test_a_second_report_on_the_year_is_refused_in_words(self, clerk, bureau, shelf):
        make_report(2025, department=bureau)
        data = {"department": bureau.pk, "year": 2025, "created_on": "2026-01-20"} | self.sections()
        assert (
            "已经存在" in clerk.post("/admin/disclosure/annualreport/add/", data).content.decode()
        )
        assert AnnualReport.objects.count() == 1


@pytest.mark.parametrize("page", ["change", "checks", "preview", "history", "acts/submit"])
def test_an_address_with_nonsense_for_a_number_is_no_page(clerk, page):
    # For the change form and the history Django leads back to the front page with a message.
    assert clerk.get(f"/admin/disclosure/item/bring-in/x/{page}/").status_code in (302, 404)
    assert clerk.get(f"/admin/disclosure/item/{'9' * 40}/{page}/").status_code in (302, 404)


def test_the_history_holds_what_the_register_says(clerk, bureau):
    item = make_public(make_draft("关于示例的通知", department=bureau))
    item = make_public(correct(item, title="关于示例的通知（更正）", note="标题有误"))
    page = clerk.get(f"/admin/disclosure/item/{item.pk}/history/").content.decode()
    for entry, number in zip(Entry.objects.about("item", item.index_number), (1, 2), strict=True):
        assert f"/register/{entry.sequence}/" in page
        assert f"第 {number} 版" in page
    assert "标题有误" in page
    assert item.get_history_url() in page
    draft = make_draft("关于另一件事的通知", department=bureau)
    assert (
        "还没有公开过" in clerk.get(f"/admin/disclosure/item/{draft.pk}/history/").content.decode()
    )


def test_the_list_costs_the_same_however_long_it_is(clerk, bureau, django_assert_max_num_queries):
    for _ in range(3):
        make_item(department=bureau)
    clerk.get("/admin/disclosure/item/")
    with django_assert_max_num_queries(14) as few:
        clerk.get("/admin/disclosure/item/")
    for _ in range(10):
        make_item(department=bureau)
    with django_assert_max_num_queries(len(few)):
        clerk.get("/admin/disclosure/item/")


def test_the_form_does_not_ask_for_each_theme_to_which_class_it_belongs(
    clerk, bureau, django_assert_max_num_queries
):
    item = make_draft("关于防汛工作的通知", department=bureau)
    clerk.get(f"/admin/disclosure/item/{item.pk}/change/")
    with django_assert_max_num_queries(50):
        clerk.get(f"/admin/disclosure/item/{item.pk}/change/")


def test_the_list_does_not_call_public_what_readers_still_wait_for(clerk, bureau):
    make_item(
        "到时才公开的公告", department=bureau, published_at=timezone.now() + dt.timedelta(days=3)
    )
    assert "到时公开" in clerk.get("/admin/disclosure/item/").content.decode()
