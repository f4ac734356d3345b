import pytest

from catalog.tests.builders import make_category, make_department
from disclosure.choices import Status
from disclosure.tests.builders import make_report

pytestmark = pytest.mark.django_db


def test_it_leads_to_every_section_column_organ_and_page_about_the_portal(
    client, shelves, government
):
    make_report(2009, department=government, category=shelves["annual-reports"])
    page = client.get("/sitemap/").content.decode()
    for address in (
        "/guide/", "/rules/", "/catalog/", "/reports/", "/guide/#apply", "/search/", "/catalog/personnel/",
        "/catalog/appointments/", "/reports/songbei/", "/organs/songbei/", "/about/", "/about/accessibility/", "/about/privacy/",
    ):  # fmt: skip
        assert f'href="{address}"' in page.split("<main")[1]


def test_it_hides_hidden_columns_and_organs_without_a_public_report(client, shelves):
    make_category("停用栏目", slug="closed", parent=shelves["songbei"], is_visible=False)
    make_report(
        2009,
        department=make_department("甲局"),
        category=shelves["annual-reports"],
        status=Status.DRAFT,
    )
    page = client.get("/sitemap/").content.decode()
    assert "停用栏目" not in page
    assert "甲局" not in page


def test_it_is_read_only(client):
    assert client.post("/sitemap/").status_code == 405


def test_it_costs_three_queries_whatever_it_lists(client, shelves, django_assert_num_queries):
    for _ in range(3):
        make_report(2009, category=shelves["annual-reports"])
        make_category(parent=shelves["songbei"])
    client.get("/sitemap/")  # the tree is kept from here on
    with django_assert_num_queries(3):
        client.get("/sitemap/")
