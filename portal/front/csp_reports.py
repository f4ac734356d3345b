"""Where browsers report what the Content-Security-Policy has stopped.

Anybody can send anything here, so a report is worth little and costs little: at most so many bytes,
so many a minute and process, so many kinds in the table; what is kept of one is reduced to words
that this module knows. It is answered with 204 whatever becomes of it, but for what is no report at
all.
"""

import json
import re
import threading
import time
from urllib.parse import unquote, urlsplit

from csp.utils import DEFAULT_DIRECTIVES
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.front.patience import patient
from portal.models import PolicyViolation

LARGEST = 32_768  # bytes; a browser's longest report is a few thousand
REPORTS_AT_ONCE = 20
KINDS = 500  # rows; beyond them the one seen longest ago goes
PATIENCE = 2.0  # seconds
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
_WORDS = {"inline", "eval", "wasm-eval", "self", "trusted-types-policy", "trusted-types-sink"}
_SCHEMES = {
    "about",
    "blob",
    "chrome-extension",
    "data",
    "filesystem",
    "moz-extension",
    "safari-web-extension",
    "ws",
    "wss",
}
_HOST = re.compile(r"[a-z0-9.:\[\]-]{1,100}\Z")


class Allowance:
    """So many at once, and one more every `seconds`. Of this process."""

    def __init__(self, at_once, seconds):
        self.at_once, self.seconds = at_once, seconds
        self.left, self.since, self.lock = float(at_once), time.monotonic(), threading.Lock()

    def take(self):
        """Whether there is one left; then there is one less."""
        with self.lock:
            now = time.monotonic()
            self.left = min(self.at_once, self.left + (now - self.since) / self.seconds)
            self.since = now
            if self.left < 1:
                return False
            self.left -= 1
            return True


allowance = Allowance(at_once=30, seconds=2)


@csrf_exempt  # browsers send no token with a report, and no cookie
@require_POST
def csp_report(request):
    """Take one report (CSP 2, `report-uri`) or several (Reporting API, `report-to`)."""
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for kind in filter(None, map(_kind, _reports(said))):
        if not allowance.take():
            break
        try:
            with patient(PATIENCE):
                _remember(*kind)
        except DatabaseError:  # it is down or busy: a report is not worth waiting for
            break
    return HttpResponse(status=204)


def _reports(said):
    """The bodies of reports in what was sent, of either form."""
    if isinstance(said, dict):
        return [said.get("csp-report")]
    if not isinstance(said, list):
        return []
    return [
        one.get("body")
        for one in said[:REPORTS_AT_ONCE]
        if isinstance(one, dict) and one.get("type") == "csp-violation"
    ]


def _kind(report):
    """(directive, blocked, document) of a report; None where it is not about a page of ours."""
    if not isinstance(report, dict):
        return None

    def said(*names):
        return next((report[name] for name in names if isinstance(report.get(name), str)), "")

    directive = (
        said("effectiveDirective", "effective-directive", "violated-directive")
        .split(" ")[0]
        .lower()
    )
    document = _path(said("documentURL", "document-uri"))
    if document is None or directive not in DEFAULT_DIRECTIVES:
        return None
    return directive, _source(said("blockedURL", "blocked-uri")), document


def _path(address):
    """The path of a page of ours, without what the reader asked; None of any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    domain, _ = split_domain_port(parts.netloc.lower())
    if (
        parts.scheme not in ("http", "https")
        or not domain
        or not validate_host(domain, settings.ALLOWED_HOSTS)
    ):
        return None
    path = unquote(parts.path, errors="replace")
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", path)[:200]


def _source(blocked):
    """What was blocked, without path and query: whose it is matters, and what it is called may be
    somebody's secret.
    """
    blocked = blocked.strip().lower()
    if blocked in _WORDS:
        return blocked
    scheme, colon, _ = blocked.partition(":")
    if scheme in _SCHEMES:
        return scheme
    try:
        parts = urlsplit(blocked)
    except ValueError:
        return "其他"
    if colon and parts.scheme in ("http", "https") and _HOST.match(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return "其他" if blocked else "未说明"


def _remember(directive, blocked, document):
    now = timezone.now()
    with transaction.atomic():
        kind, is_new = PolicyViolation.objects.get_or_create(
            directive=directive,
            blocked=blocked,
            document=document,
            defaults={"first_at": now, "last_at": now},
        )
        if not is_new:
            PolicyViolation.objects.filter(pk=kind.pk).update(count=F("count") + 1, last_at=now)
        else:
            kept = PolicyViolation.objects.order_by("-last_at", "-pk").values("pk")[:KINDS]
            PolicyViolation.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
