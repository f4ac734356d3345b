import datetime as dt

import pytest
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.counting import tally
from disclosure.models import Validity
from disclosure.tests.builders import make_attachment, make_item, make_report

pytestmark = pytest.mark.django_db


def address(item):
    return f"/items/{item.index_number}/"


def test_it_shows_text_and_metadata(client, shelves):
    item = make_item(
        "关于任免的通知",
        category=shelves["appointments"],
        document_number="松政发〔2026〕3号",
        body="<p>任命张某某</p>",
        genre="通知",
        keywords="任免",
        summary="任免事项",
    )
    page = client.get(address(item)).content.decode()
    for words in (
        "关于任免的通知",
        item.index_number,
        "松政发〔2026〕3号",
        "任命张某某",
        "主动公开",
        "2026-03-03",
        "任免事项",
    ):
        assert words in page


def test_it_shows_the_whole_trail(client, shelves):
    page = client.get(address(make_item(category=shelves["appointments"]))).content.decode()
    steps = ["首页", "政务公开", "松北区政府信息公开", "人事任免", "任免通知"]
    trail = page[page.index("当前位置") :]
    assert [trail.index(step) for step in steps] == sorted(trail.index(step) for step in steps)


def test_it_links_document_and_interpretation_both_ways(client, shelves):
    document, reading = make_item("管理办法"), make_item("一图读懂管理办法")
    reading.interprets.add(document)
    assert "一图读懂管理办法" in client.get(address(document)).content.decode()
    assert address(document) in client.get(address(reading)).content.decode()


def test_it_says_what_repealed_it_but_not_what_is_hidden(client, shelves):
    item, newer = make_item("旧办法"), make_item("新办法")
    draft = make_item("还没有公开的办法", status=Status.DRAFT)
    item.validities.create(
        state=Validity.State.AMENDED, starts_on=dt.date(2019, 1, 1), because_of=draft
    )
    item.validities.create(
        state=Validity.State.REPEALED, starts_on=dt.date(2020, 1, 1), because_of=newer
    )
    page = client.get(address(item)).content.decode()
    assert "已废止" in page
    assert "新办法" in page
    assert "还没有公开的办法" not in page


def test_it_lists_attachments_with_kind_and_size(client, shelves, tmp_path):
    item = make_item()
    make_attachment(item, "附表.txt", b"x" * 2048)
    page = client.get(address(item)).content.decode()
    assert "附表.txt" in page
    assert "TXT" in page
    assert "2.0\xa0KB" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.DRAFT, "index_number": "草稿/2026-1"},
        {"published_at": timezone.make_aware(dt.datetime(2999, 1, 1))},
    ],
)
def test_it_hides_what_is_not_public(client, shelves, fields):
    assert client.get(address(make_item(**fields))).status_code == 404


def test_a_withdrawn_item_leaves_a_notice(client, shelves):
    item = make_item(
        "撤回的通知",
        status=Status.WITHDRAWN,
        body="<p>保密的正文</p>",
        withdrawal_reason="数据有误，更正后重新公开",
    )
    response = client.get(address(item))
    page = response.content.decode()
    assert response.status_code == 200
    assert "数据有误，更正后重新公开" in page
    assert "保密的正文" not in page


def test_one_removed_by_law_answers_410_without_its_title(client, shelves):
    item = make_item(
        "某人的隐私", status=Status.WITHDRAWN, is_removed_by_law=True, body="<p>正文</p>"
    )
    response = client.get(address(item))
    assert response.status_code == 410
    assert "某人的隐私" not in response.content.decode()


def test_a_reports_item_leads_to_the_report(client, shelves):
    report = make_report(2024, department=make_department(slug="finance"))
    response = client.get(address(report.item))
    assert (response.status_code, response["Location"]) == (301, "/reports/finance/2024/")


@pytest.mark.parametrize("number", ["没有/2026-00001", "x", "..%2f..%2fetc", "%00", "a" * 500])
def test_it_handles_the_missing(client, shelves, number):
    assert client.get(f"/items/{number}/").status_code == 404


def test_it_refuses_the_wrong_method(client, shelves):
    assert client.post(address(make_item())).status_code == 405


def test_it_costs_three_queries_and_one_for_each_kind_of_thing_that_hangs_on_it(
    client, shelves, django_assert_num_queries, monkeypatch
):
    """The version of all that is public, the item with word of what hangs on it, its newest
    revision.
    """
    monkeypatch.setattr(
        tally, "ROLL_UPS_EVERY_MS", 10**9
    )  # a slow machine looks for a roll-up in between
    item = make_item()
    client.get(address(item))
    with django_assert_num_queries(3):
        client.get(address(item))
    for number in range(4):
        make_attachment(item, f"{number}.txt")
        make_item().interprets.add(item)
    client.get(address(item))
    with django_assert_num_queries(5):
        client.get(address(item))
