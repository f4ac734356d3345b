"""Middleware: what stands between a request and the desk once it is known who asks.

Somebody whose session is over is told why, and a form they sent is kept for them; somebody with a
duty (a password to change, a second factor to set up) is sent there and nowhere else.
"""

from urllib.parse import urlencode

from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from portal.accounts import passwords, second_factor, sessions
from portal.accounts.networks import is_desk

OPEN = {"login", "logout", "jsi18n", "has-signed-in"}
# {duty: (where it is done, pages that stay open meanwhile)}
PLACES = {
    "password": ("admin:password_change", {"password_change", "password_change_done"}),
    "second-factor": ("admin:second-factor", {"second-factor", "second-factor-codes"}),
}
KEPT_OUT = "password"  # fields named so are never handed back in a page


class DeskRules:
    """After the view is chosen, because the rules ask which page it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """None where the page may be given."""
        name = request.resolver_match.url_name
        if not is_desk(request.path) or name in OPEN or request.resolver_match.app_name != "admin":
            return None
        if not request.user.is_authenticated:
            return ended(request) if request.session_ended else None
        duty = next(iter(request.session.get(sessions.DUTIES, ())), None)
        if duty is None or name in PLACES[duty][1]:
            return None
        return HttpResponseRedirect(reverse(PLACES[duty][0]))


def duties_of(user):
    """What somebody has to do before anything else, in this order. Asked at the log-in only: a rule
    that becomes due while somebody writes does not cost them what they wrote.
    """
    found = {
        "password": bool(passwords.must_change(user)),
        "second-factor": second_factor.must_enrol(user),
    }
    return [duty for duty, is_due in found.items() if is_due]


def done(request, duty):
    """A duty is fulfilled."""
    request.session[sessions.DUTIES] = [
        other for other in request.session.get(sessions.DUTIES, ()) if other != duty
    ]


def ended(request):
    """The answer to somebody whose session is over: the log-in, or the page that keeps what they
    sent.
    """
    reason = request.session_ended
    if request.session.session_key:
        request.session.flush()
    if request.resolver_match.url_name in sessions.MADE_BY_THE_PAGE:
        return JsonResponse({"ended": sessions.reasons()[reason]}, status=403)
    if request.method == "POST":
        return offer_again(request, reason)
    query = urlencode({"next": request.get_full_path(), "ended": reason})
    return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")


def may_be_kept(request):
    """Whether what was posted may be handed back in a page: sent from a page of ours, and no
    password in it.
    """
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    own = own or request.headers.get("Sec-Fetch-Site") == "same-origin"
    return own and is_desk(request.path) and not any(KEPT_OUT in name for name in request.POST)


def offer_again(request, reason=""):
    """403 with the fields that were sent, ready to be sent again (a token of the log-in that
    follows is asked for then).
    """
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "title": "已退出登录" if reason else "请再提交一次",
        "reason": sessions.reasons().get(reason, ""),
        "fields": [
            field
            for field in fields
            if field[0] != "csrfmiddlewaretoken" and KEPT_OUT not in field[0]
        ],
        "has_password": any(KEPT_OUT in name for name, _ in fields),
        "files": [file.name for files in request.FILES.lists() for file in files[1]],
        "address": request.get_full_path(),
        "has_permission": False,
        "is_nav_sidebar_enabled": False,
    }
    return render(request, "admin/kept.html", context, status=403)
