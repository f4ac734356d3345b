"""Guessing of passwords and codes: django-axes counts and refuses, here is what it counts by and
what people see of it.
"""

import datetime as dt
import fcntl
import ipaddress
import time
import unicodedata
import zlib
from contextlib import contextmanager
from pathlib import Path

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Max, Sum
from django.shortcuts import render
from django.utils import timezone

from background.places import NoPlaceError
from ledger.pages.addresses import client_address

LOGIN_LOCK_KEY = 0x1A47A4  # any constant, the same in every process
LOCK_FILES = 64
PATIENCE = 5  # seconds for those who sign in from the same address
LONGEST_NAME = 150  # characters; longer ones are nobody's


def address_of_the_client(request):
    """What failures are counted by: an address; of IPv6 the network of one connection (/64), whose
    owner has all addresses of it.

    For django-axes, whose column takes addresses only; a server without one (a socket) counts as
    one client.
    """
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return str(
        address
        if address.version == 4
        else ipaddress.ip_network((address, 64), strict=False).network_address
    )


def one_spelling(name):
    """A name without case, width, blanks, marks nobody sees and forms of Unicode: what makes two
    spellings one name.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = (character for character in name if unicodedata.category(character)[0] not in {"Z", "C"})
    return "".join(seen)[:LONGEST_NAME]


def name_counted(request, credentials=None):
    """For django-axes (AXES_USERNAME_CALLABLE)."""
    name = (credentials or {}).get("username") or request.POST.get("username")
    return one_spelling(name) if name else name


@contextmanager
def one_at_a_time(request):
    """Within it nobody else tries to sign in from this address. Raises NoPlaceError where others
    take longer than `PATIENCE`.

    axes counts a failure after the password was checked: of many attempts that arrive together all
    would be checked before the first is counted. PostgreSQL keeps an advisory lock; on SQLite,
    which stands on one machine, it is a file, so that the third of a second a check takes does not
    hold up everybody who writes.
    """
    number = zlib.crc32(str(address_of_the_client(request)).encode())
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            try:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE}s"])
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, %s)", [LOGIN_LOCK_KEY, number - 2**31]
                )
            except OperationalError as error:
                raise NoPlaceError from error
            yield
        return
    folder = Path(settings.DATA_DIR) / "login-locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{number % LOCK_FILES}").open("w") as file:
        _wait_for(file)
        yield


def _wait_for(file):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise NoPlaceError from error
        time.sleep(0.02)


def failures():
    """Those that still count."""
    return AccessAttempt.objects.filter(
        attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )


def address_locked_until(address):
    """When names may be tried from this address again; None: now.

    Counted are names, not failures: whoever mistypes their own password five times locks themselves
    out and nobody else of the office behind the address, and whoever gets in is no longer counted.
    """
    last = (
        failures().filter(ip_address=address).values("username").annotate(last=Max("attempt_time"))
    )
    moments = list(
        last.order_by("-last").values_list("last", flat=True)[: settings.LOGIN_NAMES_PER_ADDRESS]
    )
    if len(moments) < settings.LOGIN_NAMES_PER_ADDRESS:
        return None
    return moments[-1] + settings.AXES_COOLOFF_TIME


def name_locked_until(address, username):
    """When this name may be tried again from this address; None: now."""
    found = failures().filter(ip_address=address, username=one_spelling(username))
    found = found.aggregate(number=Sum("failures_since_start"), last=Max("attempt_time"))
    if (found["number"] or 0) < settings.AXES_FAILURE_LIMIT:
        return None
    return found["last"] + settings.AXES_COOLOFF_TIME


def refusal(request):
    """The page that says that no name may be tried from this address now, or None. No password is
    looked at, nothing is counted.
    """
    until = address_locked_until(address_of_the_client(request))
    return None if until is None else _refused(request, until, is_address=True)


def is_locked(request, username):
    """Whether this name may not be tried from this address now; the request is then answered by
    `locked_out`.
    """
    is_address = address_locked_until(address_of_the_client(request)) is not None
    if not is_address and AxesProxyHandler.is_allowed(request, {"username": username}):
        return False
    request.axes_locked_out, request.axes_credentials = True, {"username": username}
    return True


def locked_out(request, response=None, credentials=None):
    """429 and what to do (AXES_LOCKOUT_CALLABLE)."""
    address, username = address_of_the_client(request), (credentials or {}).get("username") or ""
    of_name, of_address = name_locked_until(address, username), address_locked_until(address)
    until = max((moment for moment in (of_name, of_address) if moment), default=timezone.now())
    return _refused(request, until, is_address=of_name is None and of_address is not None)


def _refused(request, until, *, is_address):
    context = {
        "title": "登录已锁定",
        "until": until,
        "is_address": is_address,
        "failures": settings.AXES_FAILURE_LIMIT,
        "names": settings.LOGIN_NAMES_PER_ADDRESS,
    }
    page = render(request, "admin/locked_out.html", context, status=429)
    page["Retry-After"] = max(int((until - timezone.now()).total_seconds()), 1)
    page["Cache-Control"] = "no-store"
    return page


def unlock(username):
    """Let a name be tried again, from wherever it failed; how many counts were dropped."""
    return AccessAttempt.objects.filter(username=one_spelling(username)).delete()[0]


def unlock_address(address):
    """Let all names be tried again from an address; how many counts were dropped."""
    return AccessAttempt.objects.filter(ip_address=address).delete()[0]


def forget_old_failures():
    """A step of tick: failures that lock nobody any more."""
    before = timezone.now() - settings.AXES_COOLOFF_TIME - dt.timedelta(minutes=1)
    return AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0], 0
