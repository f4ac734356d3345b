import datetime as dt

import pytest

from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.tests.builders import make_item, make_report

pytestmark = pytest.mark.django_db


def test_it_shows_the_daily_table_and_a_plot(client, shelves):
    item = make_item()
    for day, views in ((1, 5), (2, 1204)):
        item.daily_views.create(day=dt.date(2026, 4, day), views=views)
    page = client.get(f"/items/{item.index_number}/counts/").content.decode()
    assert "2026-04-02" in page
    assert "1,204" in page
    assert page.count("<rect") == 2


def test_a_report_has_its_own_address(client, shelves):
    report = make_report(2024, department=make_department(slug="finance"))
    assert client.get("/reports/finance/2024/counts/").status_code == 200
    assert (
        client.get(f"/items/{report.item.index_number}/counts/")["Location"]
        == "/reports/finance/2024/counts/"
    )


def test_it_hides_drafts(client, shelves):
    item = make_item(status=Status.DRAFT, index_number="G/2026-1")
    assert client.get(f"/items/{item.index_number}/counts/").status_code == 404


def test_each_second_reader_raises_the_printed_count_by_one(client, shelves):
    item = make_item()
    address = f"/items/{item.index_number}/"

    def read(agent):
        response = client.get(address, headers={"user-agent": agent})
        assert "Cookie" not in response.get("Vary", "")
        return response.context["item"].view_count

    assert [read("甲"), read("乙"), read("乙"), read("丙")] == [1, 2, 2, 3]
