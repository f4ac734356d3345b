"""Reading and writing the tables of a report as a whole."""

from disclosure.models import AnnualReport, ReportTable
from disclosure.reports.tables.numbers import stored_tables, tables_of
from statutory.layouts import layouts_for

__all__ = [
    "layouts_of",
    "published_tables",
    "published_years",
    "stored_tables",
    "tables_of",
]


def published_years():
    """[(table, title, years with a public report that holds it, newest first)] of the tables of the
    forms; one query.
    """
    rows = ReportTable.objects.filter(
        report__in=AnnualReport.objects.published(), key__in=("a", "b", "c")
    )
    found = {}
    for key, year in (
        rows.order_by("key", "-report__year").values_list("key", "report__year").distinct()
    ):
        found.setdefault(key, []).append(year)
    return [(key, ReportTable.Key(key).label, years) for key, years in found.items()]


def published_tables(department):
    """[(table, title)] that an organ's public reports hold; one query."""
    reports = AnnualReport.objects.published().filter(department=department)
    keys = set(
        ReportTable.objects.filter(report__in=reports)
        .order_by()
        .values_list("key", flat=True)
        .distinct()
    )
    return [(key, title) for key, title in ReportTable.Key.choices if key in keys]


def layouts_of(report):
    """The forms of a report's tables by key; empty before 2019."""
    return layouts_for(report.regime)
