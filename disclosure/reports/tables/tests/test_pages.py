import re

import pytest

from catalog.models import Department
from catalog.tests.builders import make_department
from disclosure.acts.tables import store_explanations, store_tables
from disclosure.choices import Status
from disclosure.models import AnnualReport
from disclosure.reports.tables.account import Account
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import make_report
from statutory.tests.builders import whole_tables

pytestmark = pytest.mark.django_db
SECTIONS = [
    ("一、总体情况", ""),
    ("二、主动公开政府信息情况", ""),
    ("三、收到和处理政府信息公开申请情况", ""),
    ("四、政府信息公开行政复议、行政诉讼情况", ""),
]


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


class TestReportTables:
    def test_each_table_stands_in_its_section(self, client, shelves, government):
        make_tables_report(2024, department=government, sections=SECTIONS)
        html = page(client, "/reports/songbei/2024/")
        order = [html.index(f'id="part-{number}"') for number in (2, 3, 4)]
        tables = [html.index(f"form-table--{key}") for key in "abc"]
        assert order[0] < tables[0] < order[1] < tables[1] < order[2] < tables[2]

    def test_tables_without_a_section_follow_the_last(self, client, shelves, government):
        make_tables_report(2024, department=government)
        html = page(client, "/reports/songbei/2024/")
        assert "三、收到和处理政府信息公开申请情况</h2>" in html

    def test_every_number_is_tied_to_headers_of_the_page(self, client, shelves, government):
        make_tables_report(2024, department=government, results={"granted": [7, 0, 0, 0, 0, 0]})
        html = page(client, "/reports/songbei/2024/")
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        cells = re.findall(r'<td [^>]*headers="([^"]*)" role="cell">', html)
        assert len(cells) == 10 + 175 + 15
        assert all(set(cell.split()) <= set(ids) and cell for cell in cells)
        granted = re.search(
            r'data-label="自然人" headers="t-b-who t-b-natural t-b-results t-b-granted" role="cell">(\d+)',
            html,
        )
        assert granted[1] == "7"

    def test_what_does_not_add_up_is_marked_and_the_explanation_printed(
        self, client, shelves, government
    ):
        tables = whole_tables(results={"granted": [7, 0, 0, 0, 0, 0]})
        tables["b"][2][0] = 6
        report = make_tables_report(2024, department=government, tables=tables)
        html = page(client, "/reports/songbei/2024/")
        assert html.count("form-table__mark") > 3
        assert "相差 1" in html
        places = {account.rule.code: account.places for account in Account.of(report).rules}
        store_explanations(report=report, explanations={"I3": ("统计口径说明在此", places["I3"])})
        assert "统计口径说明在此" in page(client, "/reports/songbei/2024/")

    def test_an_explanation_is_not_printed_once_there_is_nothing_to_explain(
        self, client, shelves, government
    ):
        report = make_tables_report(2024, department=government)
        store_explanations(report=report, explanations={"I3": ("已经没有必要", ["new"])})
        assert "已经没有必要" not in page(client, "/reports/songbei/2024/")

    def test_a_draft_of_the_year_before_is_not_compared_in_public(
        self, client, shelves, government
    ):
        make_tables_report(
            2023, department=government, status=Status.DRAFT, carried_out=[9, 0, 0, 0, 0, 0]
        )
        make_tables_report(2024, department=government)
        assert "上一年度报告的" not in page(client, "/reports/songbei/2024/")

    def test_a_statistics_list_is_shown(self, client, shelves, government):
        report = make_report(2016, department=government)
        store_tables(
            report=report,
            tables={"statistics": [["一、主动公开情况", "", None], ["（一）公开数", "条", 1234]]},
        )
        html = page(client, "/reports/songbei/2016/")
        assert "（一）公开数" in html
        assert "1234" in html

    def test_it_costs_a_constant_number_of_queries(
        self, client, shelves, government, django_assert_max_num_queries
    ):
        make_tables_report(2023, department=government)
        make_tables_report(2024, department=government)
        with django_assert_max_num_queries(30):
            page(client, "/reports/songbei/2024/")


