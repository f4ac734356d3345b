"""Lists of the desk as files: the rows and columns one may see, no formula, on record."""

import csv
import io

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from catalog.tests.builders import make_category, make_department, make_user
from disclosure.tests.builders import make_item
from ledger.models import AuditEntry, AuditEvent

pytestmark = pytest.mark.django_db
ITEMS = "/admin/disclosure/item/export/?export_format="


def csv_rows(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


def test_the_rows_of_the_list_with_its_filters_and_no_others(clerk_desk, bureau):
    make_item("关于预算的公告", department=bureau)
    make_item("关于任免的通知", department=bureau)
    make_item("教育局的预算", department=make_department("区教育局"))
    assert {row["标题"] for row in csv_rows(clerk_desk.get(ITEMS + "csv"))} == {
        "关于预算的公告",
        "关于任免的通知",
    }
    assert [row["标题"] for row in csv_rows(clerk_desk.get(ITEMS + "csv&q=预算"))] == [
        "关于预算的公告"
    ]
    entry = AuditEntry.objects.filter(event=AuditEvent.EXPORT).first()
    assert (entry.account, entry.object_name, entry.detail["rows"]) == ("clerk", "政府信息", 1)


def test_a_title_stays_a_title_and_a_number_a_number(clerk_desk, bureau):
    make_item('=HYPERLINK("http://x")', department=bureau, view_count=1234)
    row = csv_rows(clerk_desk.get(ITEMS + "csv"))[0]
    assert (row["标题"], row["浏览次数"], row["状态"]) == (
        '\'=HYPERLINK("http://x")',
        "1234",
        "已公开",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(clerk_desk.get(ITEMS + "xlsx").getvalue())).active
    heads = [cell.value for cell in sheet[1]]
    title, views = (
        sheet.cell(2, heads.index("标题") + 1),
        sheet.cell(2, heads.index("浏览次数") + 1),
    )
    assert (title.data_type, title.value) == ("s", '=HYPERLINK("http://x")')
    assert (views.data_type, views.value) == ("n", 1234)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "pdf",
        "csv&status__exact=x&created_by__username=a",
        "csv&e=1",
        "xlsx&p=x&status__exact=%00",
    ],
)
def test_a_question_that_is_none_is_answered_with_a_note(clerk_desk, question):
    response = clerk_desk.get(ITEMS + question, follow=True)
    assert response.status_code in {200, 400}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_every_list_of_the_desk_has_its_file(client, extension):
    user = make_user(is_superuser=True)
    user.groups.add(Group.objects.get(name="审计员"))
    client.force_login(user)
    make_item(category=make_category("政务公开"))
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/export/?export_format={extension}"
        response = client.get(address)
        assert (response.status_code, address) == (200, address)
        assert response.getvalue()


def test_who_may_not_see_the_list_does_not_get_the_file(clerk_desk):
    assert clerk_desk.get("/admin/auth/user/export/?export_format=csv").status_code == 403
    assert clerk_desk.get("/admin/ledger/auditentry/export/?export_format=csv").status_code == 403
    assert clerk_desk.post(ITEMS + "csv").status_code == 405


def test_it_costs_the_same_however_long_the_list_is(
    clerk_desk, bureau, django_assert_max_num_queries
):
    for _ in range(3):
        make_item(department=bureau)
    with django_assert_max_num_queries(25) as few:
        clerk_desk.get(ITEMS + "csv").getvalue()
    for _ in range(10):
        make_item(department=bureau)
    with django_assert_max_num_queries(len(few)):
        clerk_desk.get(ITEMS + "csv").getvalue()
