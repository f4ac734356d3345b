import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Department
from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.models import AnnualReport
from disclosure.reports.matrix import ReportMatrix
from disclosure.reports.tables.deadlines import deadline
from disclosure.tests.builders import make_report

pytestmark = pytest.mark.django_db


def load(today=dt.date(2026, 2, 10)):
    return ReportMatrix(
        Department.objects.all(), AnnualReport.objects.published().with_row(), today
    )


def cell(matrix, department, year):
    row = next(row for row in matrix.rows if row.department == department)
    return next(cell for cell in row.cells if cell.year == year)


def test_deadlines_follow_article_49():
    government = Department(kind=Department.Kind.GOVERNMENT)
    bureau = Department(kind=Department.Kind.BUREAU)
    assert deadline(government, 2025) == dt.date(2026, 3, 31)
    assert deadline(bureau, 2025) == dt.date(2026, 1, 31)
    assert deadline(bureau, 2018) == dt.date(2019, 3, 31)


def test_years_run_from_the_last_whole_one_back_to_2008():
    assert load().years == list(range(2025, 2007, -1))


def test_a_missing_report_is_a_gap_only_once_it_is_due():
    bureau = make_department()
    government = make_department(kind=Department.Kind.GOVERNMENT)
    assert cell(load(), bureau, 2025).is_gap
    assert not cell(load(), government, 2025).is_gap
    assert cell(load(dt.date(2026, 4, 1)), government, 2025).is_gap


def test_an_organ_owes_no_report_for_years_it_did_not_exist_in():
    organ = make_department(active_from=dt.date(2019, 3, 1), active_until=dt.date(2023, 6, 30))
    matrix = load()
    assert not cell(matrix, organ, 2018).is_expected
    assert cell(matrix, organ, 2019).is_gap
    assert not cell(matrix, organ, 2023).is_expected


def test_it_says_which_reports_came_late():
    late = make_report(2024, published_at=timezone.make_aware(dt.datetime(2025, 2, 1, 0, 5)))
    punctual = make_report(2023, published_at=timezone.make_aware(dt.datetime(2024, 1, 31, 23, 55)))
    matrix = load()
    assert cell(matrix, late.department, 2024).is_late
    assert not cell(matrix, punctual.department, 2023).is_late


def test_organs_from_outside_stand_apart_and_owe_nothing():
    outside = make_report(
        2023, department=make_department(kind=Department.Kind.OUTSIDE)
    ).department  # listed in 2026
    make_department(kind=Department.Kind.OUTSIDE)
    matrix = load()
    assert [row.department for row in matrix.outside] == [outside]
    assert matrix.outside[0].gaps == 0
    assert not cell(matrix, outside, 2023).is_late


def test_it_hides_drafts():
    report = make_report(2024, status=Status.DRAFT)
    assert cell(load(), report.department, 2024).is_gap


def test_it_costs_two_queries_whatever_it_shows(django_assert_num_queries):
    for year in (2022, 2023, 2024):
        make_report(year)
    with django_assert_num_queries(2):
        matrix = ReportMatrix.load()
        assert [
            cell.report.get_absolute_url()
            for row in matrix.rows
            for cell in row.cells
            if cell.report
        ]
