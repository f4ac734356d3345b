"""How long a thread waits for PostgreSQL.

`statement_timeout` is kept by the server; a server that is frozen, or a network that swallows
packets, keeps nothing, and a thread would hang in `recv` for good. psycopg2 lets the program do the
waiting itself, and there the wait can end.
"""

import contextlib
import select
import threading
import time

import psycopg2
from psycopg2 import extensions

# Longer than `statement_timeout` in the settings: a server that answers ends a statement itself.
LONGEST = 40.0
# Once the page cache has found that the database does not answer at all, nobody waits longer: forms
# that were under way when it froze would hold every thread until it thaws.
LONGEST_WHILE_DOWN = 3.0
_LOOK_EVERY = 0.5
_known = {"is_down": False}
_thread = threading.local()


@contextlib.contextmanager
def patient(seconds):
    """Within this block no single answer of the database is waited for any longer."""
    usual = getattr(_thread, "seconds", LONGEST)
    _thread.seconds = min(seconds, usual)
    try:
        yield
    finally:
        _thread.seconds = usual


def note(*, is_down):
    """What the page cache has found out about the database."""
    _known["is_down"] = is_down


def install():
    """For a server process: all waits for PostgreSQL end. (Not for commands: COPY does not work in
    this mode.)
    """
    extensions.set_wait_callback(_wait)


def _wait(connection):
    """What psycopg2 calls instead of waiting itself. Raising makes it drop the connection; it must
    not be closed here.
    """
    began, seconds = time.monotonic(), getattr(_thread, "seconds", LONGEST)
    poll = select.poll()
    while (state := connection.poll()) != extensions.POLL_OK:
        wanted = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        poll.register(connection.fileno(), wanted)
        while True:
            left = (
                began
                + (min(seconds, LONGEST_WHILE_DOWN) if _known["is_down"] else seconds)
                - time.monotonic()
            )
            if poll.poll(max(0.0, min(left, _LOOK_EVERY)) * 1000):
                break
            if left <= 0:
                raise psycopg2.OperationalError("the database did not answer in time")
