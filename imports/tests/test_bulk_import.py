"""批量导入: dry run first, every row's fault in words, all or nothing, within the clerk's own
departments.
"""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from background.models import Job
from background.tests.working import do_all
from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Genre, Status
from disclosure.models import BulkImport, Item
from disclosure.tests.builders import make_item
from imports.bulk.columns import TERM
from imports.bulk.importing import import_rows
from ledger.models import AuditEntry

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/disclosure/item/import/"
GOOD = {
    "标题": "关于张某某任职的通知（示例）",
    "发布机构": "区财政局",
    "所属栏目": "人事任免",
    "成文日期": "2026年3月2日",
}


@pytest.fixture
def bureau():
    return make_department("区财政局")


@pytest.fixture
def shelf():
    root = make_category("政府信息", section=Section.CONTENT)
    return make_category("人事任免", parent=root)


@pytest.fixture
def clerk(client, bureau, shelf):
    user = make_user(department=bureau, permissions=["disclosure.add_item", "disclosure.view_item"])
    client.force_login(user)
    return client


def xlsx(*rows, headings=None):
    book = openpyxl.Workbook()
    headings = headings or list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(name) for name in headings])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(client, data, name="信息.xlsx"):
    """(address of the table's page, what it says once the queue has done its work); or the form
    with what is wrong.
    """
    response = client.post(ADDRESS, {"file": SimpleUploadedFile(name, data)})
    if response.status_code == 302:
        do_all()
        response = client.get(response["Location"])
    return response.request["PATH_INFO"], response.content.decode()


def confirm(client, address):
    assert client.post(address).status_code == 302
    do_all()
    return client.get(address).content.decode()


def test_looking_through_writes_nothing_and_confirming_makes_drafts(clerk, bureau, shelf):
    row = GOOD | {
        "发文字号": "松财发[2026]3号",
        "正文": "各科室：\n现通知如下。",
        "体裁": "通知",
        "关键词": 2026,
    }
    address, page = upload(
        clerk, xlsx(row, GOOD | {"标题": "另一条", "成文日期": dt.datetime(2026, 3, 3)})
    )
    assert "2 行都没有问题" in page
    assert not Item.objects.exists()
    assert "已导入 2 条" in confirm(clerk, address)
    item = Item.objects.get(title=GOOD["标题"])
    assert (item.status, item.department, item.category, item.index_number) == (
        Status.DRAFT,
        bureau,
        shelf,
        None,
    )
    assert (item.created_on, item.document_number) == (dt.date(2026, 3, 2), "松财发〔2026〕3号")
    assert (item.genre, item.keywords) == (Genre.NOTICE, "2026")
    assert item.body == "<p>各科室：</p><p>现通知如下。</p>"
    assert item.created_by.pk == int(clerk.session["_auth_user_id"])
    assert AuditEntry.objects.get(event="import").detail["made"] == 2


def test_pressing_twice_imports_once(clerk):
    address, _ = upload(clerk, xlsx(GOOD))
    confirm(clerk, address)
    assert "已导入 1 条" in confirm(clerk, address)
    assert Item.objects.count() == 1
    with pytest.raises(ValidationError, match="已经导入过了"):
        import_rows(BulkImport.objects.get(), by=BulkImport.objects.get().uploaded_by)


def test_the_page_says_how_far_it_is_and_asks_for_itself_again(clerk):
    response = clerk.post(ADDRESS, {"file": SimpleUploadedFile("信息.xlsx", xlsx(GOOD))})
    page = clerk.get(response["Location"])
    assert page["Refresh"] == f"2; url={response['Location']}"
    assert "等待办理" in page.content.decode()
    assert "没有专门的后台程序在运行" in page.content.decode()
    Job.objects.update(state=Job.State.RUNNING, done=150, total=10_000)
    assert "150 / 10000 行" in clerk.get(response["Location"]).content.decode()
    Job.objects.update(state=Job.State.WAITING, done=0, total=0)
    do_all()
    page = clerk.get(response["Location"])
    assert "Refresh" not in page
    assert "1 行都没有问题" in page.content.decode()
    assert (
        response["Location"] in clerk.get(ADDRESS).content.decode()
    )  # who has left the page finds it again


def test_who_lost_the_right_while_it_waited_imports_nothing(clerk):
    address, _ = upload(clerk, xlsx(GOOD))
    clerk.post(address)
    BulkImport.objects.get().uploaded_by.user_permissions.clear()
    do_all()
    assert not Item.objects.exists()
    assert "没有新增信息的权限了" in Job.objects.get(key__startswith="import:").words


def test_a_new_table_while_another_is_taken_in_leaves_that_one_alone(clerk):
    address, _ = upload(clerk, xlsx(GOOD))
    clerk.post(address)
    upload(clerk, xlsx(GOOD | {"标题": "另一条"}))
    assert "已导入 1 条" in clerk.get(address).content.decode()


def test_what_somebody_enters_between_checking_and_confirming_is_named(clerk, bureau, shelf):
    address, _ = upload(clerk, xlsx(GOOD | {"标题": "别的"}, GOOD))
    make_item(GOOD["标题"], department=bureau, category=shelf, created_on=dt.date(2026, 3, 2))
    page = confirm(clerk, address)
    assert "第 3 行" in page
    assert "没有重复导入" in page
    assert "一条也没有导入" in page
    assert Item.objects.count() == 1


def test_every_wrong_row_is_named_in_a_table_of_its_own(clerk):
    rows = [GOOD | {"标题": f"第{n}条", "成文日期": "三月"} for n in range(205)]
    address, page = upload(clerk, xlsx(*rows))
    assert "205 行有问题" in page
    assert "只列出前 200 行" in page
    told = (
        b"".join(clerk.get(f"{address}errors.csv").streaming_content)
        .decode("utf-8-sig")
        .splitlines()
    )
    assert len(told) == 206
    assert told[-1].startswith("206,成文日期,")


