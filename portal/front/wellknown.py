"""Addresses that browsers and strangers ask without being told: /.well-known/security.txt and
/favicon.ico.
"""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.files.facts import absolute

# RFC 9116 recommends less than a year; whoever takes the portal over is then not asked for long at
# the old address.
DAYS_VALID = 180
A_DAY = "public, max-age=86400"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where a weakness is reported (RFC 9116). Not there while `SECURITY_CONTACT` is empty: the
    standard asks for a contact.

    It runs out `DAYS_VALID` days after the first of the present month, so that it is the same file
    for a month.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404("没有设置 SECURITY_CONTACT")
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    expires = (first + dt.timedelta(days=DAYS_VALID)).astimezone(dt.UTC)
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
        f"Canonical: {absolute(reverse('security-txt'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = A_DAY
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """To the icon among the static files, whose name changes with its content."""
    response = HttpResponseRedirect(static("img/favicon.ico"))
    response["Cache-Control"] = A_DAY
    return response
