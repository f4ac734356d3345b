"""Editions of many items, read a few at a time."""

from django.db.models import Prefetch

from disclosure.files.facts import Edition
from disclosure.models import AnnualReport, Item, Revision

REPORTS_AT_ONCE = 20


def public_items():
    """Public items with all that their files show."""
    revisions = Prefetch("revisions", queryset=Revision.objects.select_related("entry"))
    return (
        Item.objects.published()
        .with_relations()
        .prefetch_related("annual_report__explanations", revisions)
    )


def chosen_reports(*, organs=(), years=()):
    """Public reports of these organs on these years, all where none are named: by organ, then by
    year.
    """
    reports = AnnualReport.objects.published()
    if organs:
        reports = reports.filter(department__in=organs)
    if years:
        reports = reports.filter(year__in=years)
    return reports.order_by("department__position", "department__pk", "year")


def editions(reports, *, skip=0):
    """The editions of reports in their order, from a place on; what is withdrawn meanwhile is left
    out.
    """
    yield from editions_of(list(reports.values_list("item_id", flat=True)[skip:]))


def editions_of(numbers):
    """The editions of items by their ids, in this order."""
    for first in range(0, len(numbers), REPORTS_AT_ONCE):
        some = numbers[first : first + REPORTS_AT_ONCE]
        items = public_items().in_bulk(some)
        yield from (Edition(items[number]) for number in some if number in items)
