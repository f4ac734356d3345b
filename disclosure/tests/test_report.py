import pytest
from django.db import IntegrityError

from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.models import AnnualReport
from disclosure.models.reports.report import Regime
from disclosure.tests.builders import make_item, make_report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("year", "regime"),
    [
        (2008, Regime.NARRATIVE),
        (2013, Regime.NARRATIVE),
        (2014, Regime.STATISTICS),
        (2018, Regime.STATISTICS),
        (2019, Regime.FORMAT_2019),
        (2020, Regime.FORMAT_2019),
        (2021, Regime.FORMAT_2021),
        (2026, Regime.FORMAT_2021),
    ],
)
def test_the_year_decides_the_form(year, regime):
    assert make_report(year).regime == regime


def test_the_database_keeps_one_report_an_organ_and_year():
    department = make_department()
    make_report(2024, department=department)
    with pytest.raises(IntegrityError):
        make_report(2024, department=department)


def test_the_database_refuses_a_report_on_a_year_before_the_regulation():
    with pytest.raises(IntegrityError):
        AnnualReport.objects.create(
            item=make_item(), department=make_department(), year=2007, regime="narrative"
        )


def test_published_passes_through_the_one_gate():
    public = make_report(2024)
    make_report(2023, status=Status.DRAFT)
    assert list(AnnualReport.objects.published()) == [public]


def test_its_item_lives_at_the_reports_address():
    report = make_report(2009, department=make_department("松北区人民政府", slug="songbei"))
    assert report.item.get_absolute_url() == "/reports/songbei/2009/"
