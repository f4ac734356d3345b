"""Corrections at the desk: whose they are, what may be written, who sees the sender."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from catalog.tests.builders import make_department, make_user
from desk.tests.forms import versioned
from inquiries.models import ErrorReport
from inquiries.tests.builders import TEXT, make_error_report
from ledger.models import AuditEntry

pytestmark = pytest.mark.django_db
LIST = "/admin/inquiries/errorreport/"
HANDLED = {"status": "handled", "note": "已改正（示例）"}
SENDER = "示例联系方式"


@pytest.fixture
def organ():
    return make_department("区财政局")


@pytest.fixture
def report(organ):
    return make_error_report(department=organ, name="示例称呼", contact=SENDER)


def sign_in(client, role, department):
    user = make_user(department=department)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def form_of(report):
    return f"{LIST}{report.pk}/change/"


def said(response):
    return response.content.decode()


@pytest.mark.parametrize("role", ["信息员", "审核员", "公开办"])
def test_who_handles_it_sees_it_whole_and_closes_it_on_record(client, organ, report, role):
    user = sign_in(client, role, organ)
    page = said(client.get(form_of(report)))
    assert TEXT in page
    assert SENDER in page
    assert (
        client.post(form_of(report), versioned(client, form_of(report), HANDLED)).status_code == 302
    )
    report.refresh_from_db()
    assert (report.status, report.note, report.handled_by) == (
        "handled",
        "已改正（示例）",
        user,
    )
    assert report.handled_at is not None
    record = AuditEntry.objects.first()
    assert (record.act, record.object_kind, record.object_key) == (
        "修改",
        "inquiries_errorreport",
        str(report.pk),
    )
    assert SENDER not in str(list(AuditEntry.objects.values())) + str(
        list(LogEntry.objects.values())
    )


def test_another_department_neither_sees_nor_closes_it(client, report):
    sign_in(client, "信息员", make_department("区教育局"))
    assert report.number not in said(client.get(LIST))
    client.post(form_of(report), HANDLED)
    report.refresh_from_db()
    assert report.status == "pending"


def test_what_is_nobodys_is_the_offices(client, organ):
    report = make_error_report()
    sign_in(client, "信息员", organ)
    assert report.number not in said(client.get(LIST))
    sign_in(client, "公开办", organ)
    assert report.number in said(client.get(LIST))


def test_the_auditor_looks_on_and_does_not_learn_who_wrote(client, organ, report):
    sign_in(client, "审计员", organ)
    page = said(client.get(form_of(report)))
    assert TEXT in page
    assert "示例称呼" not in page
    assert SENDER not in page
    assert client.post(form_of(report), HANDLED).status_code == 403
    for question in (
        f"contact={SENDER}",
        "contact__startswith=示",
        "name__contains=示",
        "token__startswith=t",
    ):
        assert client.get(f"{LIST}?{question}").status_code == 400
    assert report.number not in said(client.get(f"{LIST}?q={SENDER}"))
    file = client.get(f"{LIST}export/?export_format=csv").getvalue().decode()
    assert report.number in file
    assert SENDER not in file


@pytest.mark.parametrize("role", ["系统管理员", "安全管理员"])
def test_who_keeps_accounts_has_nothing_to_do_with_it(client, organ, report, role):
    sign_in(client, role, organ)
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"status": "handled", "note": " "}, "请写明怎样处理的"),
        ({"status": "pending", "note": "示例"}, "不能改回待处理"),
        ({"status": "rejected", "note": "长" * 501}, "500"),
    ],
)
def test_what_is_missing_is_said(client, organ, report, words, sentence):
    sign_in(client, "信息员", organ)
    assert sentence in said(client.post(form_of(report), versioned(client, form_of(report), words)))
    report.refresh_from_db()
    assert report.status == "pending"


def test_nothing_but_status_and_note_is_written(client, organ, report):
    sign_in(client, "公开办", organ)
    client.post(
        form_of(report),
        {**HANDLED, "text": "改过的文字，有十个字了", "contact": "x", "page": "/x/", "number": "x"},
    )
    fields = ("text", "contact", "page", "number")
    assert ErrorReport.objects.values_list(*fields).get() == (
        TEXT,
        SENDER,
        "/guide/",
        report.number,
    )


def test_nobody_adds_or_deletes_one(client, report):
    client.force_login(make_user(is_superuser=True))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ErrorReport.objects.exists()


def test_what_a_reader_wrote_is_no_markup_at_the_desk(client, organ):
    text, page = "<script>alert(1)</script>示例", '/"><script>alert(2)</script>'
    report = make_error_report(
        department=organ, text=text, page=page, page_title="<b>x</b>", contact="<i>y</i>"
    )
    sign_in(client, "信息员", organ)
    for address in (form_of(report), LIST, "/admin/"):
        shown = said(client.get(address))
        assert not any(mark in shown for mark in ("<script>alert", "<b>x", "<i>y"))


class TestTheFrontPage:
    def test_it_counts_what_waits_and_leads_there(self, client, organ, report):
        make_error_report(department=organ, kind="personal", page_title="泄露的网页")
        sign_in(client, "信息员", organ)
        page = said(client.get("/admin/"))
        assert "网页纠错待处理" in page
        assert form_of(report) in page
        assert "泄露的网页" in page
        assert 'class="is-urgent"' in page
        assert (
            client.get("/admin/?queue=corrections")["Location"] == f"{LIST}?status__exact=pending"
        )

    def test_it_says_nothing_to_who_handles_none(self, client, organ, report):
        sign_in(client, "审计员", organ)
        assert "网页纠错待处理" not in said(client.get("/admin/"))

    def test_it_costs_the_same_however_many_wait(
        self, client, organ, django_assert_max_num_queries
    ):
        sign_in(client, "信息员", organ)
        for _ in range(12):
            make_error_report(department=organ)
        with django_assert_max_num_queries(34):
            page = said(client.get("/admin/"))
        assert "全部 12 条" in page


def test_the_address_of_the_first_release_leads_on(client, report):
    client.force_login(make_user(is_superuser=True))
    before = f"/admin/inquiries/correction/{report.pk}/change/"
    assert client.get(before)["Location"] == form_of(report)
