"""The daily table behind each browse count."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from disclosure.counting import count_pixel, current_count
from disclosure.models import Item

# The smallest there is: one transparent pixel.
PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
DAYS_SHOWN = 366
PLOT_DAYS = 42


def plot(rows):
    """Bars of the newest days, oldest first: (x, y, width, height) in a frame of 100 by 40 units."""
    rows = list(reversed(rows[:PLOT_DAYS]))
    highest = max((row.views for row in rows), default=0) or 1
    width = 100 / max(len(rows), 1)
    bars = []
    for place, row in enumerate(rows):
        height = 38 * row.views / highest
        bars.append(
            (f"{place * width:.2f}", f"{40 - height:.2f}", f"{width * 0.8:.2f}", f"{height:.2f}")
        )
    return bars


def _page(request, item):
    item.view_count = current_count(item)
    rows = list(item.daily_views.all()[:DAYS_SHOWN])
    newest = rows[:PLOT_DAYS]
    context = {
        "item": item,
        "rows": rows,
        "bars": plot(rows),
        "plot_days": len(newest),
        "highest": max((row.views for row in newest), default=0),
        "trail": [],
    }
    return render(request, "disclosure/item_counts.html", context)


@require_safe
def item_counts(request, index_number):
    """Counts of an item; those of a report stand at the report's address."""
    items = Item.objects.published().select_related(
        "department", "category", "annual_report__department"
    )
    item = get_object_or_404(items, index_number=index_number)
    if item.report:
        return redirect(item.get_counts_url(), permanent=True)
    return _page(request, item)


@require_safe
def report_counts(request, slug, year):
    """Counts of an annual report."""
    items = Item.objects.published().select_related(
        "department", "category", "annual_report__department"
    )
    reports = items.filter(annual_report__department__slug=slug, annual_report__year=year)
    return _page(request, get_object_or_404(reports))


@require_safe
def item_view(request, index_number):
    """One pixel that stands in the page of an item and is never kept: whoever delivered the page,
    the view is counted here.
    """
    items = Item.objects.published().only("pk", "view_count")
    count_pixel(request, get_object_or_404(items, index_number=index_number))
    return HttpResponse(PIXEL, content_type="image/gif", headers={"Cache-Control": "no-store"})
