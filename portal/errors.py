"""Error pages in the house's style: what happened, what to do, and the ways on."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request, exception=None):
    """400. Rendered without the request: its Host header may be what is bad."""
    # Our own BadRequest speaks to the reader; Django's SuspiciousOperation speaks English to the log.
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return HttpResponse(render_to_string("400.html", {"site": settings.SITE, "reason": reason}), status=400)


def forbidden(request, exception=None):
    """403."""
    return render(request, "403.html", status=403)


def form_expired(request, reason=""):
    """403 for a form whose CSRF token does not fit: usually a page left open too long, or cookies switched off."""
    return render(request, "403.html", {"is_form_expired": True}, status=403)


def not_found(request, exception=None):
    """404."""
    return render(request, "404.html", status=404)


def server_error(request):
    """500. Neither request, context processors, database nor any tag of ours: whatever broke may be among them."""
    return HttpResponse(render_to_string("500.html", {"site": settings.SITE}), status=500)
