"""What is kept of something that has left the public's sight: cleared on every machine, at once and
again by `tick`.

Rooms declare what they keep on a machine with `clears`. A machine clears where more was taken away
than when it last did; a takedown is finished when all machines at work have. Nothing here decides
what the public reads: that changed with the act itself.
"""

import contextlib
import datetime as dt
import logging
import os
import socket
import tempfile
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import PublicStamp
from disclosure.models import Node, Takedown
from disclosure.models.written import lying_packages
from search.indexing import rebuild

logger = logging.getLogger(__name__)
_CLEARERS = []


def clears(function):
    """Declare what this machine keeps: a function of `erased` (whether no word may be left, not
    even unread). Safe to repeat.
    """
    _CLEARERS.append(function)
    return function


def node():
    """The name of this machine, kept beside its journals: containers that share that folder are one
    machine, whatever each is called.
    """
    place = Path(settings.JOURNAL_DIR) / "machine"
    with contextlib.suppress(FileNotFoundError):
        return place.read_text()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=place.parent, prefix="new-") as file:
        file.write(f"{socket.gethostname()[:200]} {uuid.uuid4().hex[:12]}")
        file.flush()
        with contextlib.suppress(FileExistsError):  # another process was quicker
            os.link(file.name, place)
    return place.read_text()


def taken_away():
    """How often anything was taken out of public view, as text."""
    return PublicStamp.objects.reading().partition(".")[0]


def is_behind(taken):
    """Whether more was taken away than this machine has cleared."""
    try:
        return _mark().read_text() != taken
    except OSError:
        return True


def _mark():
    """Beside the journals: a folder of this machine's own."""
    return Path(settings.JOURNAL_DIR) / "cleared"


def clear_node():
    """Clear what this machine keeps. A part that fails is logged, and all of it comes again with
    the next call. Whether all went.
    """
    # Before: what is taken away meanwhile is cleared by the next.
    taken, key = taken_away(), Takedown.objects.newest_key()
    done = Node.objects.filter(name=node()).values_list("cleared_until", flat=True).first()
    erased = Takedown.objects.erasing().filter(pk__gt=done or 0).exists()
    for clear in _CLEARERS:
        try:
            clear(erased=erased)
        except Exception:
            logger.exception("%s could not be cleared of what was taken away", clear.__name__)
            return False
    _note(taken)
    Node.objects.note(node(), cleared_until=key)
    return True


def _note(taken):
    _mark().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=_mark().parent, prefix="new-", delete=False) as file:
        file.write(taken)
    os.replace(file.name, _mark())


def clear_if_behind():
    """A step of tick: (1 where something taken away was cleared, 1 where that failed)."""
    Node.objects.note(node())
    if not is_behind(taken_away()):
        return 0, 0
    # A new machine clears what it may hold from elsewhere, and has nothing to tell while nothing
    # was ever taken away.
    return int(Takedown.objects.exists()), int(not clear_node())


def begin(*, item, kind, files=()):
    """Note, in the act's transaction, that something leaves the public's sight, and clear this
    machine once it is committed.
    """
    takedown = Takedown.objects.create(item=item, kind=kind, files=sorted(files))
    PublicStamp.objects.bump(takes_away=True)
    transaction.on_commit(_at_once, robust=True)
    return takedown


def _at_once():
    """As much as may be done while somebody waits."""
    delete_files()
    clear_node()


def delete_files():
    """Files of what was removed. Those that cannot be deleted stay on the list; how many takedowns
    still have some.
    """
    failed = 0
    for takedown in Takedown.objects.unfinished().exclude(files=[]):
        left = [name for name in takedown.files if not _is_deleted(name)]
        if left != takedown.files:
            Takedown.objects.filter(pk=takedown.pk).update(files=left)
        failed += bool(left)
    return failed


def _is_deleted(name):
    try:
        default_storage.delete(name)
    except OSError:
        logger.exception("a file of an item that was removed cannot be deleted: %s", name)
        return False
    return True


def finish():
    """A step of tick: takedowns of which nothing is kept any more, on this machine and all others.
    (finished, failed).
    """
    failed, finished = delete_files(), 0
    waiting = [
        one
        for one in Takedown.objects.unfinished()
        .filter(files=[])
        .select_related("item")
        .order_by("pk")
        if not Node.objects.behind(one.pk).exists() and not _lies_in_a_package(one)
    ]
    if any(one.kind != Takedown.Kind.WITHDRAWN for one in waiting):
        forget_dead_rows()
    if waiting:
        PublicStamp.objects.bump()  # the notice of what was removed now says that it is done
    for takedown in waiting:
        finished += Takedown.objects.filter(pk=takedown.pk, finished_at=None).update(
            finished_at=timezone.now()
        )
    return finished, failed


def _lies_in_a_package(takedown):
    return takedown.kind != Takedown.Kind.WITHDRAWN and bool(lying_packages([takedown]))


def backups_hold_until(moment=None):
    """The last day on which a backup may still hold what was there at a moment (default now): they
    are kept `BACKUP_KEEP_DAYS`.
    """
    return timezone.localdate(moment or timezone.now()) + dt.timedelta(
        days=settings.BACKUP_KEEP_DAYS
    )


def forget_dead_rows():
    """What databases keep of deleted rows: SQLite's index of search and its log, PostgreSQL's dead
    rows.
    """
    if connection.vendor == "sqlite":
        rebuild()
    if connection.in_atomic_block:  # neither of what follows runs inside a transaction
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with contextlib.suppress(ValueError), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute(f"VACUUM {', '.join(_tables())}")
        finally:
            cursor.execute("RESET statement_timeout")


def _tables():
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return [connection.ops.quote_name(name) for name in names]
