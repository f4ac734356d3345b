"""A package of annual reports for whoever examines them."""

import datetime as dt

from django.http import QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from background.jobs import TooManyJobsError
from background.models import Job
from background.places import Holding, NoPlaceError, take
from catalog.models import Section
from disclosure.files.formats import FORMATS
from disclosure.files.forms import ExportForm
from disclosure.files.jobs import enqueue_package, package_key
from disclosure.files.package import stream_package
from disclosure.pages.browsing import load_tree

SECONDS_BETWEEN = 2
SECONDS_WHEN_BUSY = 10
GOOD_FOR = dt.timedelta(hours=1)  # after that it is looked again whether all files are there


@require_safe
def report_export(request):
    """The choice; then how far the files are that a job makes; then the package. The page asks for
    itself again, without JavaScript.
    """
    form = ExportForm(request.GET or None)
    node = load_tree().section(Section.REPORTS)
    context = {"form": form, "node": node, "trail": node.trail if node else []}
    if not form.is_valid():
        return render(request, "disclosure/report_export.html", context)
    query = _query(form)
    again = f"{request.path}?{query.urlencode()}"
    job, is_ready = _prepared(form, query, again)
    context |= {
        "job": job,
        "done": form.number if is_ready else min(job.done, form.number) if job else 0,
        "number": form.number,
        "is_ready": is_ready,
        "again": again,
        "package": f"{reverse('report-export-file')}?{query.urlencode()}",
    }
    response = render(request, "disclosure/report_export.html", context)
    if not is_ready and not (job and job.state == Job.State.FAILED):
        response["Refresh"] = f"{SECONDS_BETWEEN if job else SECONDS_WHEN_BUSY}; url={again}"
    return response


def _prepared(form, query, address):
    """(the job that makes the files, whether all are there). The job is None where there is nothing
    to make, or the queue is full.
    """
    if not any(FORMATS[extension].is_heavy for extension in form.order.formats):
        return None, True
    lately = timezone.now() - GOOD_FOR
    job = Job.objects.filter(key=package_key(query), queued_at__gt=lately).first()
    if job is None:
        try:
            job = enqueue_package(form, query, address)
        except TooManyJobsError:
            return None, False
    return job, job.state == Job.State.DONE


@require_safe
def report_export_file(request):
    """The package as a stream; a choice that makes no sense leads back to the form, which says so."""
    form = ExportForm(request.GET or None)
    if not form.is_valid():
        return render(
            request, "disclosure/report_export.html", {"form": form, "trail": []}, status=400
        )
    try:
        take("package")
    except NoPlaceError:
        response = render(
            request,
            "disclosure/report_export.html",
            {"form": form, "trail": [], "is_full": True},
            status=503,
        )
        response["Retry-After"] = SECONDS_WHEN_BUSY
        return response
    response = StreamingHttpResponse(
        Holding("package", stream_package(form.order)), content_type="application/zip"
    )
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
