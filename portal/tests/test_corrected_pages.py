"""From a page of the portal to the form that corrects it: its name, its organ, and nothing of what
is not public.
"""

import pytest

from disclosure.choices import Status
from disclosure.tests.builders import make_item, make_report
from inquiries.models import ErrorReport, FormUse
from inquiries.tests.builders import WORDS, stamp

pytestmark = pytest.mark.django_db
ADDRESS = "/corrections/new/"


def post(client, **words):
    return client.post(ADDRESS, {**WORDS, "stamp": stamp(), **words})


def said(response):
    return response.content.decode()


def test_it_goes_to_the_organ_of_the_page(client, shelves, government):
    item = make_item(
        "公开的信息", category=shelves["personnel"], index_number="G/1", department=government
    )
    report = make_report(2011, department=government, category=shelves["annual-reports"])
    for page, title in (
        ("/items/G/1/", item.title),
        ("/items/G/1/history/", item.title),
        ("/reports/songbei/2011/", report.item.title),
        ("/organs/songbei/", government.name),
    ):
        assert title in said(client.get(ADDRESS, {"page": page}))
        post(client, page=page)
        correction = ErrorReport.objects.latest("pk")
        assert (correction.page_title, correction.department) == (title, government)
        FormUse.objects.all().delete()


def test_a_column_has_a_name_too(client, shelves):
    post(client, page="/catalog/personnel/")
    assert ErrorReport.objects.get().page_title == "人事任免"


def test_of_what_is_not_public_nothing_is_told(client, shelves, government):
    make_item("绝不公开", category=shelves["personnel"], index_number="G/2", status=Status.DRAFT)
    page = client.get(ADDRESS, {"page": "/items/G/2/"})
    assert "绝不公开" not in said(page)
    post(client, page="/items/G/2/")
    assert ErrorReport.objects.get().department is None


def test_each_page_leads_here_with_its_own_path(client, shelves, government):
    make_item(
        "公开的信息", category=shelves["personnel"], index_number="G/1", department=government
    )
    make_report(2011, department=government, category=shelves["annual-reports"])
    for path in ("/items/G/1/", "/reports/songbei/2011/", "/catalog/personnel/"):
        assert f'href="/corrections/new/?page={path}"' in said(client.get(f"{path}?sort=oldest"))
