"""QR codes of permanent addresses: paper leads back to the page."""

import io

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from disclosure.files.facts import absolute
from disclosure.models import AnnualReport, Item

MODULE = 4  # units of the drawing; it is scaled where it is shown


@require_safe
def item_code(request, index_number):
    """Of an item; a report's stands for the report's address."""
    items = (
        Item.objects.published().select_related("annual_report__department").defer("body", "text")
    )
    return _code(get_object_or_404(items, index_number=index_number).get_absolute_url())


@require_safe
def report_code(request, slug, year):
    """Of an annual report."""
    reports = AnnualReport.objects.published().select_related("department")
    return _code(get_object_or_404(reports, department__slug=slug, year=year).get_absolute_url())


def _code(address):
    """The drawing. Level M: 15 % of it may be lost to a fold or a stamp."""
    drawing = io.BytesIO()
    segno.make(absolute(address), error="m", micro=False).save(
        drawing, kind="svg", scale=MODULE, light="#fff"
    )
    response = HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
