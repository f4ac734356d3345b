"""How long somebody stays signed in, and that it is in one place only (GB/T 22239-2019, 8.1.4.1 b).

The rules hold wherever `request.user` is asked for, not on the pages of the desk alone: a session
that is over is nobody's, whichever view looks. Nothing of the session is touched until then, so a
reader's page knows nothing of it.
"""

import secrets
import time
from functools import partial

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from ledger.pages.addresses import client_address
from portal.accounts.models import AccountState
from portal.accounts.networks import is_desk, may_come_in

STARTED, SEEN, TOKEN = "signed_in_at", "seen_at", "sign_in"
DUTIES = "duties"  # what has to be done before anything else (portal/accounts/desk.py)
# A session is written once a minute at most: a write costs a lock on SQLite.
NOTED_EVERY_SECONDS = 60
# Requests a page makes by itself: somebody who has left the room is idle though a form is open.
MADE_BY_THE_PAGE = {
    *("disclosure_item_presence", "disclosure_annualreport_presence", "jsi18n"),
    *("disclosure_item_keep", "disclosure_annualreport_keep"),
}


def reasons():
    """{code: what somebody is told whose session is over}."""
    return {
        "idle": f"您已超过 {settings.SESSION_IDLE_MINUTES} 分钟没有操作，为安全起见已退出登录。",
        "long": f"您登录已满 {settings.SESSION_HOURS} 小时，为安全起见须重新登录。",
        "elsewhere": "您的账号已在别处登录，这里的登录已失效。如果不是您本人登录的，请立即修改口令并告知系统管理员。",
        "revoked": "您的登录已失效：口令已经修改，或者账号已停用。",
    }


class SignedIn(AuthenticationMiddleware):
    """Django's own, with the rules above; `request.session_ended` says why somebody is no longer
    signed in.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(partial(current_user, request))
        request.auser = sync_to_async(partial(current_user, request))


def current_user(request):
    """Who is signed in, or the anonymous user."""
    if not hasattr(request, "present_user"):
        had_signed_in = auth.SESSION_KEY in request.session
        user = auth.get_user(request)
        request.session_ended = ""
        if not user.is_authenticated:
            request.session_ended = "revoked" if had_signed_in else ""
        elif reason := why_over(request.session, user):
            request.session_ended, user = reason, AnonymousUser()
        elif not is_desk(request.path) and _is_kept_from_the_desk(request):
            user = AnonymousUser()
        else:
            _note(request)
        request.present_user = user
    return request.present_user


def _is_kept_from_the_desk(request):
    """Whether the desk would not be opened. Then nothing of it is given elsewhere either: files of
    drafts, say.
    """
    return bool(request.session.get(DUTIES)) or not may_come_in(client_address(request))


def why_over(session, user):
    """The code of the reason why a session no longer counts; empty where it does."""
    now = time.time()
    state = getattr(user, "account_state", None)
    if state is None or session.get(TOKEN) != state.session_token:
        return "elsewhere" if TOKEN in session else "long"
    if now - session[STARTED] > settings.SESSION_HOURS * 3600:
        return "long"
    if now - session[SEEN] > settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    return ""


def _note(request):
    match = getattr(request, "resolver_match", None)
    by_itself = (
        match is not None and match.url_name in MADE_BY_THE_PAGE and "active" not in request.POST
    )
    now = int(time.time())
    if not by_itself and now - request.session[SEEN] >= NOTED_EVERY_SECONDS:
        request.session[SEEN] = now


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    """A new session (Django has given it a new key); any earlier one of the account is over."""
    now, token = int(time.time()), secrets.token_hex(16)
    request.session.update({STARTED: now, SEEN: now, TOKEN: token})
    user.account_state, _ = AccountState.objects.update_or_create(
        user=user, defaults={"session_token": token}
    )


def purge():
    """A step of tick: rows of sessions that are over (GB/T 22239-2019, 8.1.4.10)."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0], 0
