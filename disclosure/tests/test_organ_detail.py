"""An organ's own page, and lists as the catalogue the law asks for."""

import csv
import io

import pytest

from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.tests.builders import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(shelves):
    organ = make_department("松北区财政局", slug="finance", telephone="0451-00000000")
    make_item(
        "财政的通知",
        department=organ,
        category=shelves["personnel"],
        genre="通知",
        summary="财政概述",
    )
    make_item("财政的报告", department=organ, category=shelves["personnel"], genre="报告")
    make_item("财政的草稿", department=organ, status=Status.DRAFT)
    make_item("别家的通知", category=shelves["personnel"])
    return organ


def test_it_lists_the_organs_own_items_and_how_to_reach_it(client, finance):
    page = client.get("/organs/finance/").content.decode()
    assert "财政的通知" in page
    assert "0451-00000000" in page
    assert "财政的草稿" not in page
    assert "别家的通知" not in page
    narrowed = client.get("/organs/finance/?genre=报告").content.decode()
    assert "财政的通知" not in narrowed
    assert 'href="/organs/finance.csv?genre=%E6%8A%A5%E5%91%8A"' in narrowed
    assert 'href="/organs/finance.atom?genre=%E6%8A%A5%E5%91%8A"' in narrowed


def test_its_file_and_feed_are_its_own_list(client, finance):
    content = b"".join(client.get("/organs/finance.csv?genre=报告").streaming_content).decode(
        "utf-8-sig"
    )
    assert [row[1] for row in csv.reader(io.StringIO(content, newline=""))] == [
        "名称",
        "财政的报告",
    ]
    assert "财政的通知" not in client.get("/organs/finance.atom?genre=报告").content.decode()


@pytest.mark.parametrize("path", ["/organs/finance/table/", "/catalog/personnel/table/"])
def test_a_catalogue_has_the_four_legal_columns(client, finance, path):
    page = client.get(path).content.decode()
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert [word for word in ("索引", "名称", "内容概述", "生成日期") if word not in head] == []
    assert "财政概述" in page
    assert "2026-03-02" in page
    assert "财政的草稿" not in page
    assert f'href="{path.removesuffix("/table/")}.xlsx"' in page
    assert f'href="{path}' in client.get(path.removesuffix("table/")).content.decode()


def test_items_lead_to_their_organ(client, finance):
    item = finance.items.filter(status=Status.PUBLISHED).first()
    assert 'href="/organs/finance/"' in client.get(item.get_absolute_url()).content.decode()


def test_it_handles_what_makes_no_sense(client, finance):
    assert client.get("/organs/none/").status_code == 404
    assert client.get("/organs/none/table/").status_code == 404
    assert client.get("/organs/none.csv").status_code == 404
    assert client.get("/organs/finance/?year=x&page=%00").status_code in (200, 404)
    assert client.post("/organs/finance/").status_code == 405


def test_it_costs_a_constant_number_of_queries(client, finance, django_assert_num_queries):
    client.get("/organs/finance/table/")
    for number in range(5):
        make_item(f"第{number}件", department=finance)
    client.get("/organs/finance/table/")
    with django_assert_num_queries(3):
        client.get("/organs/finance/table/")
