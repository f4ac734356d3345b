"""How long a thread waits for PostgreSQL.

`statement_timeout` is kept by the server; a server that is frozen, or a network that swallows packets, keeps nothing, and
a thread would hang in `recv` for good. psycopg2 lets the program do the waiting itself, and there the wait can end.
"""

import contextlib
import select
import threading
import time

import psycopg2
from psycopg2 import extensions

# Longer than `statement_timeout` in the settings: a server that answers ends a statement itself.
LONGEST = 40.0
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


def install():
    """For a server process: all waits for PostgreSQL end. (Not for commands: COPY does not work in this mode.)"""
    extensions.set_wait_callback(_wait)


def _wait(connection):
    """What psycopg2 calls instead of waiting itself. Raising makes it drop the connection; it must not be closed here."""
    until = time.monotonic() + getattr(_thread, "seconds", LONGEST)
    poll = select.poll()
    while (state := connection.poll()) != extensions.POLL_OK:
        wanted = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        poll.register(connection.fileno(), wanted)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise psycopg2.OperationalError("the database did not answer in time")
