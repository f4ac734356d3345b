"""Reading and writing the tables of a report as a whole."""

from django.db import transaction

from disclosure.choices import Status
from disclosure.models import AnnualReport, IdentityExplanation, ReportTable
from disclosure.publication import public_face_changed
from disclosure.reports.tables.numbers import stored_tables, tables_of
from statutory.layouts import layouts_for

__all__ = [
    "layouts_of",
    "published_tables",
    "published_years",
    "store_explanations",
    "store_tables",
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


def _tell_the_public(item):
    """A draft has no public face yet: nothing that follows from one need be done again."""
    if item.status == Status.PUBLISHED:
        public_face_changed(item)


@transaction.atomic
def store_tables(*, report, tables):
    """Write whole tables (`{"b": rows, …}`, None removes one); the others stay. ValidationError
    where rows do not fit.

    The report's item is locked first, so that of two writers the second waits and none is lost
    half-way.
    """
    report = (
        AnnualReport.objects.select_for_update(of=("self",))
        .select_related("item")
        .get(pk=report.pk)
    )
    for key, rows in tables.items():
        if rows is None:
            ReportTable.objects.filter(report=report, key=key).delete()
            continue
        table = ReportTable.objects.filter(report=report, key=key).first() or ReportTable(
            report=report, key=key
        )
        table.report, table.rows = report, rows
        table.save()
    _tell_the_public(report.item)
    return report


@transaction.atomic
def store_explanations(*, report, explanations):
    """Write why identities do not hold: `{code: (text, places)}`; an empty text removes one, the
    others stay.
    """
    for code, (text, places) in explanations.items():
        mine = IdentityExplanation.objects.filter(report=report, code=code)
        if not text.strip():
            mine.delete()
            continue
        values = {"text": text.strip(), "places": sorted(places)}
        IdentityExplanation.objects.update_or_create(report=report, code=code, defaults=values)
    _tell_the_public(report.item)