def test_one_bad_row_keeps_all_rows_out(clerk):
    rows = [GOOD | {"标题": f"第{n}条"} for n in range(60)]
    rows[57]["成文日期"] = "三月二日"
    address, page = upload(clerk, xlsx(*rows))
    assert "第 59 行" in page
    assert "不是日期" in page
    assert Job.objects.get().done == 60
    assert "没有导入" in confirm(clerk, address)
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"标题": ""}, "标题"),
        ({"标题": "长" * 301}, "300"),
        ({"发布机构": "区教育局"}, "不在您负责的范围内"),
        ({"发布机构": "没有这个局"}, "不在您负责的范围内"),
        ({"所属栏目": "没有这个栏目"}, "没有找到栏目"),
        ({"所属栏目": "政府信息公开年报"}, "没有找到栏目"),
        ({"成文日期": ""}, "成文日期"),
        ({"成文日期": "2026-02-30"}, "不是日期"),
        ({"成文日期": "2999-01-01"}, "不能晚于今天"),
        ({"体裁": "便条"}, "不在可选的范围内"),
        ({"公开时限": "限时公开"}, "公开至"),
        ({"正文": "<div>" * 500}, "正文"),
        ({"标题": "已有的信息"}, "没有重复导入"),
    ],
)
def test_it_says_what_is_wrong_in_which_row(clerk, bureau, shelf, change, words):
    make_department("区教育局")
    make_category("政府信息公开年报", parent=shelf.parent, section=Section.REPORTS)
    make_item("已有的信息", department=bureau, category=shelf, created_on=dt.date(2026, 3, 2))
    _, page = upload(clerk, xlsx(GOOD | change))
    assert "第 2 行" in page
    assert words in page


def test_a_row_costs_few_questions_to_the_database(clerk, bureau, django_assert_max_num_queries):
    def ask(rows):
        return clerk.post(ADDRESS, {"file": SimpleUploadedFile("信息.xlsx", xlsx(*rows))})

    ask([GOOD | {"标题": f"第{n}条", "公开时限": "长期公开"} for n in range(40)])
    with django_assert_max_num_queries(40 * 7 + 60):
        do_all()
    assert Job.objects.get().done == 40


def test_no_other_constraint_of_an_item_can_be_broken_by_the_cells_of_a_draft():
    """Who adds one has to think of the import, which asks for `TERM` alone
    (disclosure/desk/item_columns.py).
    """
    of_what_is_public = {"item_published_has_number_and_time", "item_published_is_proactive"}
    of_what_no_cell_says = {
        *("item_withdrawn_has_time_and_reason", "item_correction_is_never_public"),
        *("item_kept_is_reviewed_again", "item_index_number_not_empty"),
    }
    assert {one.name for one in Item._meta.constraints} == {
        TERM.name
    } | of_what_is_public | of_what_no_cell_says


def test_the_same_row_twice_is_refused(clerk):
    _, page = upload(clerk, xlsx(GOOD, GOOD))
    assert "与第 2 行重复" in page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_of_excel_and_wps(clerk, encoding):
    text = "标题*,发布机构*,所属栏目,成文日期\r\n=示例标题,区财政局,人事任免,20260302\r\n"
    address, _ = upload(clerk, text.encode(encoding), "信息.csv")
    confirm(clerk, address)
    assert Item.objects.get().title == "=示例标题"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("信息.docx", b"x", "XLSX 或 CSV"),
        ("信息.xlsx", b"PK\x03\x04broken", "损坏"),
        ("信息.csv", b"", "空的"),
        ("信息.csv", "标题,正文\n一,二\n".encode(), "没有找到表头"),
        ("信息.csv", "标题,发布机构,所属栏目,成文日期\n".encode(), "没有填写内容"),
        ("信息.csv", "标题,发布机构,所属栏目,成文日期,密级\n一,二,三,四,五\n".encode(), "密级"),
        ("信息.csv", "标题,标题,发布机构,所属栏目,成文日期\n一,一,二,三,四\n".encode(), "重复了"),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_in_words(clerk, name, data, words):
    assert words in upload(clerk, data, name)[1]


def test_what_the_template_offers_is_what_the_import_takes(clerk, bureau, shelf):
    make_department("区教育局")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{ADDRESS}template/").content))
    headings = [cell.value for cell in book["信息"][1]]
    assert headings[:4] == ["标题*", "发布机构*", "所属栏目*", "成文日期*"]
    offered = [cell.value for cell in book["可选值"]["A"] if cell.value]
    assert offered == ["发布机构", "区财政局"]
    book["信息"].append([GOOD.get(name.rstrip("*")) for name in headings])
    buffer = io.BytesIO()
    book.save(buffer)
    address, _ = upload(clerk, buffer.getvalue())
    confirm(clerk, address)
    assert Item.objects.get().category == shelf


def test_a_table_is_seen_by_nobody_else(clerk, client, bureau):
    address, _ = upload(clerk, xlsx(GOOD))
    client.force_login(make_user(department=bureau, permissions=["disclosure.add_item"]))
    assert client.get(address).status_code == 404
    assert client.get(f"{address}errors.csv").status_code == 404
    assert client.post(address).status_code == 404
    assert not Item.objects.exists()


def test_without_the_permission_there_is_no_import(client, bureau):
    client.force_login(make_user(department=bureau, permissions=["disclosure.view_item"]))
    assert client.get(ADDRESS).status_code == 403
    assert client.get(f"{ADDRESS}template/").status_code == 403
