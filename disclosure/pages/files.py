"""Every public item and report as a file, under its own address with an extension."""

import logging
from urllib.parse import quote

from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from background.jobs import TooManyJobsError
from background.places import NoPlaceError, place
from disclosure.files.editions import public_items
from disclosure.files.facts import Edition
from disclosure.files.formats import FORMATS
from disclosure.files.jobs import enqueue_file
from disclosure.files.store import found_file, key_of, stored_file
from disclosure.models import AnnualReport, Item
from disclosure.pages.browsing import withdrawal_notice
from documents.files.failures import BusyError, ConversionError, NothingToExportError, TooLargeError

logger = logging.getLogger(__name__)
SECONDS_UNTIL_NEXT_TRY = 15  # where the queue is full
SECONDS_BETWEEN = 3  # where it is the reader's turn soon
PATIENCE = 0.5  # seconds for another's work on a file of a light format
# Each failure with its status: what the page says stands in the template.
_STATUS = {BusyError: 503, ConversionError: 503, TooLargeError: 413, NothingToExportError: 404}


@require_safe
def item_file(request, index_number, extension):
    """An item in one format. A report's files stand at the report's address."""
    item = public_items().filter(index_number=index_number).first()
    if item is None:
        return _notice(request, index_number=index_number)
    if item.report:
        return redirect(item.kind.address("file", extension), permanent=True)
    return _file(request, item, extension)


@require_safe
def report_file(request, slug, year, extension):
    """An annual report in one format."""
    reports = AnnualReport.objects.filter(department__slug=slug, year=year)
    item = public_items().filter(annual_report__in=reports).first()
    if item is None:
        return _notice(request, annual_report__in=reports)
    return _file(request, item, extension)


def _notice(request, **which):
    """A withdrawn item leaves its notice here too, as gone: a program must not keep the notice for
    the file.
    """
    withdrawn = Item.objects.withdrawn().select_related("department", "annual_report__department")
    response = withdrawal_notice(request, get_object_or_404(withdrawn, **which))
    response.status_code = 410
    return response


def _file(request, item, extension):
    file_format = FORMATS[extension]
    edition = Edition(item)
    etag = f'"{key_of(edition, extension)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            path = _path(edition, file_format)
        except BusyError:
            return _queued(request, edition, file_format)
        except tuple(_STATUS) as error:
            return _failure(request, item, file_format, error)
        response = FileResponse(path.open("rb"), content_type=file_format.content_type)
        response["Content-Disposition"] = disposition(edition, file_format)
    response["ETag"] = etag
    response["Cache-Control"] = (
        "public, no-cache"  # asked about each time: what is withdrawn must be gone
    )
    response["Link"] = f'<{edition.facts["address"]}>; rel="canonical"'
    response["X-Content-Type-Options"] = "nosniff"
    # A header set here wins over the site's policy: the file shows itself and runs nothing.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src data: 'unsafe-inline'; img-src data:; sandbox"
    )
    return response


def _path(edition, file_format):
    """The file; made at once where a place is free, for that takes a second. No thread waits for
    one. Raises an ExportError.
    """
    if not file_format.is_heavy:
        return stored_file(edition, file_format, patience=PATIENCE)
    if path := found_file(edition, file_format):
        return path
    try:
        with place("file"):
            return stored_file(edition, file_format, patience=0)
    except NoPlaceError as error:
        raise BusyError from error


def _queued(request, edition, file_format):
    """How far the file is; the page asks again by itself, and a program by Retry-After."""
    try:
        job = enqueue_file(edition, file_format)
    except TooManyJobsError:
        return _failure(request, edition.item, file_format, BusyError())
    response = _failure(request, edition.item, file_format, BusyError(), job=job)
    response["Retry-After"] = SECONDS_BETWEEN
    response["Refresh"] = f"{SECONDS_BETWEEN}; url={request.path}"
    return response


def disposition(edition, file_format):
    """The file's name twice (RFC 6266): in ASCII for old programs, in Chinese (RFC 5987) for all
    others.
    """
    kind = "inline" if file_format.is_shown else "attachment"
    plain = "".join(
        character if character.isalnum() else "-"
        for character in edition.item.index_number or "file"
    )
    plain = plain.encode("ascii", "ignore").decode() or "file"
    name = quote(f"{edition.file_stem}.{file_format.extension}", safe="")
    return f"{kind}; filename=\"{plain}.{file_format.extension}\"; filename*=UTF-8''{name}"


def _failure(request, item, file_format, error, job=None):
    if isinstance(error, ConversionError):
        logger.error("%s of %s cannot be made: %s", file_format.extension, item.index_number, error)
    context = {
        "item": item,
        "file_format": file_format,
        "failure": type(error).__name__,
        "job": job,
        "others": [one for one in FORMATS.values() if not one.is_heavy and not one.is_table],
    }
    response = render(request, "disclosure/file_failed.html", context, status=_STATUS[type(error)])
    response["Cache-Control"] = "no-store"
    if isinstance(error, BusyError):
        response["Retry-After"] = SECONDS_UNTIL_NEXT_TRY
    return response
