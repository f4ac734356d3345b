"""What helps to read, relate and cite a document."""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.tests.builders import make_category, make_department
from disclosure.acts import record_first_revision
from disclosure.choices import Status
from disclosure.lists.relations import project_name, project_number
from disclosure.models import Validity
from disclosure.tests.builders import make_item, make_report

pytestmark = pytest.mark.django_db
STATE = Validity.State


def page_of(client, item):
    return client.get(item.get_absolute_url()).content.decode()


def test_a_document_names_what_it_repealed_and_nothing_hidden(client, shelves):
    newer, older, draft = (
        make_item("新办法"),
        make_item("旧办法"),
        make_item("未公开的旧办法", status=Status.DRAFT),
    )
    for item in (older, draft):
        item.validities.create(
            state=STATE.REPEALED, starts_on=dt.date(2020, 1, 1), because_of=newer
        )
    page = page_of(client, newer)
    assert "本文件修改、废止的文件" in page
    assert older.get_absolute_url() in page
    assert "2020-01-01</time> 起已废止" in page
    assert "未公开的旧办法" not in page


def test_an_item_without_relations_shows_no_empty_part(client, shelves):
    page = page_of(client, make_item())
    assert "本文件修改、废止的文件" not in page
    assert "同一采购项目" not in page


@pytest.fixture
def procurement(shelves):
    return make_category(
        "政府采购", slug="buying", parent=shelves["songbei"], regulation_items=["20-9"]
    )


def paper(title, category, department, *, number="", year=2026, **fields):
    moment = timezone.make_aware(dt.datetime(year, 3, 3))
    body = f"<p>项目编号：{number}</p>" if number else ""
    return make_item(
        title, category=category, department=department, body=body, published_at=moment, **fields
    )


def test_papers_of_one_procurement_find_each_other_by_its_number(client, procurement):
    organ, number = make_department(), "[230109]SB[GK]20260001"
    notice = paper("教学设备采购公告", procurement, organ, number=number)
    result = paper("关于教学设备的成交结果", procurement, make_department(), number=number)
    paper("另一项目的公告", procurement, organ, number="[230109]SB[GK]20260002")
    paper("没有公开的合同", procurement, organ, number=number, status=Status.DRAFT)
    page = page_of(client, notice)
    assert "同一采购项目" in page
    assert result.get_absolute_url() in page
    assert "另一项目的公告" not in page
    assert "没有公开的合同" not in page


def test_papers_of_one_procurement_find_each_other_by_its_name(client, procurement):
    organ = make_department()
    notice = paper("松北区第一小学教学设备采购项目公开招标公告", procurement, organ)
    result = paper("松北区第一小学教学设备采购项目中标（成交）结果公告", procurement, organ)
    paper("松北区第一小学教学设备采购项目招标公告", procurement, organ, year=2023)
    paper("松北区第一小学教学设备采购项目合同公告", procurement, make_department())
    project = page_of(client, notice).partition("同一采购项目")[2]
    assert result.get_absolute_url() in project
    assert "2023" not in project.partition("</ol>")[0]
    assert "合同公告" not in project


def test_outside_procurement_titles_alike_are_no_project(client, shelves):
    organ = make_department()
    item = paper("松北区第一小学教学设备采购项目公开招标公告", shelves["personnel"], organ)
    paper("松北区第一小学教学设备采购项目中标公告", shelves["personnel"], organ)
    assert "同一采购项目" not in page_of(client, item)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一、项目编号：[230109]SB[GK]20260001 二、名称", "[230109]SB[GK]20260001"),
        ("采购项目编号 HLJ-2026-015。", "HLJ-2026-015"),
        ("项目编号：无", ""),
        ("项目编号：ABCDEFG", ""),
        ("没有编号", ""),
    ],
)
def test_it_reads_project_numbers(text, number):
    assert project_number(text) == number


def test_a_title_that_repeats_its_stages_is_read_at_once():
    assert project_name("单一来源采购" * 40 + "（二次）" * 10 + "甲") == ""
    assert project_name("办公设备采购公告") == ""


def test_three_headings_make_an_outline(client, shelves):
    body = "".join(f"<h2>第{number}章</h2><p>正文</p>" for number in "一二三")
    page = page_of(client, make_item(body=body))
    assert "本页目录" in page
    assert '<a href="#s3">第三章</a>' in page
    assert '<h2 id="s3">' in page
    assert "本页目录" not in page_of(
        client, make_item(body="<h2>一</h2><p>甲</p><h2>二</h2><p>乙</p>")
    )


def test_it_is_cited_in_the_form_of_the_standard(client, shelves, government):
    item = make_item("管理办法", department=government, document_number="哈松政规〔2026〕3号")
    today = timezone.localdate()
    cited = f"松北区人民政府. 管理办法: 哈松政规〔2026〕3号[A/OL]. (2026-03-03)[{today}]. "
    assert f"{cited}https://www.songbei.gov.cn/items/{item.index_number}/." in page_of(client, item)


def test_a_citation_points_to_the_revision_that_was_read(client, shelves, government):
    report = make_report(2024, department=government)
    record_first_revision(item=report.item)
    page, revision = page_of(client, report.item), report.item.current_revision
    assert "[R/OL]" in page
    assert f"/revisions/{revision.content_sha256}/." in page
    assert (
        '<span id="permanent-address">https://www.songbei.gov.cn/reports/songbei/2024/</span>'
        in page
    )


def test_a_citation_names_three_organs_at_most(client, shelves, government):
    item = make_item("联合通知", department=government)
    item.joint_departments.set([make_department(f"第{number}局") for number in range(4)])
    assert "松北区人民政府, 第0局, 第1局, 等. 联合通知[EB/OL]." in page_of(client, item)


def test_paper_leads_back_by_a_code(client, shelves, government):
    item, report = make_item(), make_report(2024, department=government)
    for address in (f"/items/{item.index_number}.qr.svg", "/reports/songbei/2024.qr.svg"):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
        assert b"style=" not in response.content
    assert f'src="/items/{item.index_number}.qr.svg"' in page_of(client, item)
    assert 'src="/reports/songbei/2024.qr.svg"' in page_of(client, report.item)
    assert client.get("/items/没有/2026-1.qr.svg").status_code == 404
    assert client.get("/reports/songbei/1999.qr.svg").status_code == 404
    assert client.post(f"/items/{item.index_number}.qr.svg").status_code == 405


def test_no_code_leads_to_what_was_withdrawn(client, shelves):
    item = make_item(status=Status.WITHDRAWN)
    assert client.get(f"/items/{item.index_number}.qr.svg").status_code == 404
