"""Every list of public items as a file."""

import csv
import io
import json
from urllib.parse import unquote

import openpyxl
import pytest

from disclosure.choices import Status
from disclosure.files import lists
from disclosure.tests.builders import make_item, make_report

pytestmark = pytest.mark.django_db
LEGAL = ["索引", "名称", "内容概述", "生成日期"]


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response, b"".join(response.streaming_content)


def csv_rows(client, address):
    return list(csv.reader(io.StringIO(read(client, address)[1].decode("utf-8-sig"), newline="")))


@pytest.fixture
def items(shelves, government):
    one = make_item(
        "=甲", category=shelves["appointments"], department=government, summary="概述", genre="通知"
    )
    other = make_item("乙", category=shelves["personnel"], department=government, genre="报告")
    make_item("丙", category=shelves["procurement"])
    make_item("草稿", category=shelves["personnel"], status=Status.DRAFT)
    return one, other


def test_a_category_is_given_as_csv_with_the_legal_columns_first(client, items):
    head, *rows = csv_rows(client, "/catalog/personnel.csv")
    assert head[:4] == LEGAL
    assert {row[1] for row in rows} == {"'=甲", "乙"}
    first = next(row for row in rows if row[1] == "'=甲")
    assert first[:4] == [items[0].index_number, "'=甲", "概述", "2026-03-02"]
    assert first[-1] == f"https://www.songbei.gov.cn/items/{items[0].index_number}/"


def test_the_file_follows_the_filters_of_its_page(client, items):
    assert [row[1] for row in csv_rows(client, "/catalog/personnel.csv?genre=报告")[1:]] == ["乙"]
    assert [
        row[1] for row in csv_rows(client, "/catalog/personnel.csv?organ=songbei&page=7")[1:]
    ] == ["乙", "'=甲"]
    page = client.get("/catalog/personnel/?genre=报告&page=1").content.decode()
    assert 'href="/catalog/personnel.csv?genre=%E6%8A%A5%E5%91%8A"' in page


def test_a_choice_that_makes_no_sense_gives_no_file(client, items):
    response = client.get("/catalog/personnel.csv?genre=nonsense")
    assert response.status_code == 400
    assert "体裁" in response.content.decode()


def test_a_list_is_given_as_xlsx_and_json(client, items):
    response, content = read(client, "/catalog/personnel.xlsx")
    assert "人事任免.xlsx" in unquote(response["Content-Disposition"])
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["人事任免"].values)
    assert list(rows[0][:4]) == LEGAL
    assert {row[1] for row in rows[1:]} == {"=甲", "乙"}
    data = json.loads(read(client, "/catalog/personnel.json?genre=通知")[1])
    assert [list(item)[:4] for item in data["items"]] == [LEGAL]
    assert (data["is_cut"], data["chosen"]) == (False, ["体裁：通知"])
    assert data["address"].endswith("/catalog/personnel/?genre=%E9%80%9A%E7%9F%A5")


def test_a_long_list_is_cut_and_says_so(client, items, monkeypatch):
    monkeypatch.setattr(lists, "MOST_ROWS", 1)
    rows = csv_rows(client, "/catalog/personnel.csv")
    assert len(rows) == 3
    assert "只有前 1 条" in rows[2][0]
    assert json.loads(read(client, "/catalog/personnel.json")[1])["is_cut"]


def test_search_rules_and_reports_are_given_too(client, items, shelves, government):
    make_item("公开规定", category=shelves["rules"])
    make_report(2023, department=government, category=shelves["annual-reports"])
    assert [row[1] for row in csv_rows(client, "/search.csv?q=公开规定")[1:]] == ["公开规定"]
    assert csv_rows(client, "/search.csv")[1:] == []
    assert [row[1] for row in csv_rows(client, "/rules.csv")[1:]] == ["公开规定"]
    for address in ("/reports.csv", "/reports/songbei.csv"):
        assert (
            csv_rows(client, address)[1][-1] == "https://www.songbei.gov.cn/reports/songbei/2023/"
        )
        assert f'href="{address}"' in client.get(address.replace(".csv", "/")).content.decode()


def test_what_is_not_there_is_not_found_and_nothing_is_written(client, items):
    assert client.get("/catalog/none.csv").status_code == 404
    assert client.get("/reports/none.csv").status_code == 404
    assert client.post("/catalog/personnel.csv").status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_list(
    client, items, shelves, django_assert_max_num_queries
):
    for number in range(30):
        make_item(f"第{number}条", category=shelves["personnel"])
    with django_assert_max_num_queries(12):
        read(client, "/catalog/personnel.csv")
