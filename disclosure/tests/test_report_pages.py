import pytest

from catalog.models import Department
from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.tests.builders import make_report

pytestmark = pytest.mark.django_db


class TestReportDetail:
    def test_it_shows_opening_and_sections(self, client, shelves, government):
        make_report(
            2009,
            department=government,
            category=shelves["annual-reports"],
            body="<p>引言</p>",
            sections=[
                ("一、完成情况", "<h3>（一）加强领导</h3><p>内容</p>"),
                ("二、不足", "<p>不足之处</p>"),
            ],
        )
        page = client.get("/reports/songbei/2009/").content.decode()
        for words in ("引言", "一、完成情况", "（一）加强领导", "不足之处", "政府信息公开年报"):
            assert words in page

    def test_it_leads_to_the_years_beside_it(self, client, shelves, government):
        for year in (2008, 2009, 2012):
            make_report(year, department=government)
        make_report(2010, department=government, status=Status.DRAFT)
        page = client.get("/reports/songbei/2009/").content.decode()
        assert "/reports/songbei/2008/" in page
        assert "/reports/songbei/2012/" in page
        assert "/reports/songbei/2010/" not in page

    def test_it_hides_drafts(self, client, shelves, government):
        make_report(2010, department=government, status=Status.DRAFT)
        assert client.get("/reports/songbei/2010/").status_code == 404

    def test_a_withdrawn_report_leaves_a_notice(self, client, shelves, government):
        make_report(
            2010, department=government, status=Status.WITHDRAWN, withdrawal_reason="报表有误"
        )
        response = client.get("/reports/songbei/2010/")
        assert (response.status_code, "报表有误" in response.content.decode()) == (200, True)

    @pytest.mark.parametrize("path", ["songbei/1999", "nobody/2009", f"songbei/{10**30}"])
    def test_it_handles_the_missing(self, client, shelves, government, path):
        assert client.get(f"/reports/{path}/").status_code == 404

    def test_it_refuses_the_wrong_method(self, client, shelves, government):
        assert client.post("/reports/songbei/2009/").status_code == 405


class TestReportList:
    def test_it_shows_reports_and_gaps(self, client, shelves, government):
        make_report(2009, department=government)
        page = client.get("/reports/").content.decode()
        assert "/reports/songbei/2009/" in page
        assert "缺" in page

    def test_it_costs_a_constant_number_of_queries(
        self, client, shelves, government, django_assert_num_queries
    ):
        make_report(2009, department=government)
        client.get("/reports/")  # what is kept between pages is kept now
        with django_assert_num_queries(4):
            client.get("/reports/")
        for year in (2010, 2011, 2012):
            make_report(year, department=make_department())
        client.get("/reports/")
        with django_assert_num_queries(4):
            client.get("/reports/")


class TestOrganReportList:
    def test_it_lists_the_organs_reports_with_the_gaps(self, client, shelves, government):
        make_report(2009, department=government)
        page = client.get("/reports/songbei/").content.decode()
        assert "/reports/songbei/2009/" in page
        assert "2010" in page

    def test_it_handles_the_missing(self, client, shelves):
        make_department("区外机关", slug="outside", kind=Department.Kind.OUTSIDE)
        assert client.get("/reports/nobody/").status_code == 404
        assert client.get("/reports/outside/").status_code == 404
