"""Guessing of passwords and codes: django-axes counts and refuses, here is what people and the record see of it."""

import datetime as dt
import fcntl
import zlib
from contextlib import contextmanager
from pathlib import Path

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection, transaction
from django.shortcuts import render
from django.utils import timezone

from ledger.addresses import client_address

LOGIN_LOCK_KEY = 0x1A47A4  # any constant, the same in every process
LOCK_FILES = 64


def address_of_the_client(request):
    """For django-axes, whose column takes addresses only; a server without one (a socket) counts as one client."""
    return client_address(request) or None


@contextmanager
def one_at_a_time(request, username):
    """Within it nobody else tries this name from this address.

    axes counts a failure after the password was checked: of many attempts that arrive together all would be checked
    before the first is counted. PostgreSQL keeps an advisory lock; on SQLite, which stands on one machine, it is a file,
    so that the third of a second a check takes does not hold up everybody who writes.
    """
    number = zlib.crc32(f"{username}\n{client_address(request)}".encode(errors="replace"))
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOGIN_LOCK_KEY, number - 2**31])
            yield
        return
    folder = Path(settings.DATA_DIR) / "login-locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{number % LOCK_FILES}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(request, username):
    """Whether this name may not be tried from this address now; the request is then answered by `locked_out`."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return False
    request.axes_locked_out, request.axes_credentials = True, {"username": username}
    return True


def locked_out(request, response=None, credentials=None):
    """429 and what to do (AXES_LOCKOUT_CALLABLE)."""
    username = (credentials or {}).get("username") or ""
    failures = AccessAttempt.objects.filter(username=username, ip_address=address_of_the_client(request))
    last = failures.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    until = last + settings.AXES_COOLOFF_TIME
    page = render(request, "admin/locked_out.html", {"title": "登录已锁定", "until": until}, status=429)
    page["Retry-After"] = max(int((until - timezone.now()).total_seconds()), 1)
    page["Cache-Control"] = "no-store"
    return page


def unlock(username):
    """Let a name be tried again, from wherever it failed; how many counts were dropped."""
    return AccessAttempt.objects.filter(username=username).delete()[0]


def forget_old_failures():
    """A step of tick: failures that lock nobody any more."""
    before = timezone.now() - settings.AXES_COOLOFF_TIME - dt.timedelta(minutes=1)
    return AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0], 0
