"""The workflow's buttons and pages in the admin."""

import pytest
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.choices import Status
from disclosure.desk.acts import ACTS
from disclosure.models import Item
from disclosure.tests.builders import (
    correct,
    make_draft,
    make_item,
    make_public,
    make_report,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    make_category("松北区政府信息公开", section=Section.CONTENT)
    return make_department("区财政局")


@pytest.fixture
def people(bureau):
    """One person a role; clerk and reviewer of the bureau."""
    roles = {"clerk": "信息员", "reviewer": "审核员", "office": "公开办", "auditor": "审计员"}
    return {name: make_staff(role, bureau) for name, role in roles.items()}


@pytest.fixture
def draft(bureau, people):
    return make_draft("示例通知", department=bureau, by=people["clerk"])


def at(client, user, item, act, **data):
    """Post the form of an act as somebody; the page, redirects followed."""
    client.force_login(user)
    return client.post(f"/admin/disclosure/item/{item.pk}/acts/{act}/", data, follow=True)


def test_from_draft_to_public_by_the_buttons(client, draft, people):
    page = at(client, people["clerk"], draft, "submit", note="请审").content.decode()
    assert "已提交，等待审核" in page
    page = at(client, people["reviewer"], draft, "return", note="标题不完整").content.decode()
    assert "标题不完整" in page
    at(client, people["clerk"], draft, "submit")
    decision = {"mode": "proactive", "basis": "20-1", "when": "now"}
    page = at(client, people["reviewer"], draft, "review", **decision).content.decode()
    public = Item.objects.published().get()
    assert f"索引号 {public.index_number}，第 1 版" in page
    assert "更正…" in page


def test_each_is_offered_what_the_role_and_the_state_allow(client, draft, people):
    def offered(name):
        client.force_login(people[name])
        page = client.get(f"/admin/disclosure/item/{draft.pk}/change/").content.decode()
        return {act.name for act in ACTS if f"/acts/{act.name}/" in page}

    assert offered("clerk") == {"submit"}
    assert offered("auditor") == set()
    acts.submit_item(item=draft, by=people["clerk"])
    assert offered("clerk") == {"recall"}
    assert offered("reviewer") == {"recall", "review", "return"}
    assert offered("office") == {"recall", "review", "return", "force"}


def test_every_acts_page_says_what_it_does(client, people, bureau, django_assert_max_num_queries):
    client.force_login(people["office"])
    for act in ACTS:
        kept = {"disclosure_mode": "closed", "next_review_on": timezone.localdate()}
        item = make_item(
            status=act.transition.sources[0],
            department=bureau,
            **kept if act.transition.sources[0] == Status.KEPT else {},
        )
        if act.when(item):
            page = client.get(f"/admin/disclosure/item/{item.pk}/acts/{act.name}/").content.decode()
            assert act.help[:20] in page


def test_a_refused_act_says_why_and_keeps_what_was_typed(client, draft, people):
    acts.submit_item(item=draft, by=people["clerk"])
    page = at(
        client, people["reviewer"], draft, "review", mode="closed", basis="20-1", note="内部事项"
    ).content.decode()
    assert "不是所选结论的依据" in page
    assert "请填写下次评估的日期" in page
    assert "内部事项" in page
    undecided = at(client, people["reviewer"], draft, "review").content.decode()
    assert "请选择审查结论" in undecided
    assert "checked" not in undecided.partition('<form method="post"')[2]
    decision = {"mode": "proactive", "basis": "20-1"}
    page = at(client, people["reviewer"], draft, "review", **decision).content.decode()
    assert "请选择立即公开还是留待以后公开" in page
    decision["when"] = "later"
    draft.contributors.add(people["reviewer"])
    assert (
        "不能自己审核"
        in at(client, people["reviewer"], draft, "review", **decision).content.decode()
    )


@pytest.mark.parametrize("act", [act.name for act in ACTS])
def test_without_the_permission_every_act_is_forbidden(client, draft, people, act):
    assert at(client, people["auditor"], draft, act).status_code == 403


def test_an_act_the_state_does_not_allow_is_refused_in_words(client, draft, people):
    assert (
        "不能办理" in at(client, people["office"], draft, "withdraw", reason="x").content.decode()
    )
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_an_unknown_act_is_not_found(client, draft, people):
    assert at(client, people["office"], draft, "explode").status_code == 404


def test_a_correction_is_worked_on_apart_and_leads_back(client, draft, people):
    public = make_public(draft, reviewer=people["reviewer"])
    page = at(client, people["clerk"], public, "correct").content.decode()
    correction = Item.objects.get(corrects=public)
    assert "更正说明" in page
    assert f"/admin/disclosure/item/{public.pk}/change/" in page
    page = at(client, people["clerk"], correction, "discard").content.decode()
    assert "更正稿已放弃" in page


def test_removing_by_law_asks_for_the_number_again(client, draft, people):
    public = make_public(draft)
    data = {"reason": "法院判决", "confirmation": "错的"}
    assert "索引号不符" in at(client, people["office"], public, "remove", **data).content.decode()
    at(client, people["office"], public, "remove", **data | {"confirmation": public.index_number})
    public.refresh_from_db()
    assert public.is_removed_by_law


def test_a_reports_acts_stand_on_the_reports_own_form(client, bureau, people):
    report = make_report(2025, department=bureau, sections=[("一、总体情况", "<p>甲</p>")])
    client.force_login(people["clerk"])
    page = client.get(f"/admin/disclosure/annualreport/{report.pk}/change/").content.decode()
    assert f"/admin/disclosure/annualreport/{report.pk}/acts/correct/" in page
    response = client.post(f"/admin/disclosure/annualreport/{report.pk}/acts/correct/")
    correction = Item.objects.get(corrects=report.item).annual_report
    assert response.url == f"/admin/disclosure/annualreport/{correction.pk}/change/"
    page = client.get(response.url)
    assert "更正说明" in page.content.decode()
    data = {
        "_version": page.context["version"],
        "title": "新",
        "created_on": "2026-01-20",
        "change_note": "数字有误",
    }
    data |= {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
    client.post(response.url, data | {"year": 2009})
    correction.refresh_from_db()
    assert (correction.year, correction.item.title, correction.item.change_note) == (
        2025,
        "新",
        "数字有误",
    )


class TestChecks:
    def test_findings_are_shown_in_place_blocking_first(self, client, bureau, people):
        item = make_draft(department=bureau, summary="", body="<p>证件号 11010519491231002X</p>")
        client.force_login(people["clerk"])
        page = client.get(f"/admin/disclosure/item/{item.pk}/checks/").content.decode()
        assert "<mark>11010519491231002X</mark>" in page
        assert page.index("必须处理") < page.index("请核对")

    def test_one_is_set_aside_with_a_reason_and_the_reviewer_reads_it(self, client, bureau, people):
        item = make_draft(
            department=bureau, by=people["clerk"], body="<p>证件号 11010519491231002X</p>"
        )
        address = f"/admin/disclosure/item/{item.pk}/checks/"
        client.force_login(people["clerk"])
        mark = client.get(address).context["checklist"].open[0].fingerprint
        client.post(address, {"fingerprint": mark, "reason": ""})
        assert not item.overrides.exists()
        client.post(address, {"fingerprint": mark, "reason": "依法公示"})
        assert "依法公示" in client.get(address).content.decode()
        at(client, people["clerk"], item, "submit")
        client.force_login(people["reviewer"])
        assert (
            "依法公示"
            in client.get(f"/admin/disclosure/item/{item.pk}/acts/review/").content.decode()
        )

    def test_a_submission_past_the_form_is_refused_too(self, client, bureau, people):
        item = make_draft(department=bureau, body="<p>证件号 11010519491231002X</p>")
        assert "必须处理" in at(client, people["clerk"], item, "submit").content.decode()
        item.refresh_from_db()
        assert item.status == Status.DRAFT

    def test_an_auditor_reads_and_cannot_set_aside(self, client, bureau, people):
        item = make_draft(department=bureau, body="<p>证件号 11010519491231002X</p>")
        client.force_login(people["auditor"])
        page = client.get(f"/admin/disclosure/item/{item.pk}/checks/")
        assert (page.status_code, "保留并记下理由" in page.content.decode()) == (200, False)
        mark = page.context["checklist"].open[0].fingerprint
        response = client.post(
            f"/admin/disclosure/item/{item.pk}/checks/", {"fingerprint": mark, "reason": "x"}
        )
        assert response.status_code == 403
        assert not item.overrides.exists()


def test_corrections_are_not_offered_as_what_is_interpreted(client, draft, people):
    public = make_public(draft)
    correct(public, by=people["clerk"])
    client.force_login(people["clerk"])
    query = "?app_label=disclosure&model_name=item&field_name=interprets&term=示例"
    found = client.get(f"/admin/autocomplete/{query}").json()["results"]
    assert [row["id"] for row in found] == [str(public.pk)]
