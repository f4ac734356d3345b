"""What is open data may be read by the scripts of other sites, is asked what it allows, and is sent
once.

The addresses are declared here by their names and nowhere else: files, feeds, packages, the API,
the register's exports, attachments. Pages are not among them: their scripts and forms are nobody
else's.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, set_response_etag

API, API_ADDRESS = "api", "/api/v1/"
OPEN = {
    "api-catalog",
    "attachment",
    "category-feed",
    "category-list-file",
    "data-dcat",
    "data-file",
    "item-code",
    "item-feed",
    "item-file",
    "organ-feed",
    "organ-list-file",
    "organ-report-list-file",
    "register-checkpoint",
    "register-checkpoint-feed",
    "register-checkpoints",
    "register-digests",
    "register-export",
    "register-feed",
    "register-timestamp",
    "register-verifier",
    "report-code",
    "report-export-file",
    "report-file",
    "report-list-file",
    "revision-content",
    "robots",
    "rules-list-file",
    "search-feed",
    "search-list-file",
    "search-suggestions",
    "security-txt",
    "sitemap-index",
    "sitemap-section",
}
METHODS = "GET, HEAD, OPTIONS"
# What a script of another site may read beside the plain headers, and what it may ask with (Fetch
# Standard, CORS).
READABLE = "Content-Disposition, Content-Length, ETag, Link"
ASKABLE = "If-None-Match, If-Modified-Since, Range"
A_DAY = str(24 * 60 * 60)

View = Callable[[HttpRequest], HttpResponseBase]


def open_to_programs(get_response: View) -> View:
    """Middleware: the headers of CORS, an answer to OPTIONS, ETag and 304 (RFC 9110) for what is
    open data.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_open(request.path_info):
            return get_response(request)
        if request.method == "OPTIONS":
            return _allowed(HttpResponse(status=204))
        asked = request.method
        if asked == "HEAD" and request.path_info.startswith(API_ADDRESS):
            # django-ninja knows HEAD only as an operation of its own; the server leaves out the
            # body
            request.method = "GET"
        response = get_response(request)
        request.method = asked
        return _allowed(_sent_once(request, response))

    return middleware


def is_open(path: str) -> bool:
    """Whether an address is one of open data; what leads nowhere is not, but below the API."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return match.url_name in OPEN or API in match.namespaces or path.startswith(API_ADDRESS)


def _allowed(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = READABLE
    if response.status_code == 204:
        response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Allow-Headers"] = ASKABLE
        response["Access-Control-Max-Age"] = A_DAY
        response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def _sent_once(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """304 where the asker has it. A stream has the tag that its view gave it, or none."""
    if response.status_code != 200 or response.streaming:
        return response
    if not response.has_header("ETag"):
        set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response)