class TestOrganTable:
    def test_it_sets_the_years_side_by_side_across_both_forms(self, client, shelves, government):
        make_tables_report(2020, department=government, results={"otherwise": [4, 1, 0, 0, 0, 0]})
        make_tables_report(
            2024, department=government, results={"otherwise_unpaid": [3, 0, 0, 0, 0, 0]}
        )
        html = page(client, "/reports/songbei/tables/b/")
        assert re.search(
            r"（六）其他处理（合计）</th><td class=\"number\">5</td><td class=\"number\">3</td>",
            html,
        )
        assert "（六）其他处理：2020年5件，2024年3件。" in html
        natural = page(client, "/reports/songbei/tables/b/?applicant=natural")
        assert "（六）其他处理：2020年4件，2024年3件。" in natural

    @pytest.mark.parametrize("key", ["a", "c"])
    def test_the_other_tables_too(self, client, shelves, government, key):
        for year in (2020, 2024):
            make_tables_report(year, department=government)
        assert "2020" in page(client, f"/reports/songbei/tables/{key}/")

    def test_statistics_lists_by_indicator(self, client, shelves, government):
        for year, number in ((2015, 10), (2016, 20)):
            report = make_report(year, department=government)
            twice = [["（二）被依法纠错数", "件", 1], ["（二）被依法纠错数", "件", number * 3]]
            rows = [["三、依申请公开情况", "", None], ["　1.当面申请数", "件", number], *twice]
            store_tables(report=report, tables={"statistics": rows})
        html = page(client, "/reports/songbei/tables/statistics/")
        assert re.search(
            r"被依法纠错数（件）</th><td class=\"number\">30</td><td class=\"number\">60</td>", html
        )
        assert re.search(
            r"1\.当面申请数（件）</th><td class=\"number\">10</td><td class=\"number\">20</td>",
            html,
        )

    @pytest.mark.parametrize(
        "query", ["applicant=nobody", "applicant=%00", "applicant=natural&applicant=x"]
    )
    def test_a_choice_that_is_none_gets_the_totals(self, client, shelves, government, query):
        make_tables_report(2024, department=government)
        assert "没有这一类申请人" in page(client, f"/reports/songbei/tables/b/?{query}")

    def test_it_hides_drafts_and_handles_the_missing(self, client, shelves, government):
        make_tables_report(2024, department=government, status=Status.DRAFT)
        for address in ("songbei/tables/b", "songbei/tables/x", "nobody/tables/b"):
            assert client.get(f"/reports/{address}/").status_code == 404
        assert client.post("/reports/songbei/tables/b/").status_code == 405


class TestYearTable:
    def test_it_sets_the_organs_side_by_side_with_their_sum(self, client, shelves, government):
        make_tables_report(2024, department=government, results={"granted": [9, 0, 0, 0, 0, 0]})
        for number in (2, 3):
            bureau = make_department(f"第{number}局")
            make_tables_report(
                2024, department=bureau, results={"granted": [number, 0, 0, 0, 0, 0]}
            )
        outside = make_department("外市政府", kind=Department.Kind.OUTSIDE)
        make_tables_report(2024, department=outside, results={"granted": [100, 0, 0, 0, 0, 0]})
        html = page(client, "/reports/tables/b/2024/")
        assert re.search(
            r"各机关合计</th><td role=\"cell\" class=\"number\" data-label=\"本年新收\">5</td>",
            html,
        )
        assert "外市政府" in html

    @pytest.mark.parametrize("address", ["b/2023", "x/2024", "statistics/2016", f"b/{10**25}"])
    def test_it_hides_drafts_and_handles_the_missing(self, client, shelves, government, address):
        make_tables_report(2023, department=government, status=Status.DRAFT)
        assert client.get(f"/reports/tables/{address}/").status_code == 404

    @pytest.mark.parametrize("key", ["a", "c"])
    def test_the_other_tables_and_the_form_of_2019(self, client, shelves, government, key):
        make_tables_report(2020, department=government)
        page(client, f"/reports/tables/{key}/2020/")

    def test_an_organ_may_have_used_the_form_of_another_year(self, client, shelves, government):
        make_tables_report(2023, department=government)
        old = make_report(2023, department=make_department("用旧表的局"))
        AnnualReport.objects.filter(pk=old.pk).update(regime="format_2019")
        old.refresh_from_db()
        tables = whole_tables("format_2019", results={"otherwise": [8, 0, 0, 0, 0, 0]})
        tables["a"][7] = [6, "251000"]
        store_tables(report=old, tables=tables)
        assert "251000" in page(client, "/reports/tables/a/2023/")
        assert 'data-label="（六）其他处理">8<' in page(client, "/reports/tables/b/2023/")

    def test_it_costs_a_constant_number_of_queries(
        self, client, shelves, government, django_assert_num_queries
    ):
        for number in range(2):
            make_tables_report(2024, department=make_department(f"第{number}局"))
        page(client, "/reports/tables/b/2024/")  # what is kept between pages is kept now
        with django_assert_num_queries(4):
            page(client, "/reports/tables/b/2024/")
        for number in range(2, 6):
            make_tables_report(2024, department=make_department(f"第{number}局"))
        page(client, "/reports/tables/b/2024/")
        with django_assert_num_queries(4):
            page(client, "/reports/tables/b/2024/")


def test_the_matrix_says_what_came_late_in_words(client, shelves, government):
    make_report(2009, department=government)  # published in 2026
    html = page(client, "/reports/")
    assert "晚于法定期限" in html
    assert "</span>迟</a>" in html
