"""The findings of reports for programs and on their page: by verdict, organ, year and kind."""

import json

import pytest

from disclosure.choices import Status
from disclosure.models import ReportFindings
from disclosure.reports.findings.stored import store_findings
from disclosure.tests.builders import make_report
from opendata.api import api
from statutory.kinds import KINDS

pytestmark = pytest.mark.django_db

RIGHT = "<p>公开信息30条，其中政策20条、其他10条。</p>"
WRONG = "<p>公开信息30条，其中网站40条。网站访问量增长12%。</p>"


def ask(client, address, status=200):
    response = client.get(f"/api/v1{address}")
    assert response.status_code == status, response.content[:500]
    return json.loads(response.content)


@pytest.fixture
def reports(government):
    made = [
        make_report(2010, department=government, body=RIGHT),
        make_report(2011, department=government, body=WRONG),
    ]
    for report in made:
        store_findings(report)
    return made


def codes(answer):
    return [(row["year"], row["verdict"], row["code"]) for row in answer["findings"]]


def test_the_gravest_of_the_newest_year_come_first(client, reports):
    rows = codes(ask(client, "/findings?limit=100"))
    assert rows[0][:2] == (2011, "broken")
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert {"sum", "percentage", "contents"} <= {row[2] for row in rows}


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        ("verdict=holds&kind=sum", [(2010, "holds", "sum")]),
        ("verdict=broken&kind=sum", [(2011, "broken", "sum")]),
        ("kind=sum", [(2011, "broken", "sum"), (2010, "holds", "sum")]),
        ("kind=sum&year=2010", [(2010, "holds", "sum")]),
        ("verdict=unknown&kind=percentage", [(2011, "unknown", "percentage")]),
        ("kind=I1", []),
        ("organ=nobody", []),
    ],
)
def test_it_is_chosen_by_verdict_kind_year_and_organ(client, reports, choice, rows):
    assert codes(ask(client, f"/findings?{choice}")) == rows


def test_a_list_is_walked_whole_and_once(client, reports):
    whole = codes(ask(client, "/findings?limit=100"))
    seen, cursor = [], ""
    while cursor is not None:
        page = ask(client, f"/findings?limit=2&cursor={cursor}")
        seen, cursor = seen + codes(page), page["next_cursor"]
    assert seen == whole


def test_a_row_says_which_numbers_it_speaks_of(client, reports):
    (row,) = ask(client, "/findings?verdict=broken&kind=sum")["findings"]
    assert row["numbers"] == ["30条", "40条"]
    assert row["arithmetic"] == "40 > 30"
    assert row["kind"] == KINDS["sum"]
    assert row["address"].endswith("/reports/songbei/2011/#findings")


def test_what_is_not_public_or_of_older_rules_is_not_listed(client, reports):
    ReportFindings.objects.filter(report=reports[0]).update(version=1)
    reports[1].item.status = Status.DRAFT
    reports[1].item.save()
    assert ask(client, "/findings")["findings"] == []


def test_the_four_lists_of_a_report(client, reports):
    answer = ask(client, "/reports/songbei/2011/figures")
    assert [one["written"] for one in answer["broken"]] == ["30", "40"]
    assert [one["written"] for one in answer["unknown"]] == ["12"]
    assert answer["summary"] == "核对 2 个数字，2 个不符；另有 1 个无法核对"
    ask(client, "/reports/songbei/2012/figures", 404)


def test_every_address_refuses_parameters_it_does_not_know(client, reports):
    """Read from the description: an address made tomorrow is among them."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    for path, methods in paths.items():
        address = path.replace("{organ}", "songbei").replace("{year}", "2011")
        address = address.replace("{index_number}", reports[0].item.index_number)
        answer = ask(client, f"{address.removeprefix('/api/v1')}?verdikt=broken", 400)
        assert "verdikt" in answer["detail"], path
        for one in methods["get"].get("parameters", []):
            if one["in"] == "query":
                assert one["name"] in answer["detail"], path


def test_the_page_of_all_findings_is_chosen_likewise(client, reports):
    page = client.get("/reports/findings/?verdict=broken&kind=sum").content.decode()
    assert "40 &gt; 30" in page
    assert "有这样结果的报告 1 份" in page
    assert client.get("/reports/findings/?verdict=nonsense").status_code == 200
    assert client.get("/reports/findings/?page=9").status_code == 404
    assert client.get("/reports/findings/?kind=I6&verdict=broken").status_code == 200


def test_the_lists_of_a_report_are_a_page(client, reports, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        page = client.get("/reports/songbei/2011/figures/").content.decode()
    assert "核对 2 个数字，2 个不符；另有 1 个无法核对" in page
    for label in ("不符：2 个", "无法核对：1 个", "相符：0 个", "不是工作数字："):
        assert label in page
    assert client.get("/reports/songbei/2012/figures/").status_code == 404
    assert "/reports/songbei/2011/figures/" in client.get("/reports/songbei/2011/").content.decode()
