"""A package of annual reports for whoever examines them."""

import time

from django.http import QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Section
from disclosure.exports.editions import editions
from disclosure.exports.failures import BusyError, ExportError
from disclosure.exports.formats import FORMATS
from disclosure.exports.forms import ExportForm
from disclosure.exports.package import stream_package
from disclosure.exports.store import stored_file
from disclosure.views import load_tree

SECONDS_AT_ONCE = 2
SECONDS_BETWEEN = 1
SECONDS_WHEN_BUSY = 10


@require_safe
def report_export(request):
    """The choice; then, request by request, the files that are not there yet, and how far it is; then the package.

    The page asks for itself again until all is made, without JavaScript: each request does a few seconds of work.
    """
    form = ExportForm(request.GET or None)
    node = load_tree().section(Section.REPORTS)
    context = {"form": form, "node": node, "trail": node.trail if node else []}
    if not form.is_valid():
        return render(request, "disclosure/report_export.html", context)
    done, is_busy = _prepare(form.order, form.cleaned_data["done"] or 0)
    query = _query(form)
    is_ready = done >= form.number
    query["done"] = str(done)
    context |= {
        "done": min(done, form.number),
        "number": form.number,
        "is_ready": is_ready,
        "is_busy": is_busy,
        "again": f"{request.path}?{query.urlencode()}",
        "package": f"{reverse('report-export-file')}?{_query(form).urlencode()}",
    }
    response = render(request, "disclosure/report_export.html", context)
    if not is_ready:
        response["Refresh"] = f"{SECONDS_WHEN_BUSY if is_busy else SECONDS_BETWEEN}; url={context['again']}"
    return response


@require_safe
def report_export_file(request):
    """The package as a stream; a choice that makes no sense leads back to the form, which says so."""
    form = ExportForm(request.GET or None)
    if not form.is_valid():
        return render(request, "disclosure/report_export.html", {"form": form, "trail": []}, status=400)
    response = StreamingHttpResponse(stream_package(form.order), content_type="application/zip")
    name = "filename=\"reports.zip\"; filename*=UTF-8''%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.zip"
    response["Content-Disposition"] = f"attachment; {name}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _query(form):
    """The choice as it is understood, without anything else an address may carry."""
    query = QueryDict(mutable=True)
    query.setlist("organ", [organ.slug for organ in form.cleaned_data["organ"]])
    for name in ("year", "format", "part"):
        query.setlist(name, form.cleaned_data[name])
    return query


def _prepare(order, done):
    """Make the files of as many reports as a few seconds allow, from `done` on. Returns (reports done, whether others work)."""
    formats = [FORMATS[extension] for extension in order.formats if FORMATS[extension].is_heavy]
    until = time.monotonic() + SECONDS_AT_ONCE
    if not formats:
        return order.reports.count(), False
    for edition in editions(order.reports, skip=done):
        for file_format in formats:
            try:
                stored_file(edition, file_format, is_bulk=True)
            except BusyError:
                return done, True
            except ExportError:
                continue  # the package says so in its readme
        done += 1
        if time.monotonic() > until:
            return done, False
    return max(done, order.reports.count()), False
