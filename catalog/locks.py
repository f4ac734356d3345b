"""The one lock every structural write of the category tree takes, before it loads anything.

mptt keeps `lft`/`rght`/`tree_id` by reading and then updating many rows; two writers at once
corrupt the tree, and a writer that loaded its objects before taking the lock corrupts it just the
same (docs/decisions/0003-one-tree-lock.md).
"""

import threading
import time
from contextlib import ExitStack, contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, transaction

TREE_LOCK_KEY = 0x1A47A1  # any constant, the same in every process
# A clerk waits this long for another's save, then is told so.
WAIT_MILLISECONDS = 5_000
# SQLite has no queue of writers: whoever waits asks again. Left to itself it asks ever more seldom,
# up to ten times a second, so that one of four busy clerks waited most of a second while the lock
# went round among the others. Here the one who waits longest asks most often, and turns come about
# in their order, nearly. (Waited this long: ask again after so many milliseconds.)
ASK_AGAIN_MILLISECONDS = ((0, 6), (20, 3), (40, 1.5), (80, 0.7))
_held = threading.local()


class TreeBusyError(Exception):
    """Another writer held the tree longer than anyone should wait; nothing was written."""

    def __init__(self):
        super().__init__("他人正在调整目录，请稍后再试。")


@contextmanager
def tree_write():
    """Hold the tree for writing until the outermost transaction ends. Load categories only inside.

    PostgreSQL: a transaction-level advisory lock. SQLite: the transaction itself, which must begin
    IMMEDIATE. Re-entrant in one thread. Raises `TreeBusyError` where the lock is not to be had in
    time.
    """
    with ExitStack() as transaction_and_lock:
        try:
            transaction_and_lock.enter_context(_transaction())
            _take_lock()
        except OperationalError as error:
            if _is_lock_timeout(error):
                raise TreeBusyError from error
            raise
        _held.depth = getattr(_held, "depth", 0) + 1
        try:
            yield
        finally:
            _held.depth -= 1


def tree_write_held():
    """Whether this thread is inside `tree_write()`."""
    return getattr(_held, "depth", 0) > 0


@contextmanager
def _transaction():
    """`atomic()`, which on SQLite is the lock itself and is then asked for in short steps."""
    with ExitStack() as entered:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            _begin_in_turn(entered)
        else:
            entered.enter_context(transaction.atomic())
        yield


def _begin_in_turn(entered):
    began, patience = time.monotonic(), _busy_timeout()
    _busy_timeout(0)
    try:
        while True:
            try:
                return entered.enter_context(transaction.atomic())
            except OperationalError as error:
                waited = (time.monotonic() - began) * 1000
                if not _is_lock_timeout(error) or waited > WAIT_MILLISECONDS:
                    raise
                time.sleep(_ask_again_after(waited) / 1000)
    finally:
        _busy_timeout(patience)


def _ask_again_after(waited):
    """Milliseconds, for somebody who has waited so many."""
    return next(pause for since, pause in reversed(ASK_AGAIN_MILLISECONDS) if waited >= since)


def _busy_timeout(milliseconds=None):
    """SQLite's patience on this connection; set where one is given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA busy_timeout" + ("" if milliseconds is None else f" = {milliseconds:d}")
        )
        return cursor.fetchone()[0]


def _take_lock():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS:d}")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK_KEY])
    elif connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        raise ImproperlyConfigured(
            "SQLite 必须设置 transaction_mode=IMMEDIATE，否则目录树会在并发写入时损坏。"
        )


def _is_lock_timeout(error):
    cause = error.__cause__
    # 55P03: lock_not_available.
    return (
        getattr(cause, "pgcode", "") == "55P03"
        or getattr(cause, "sqlite_errorname", "") == "SQLITE_BUSY"
    )
