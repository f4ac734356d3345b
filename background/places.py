"""Dear work in requests: a few places for each kind in every web process, so that cheap pages always find a thread.

Nobody waits for one: who finds none is told to come again, or has a job do it (docs/decisions/0076-places-for-dear-work.md).
"""

import threading
from collections import defaultdict
from contextlib import contextmanager

from django.conf import settings

_taken: defaultdict[str, int] = defaultdict(int)
_lock = threading.Lock()


class NoPlaceError(Exception):
    """All places of this kind are taken in this process."""


def take(kind):
    """Take a place; raises NoPlaceError. Whoever takes one gives it back."""
    with _lock:
        if _taken[kind] >= settings.DEAR_WORK_AT_ONCE:
            raise NoPlaceError
        _taken[kind] += 1


def give_back(kind):
    """The reverse."""
    with _lock:
        _taken[kind] -= 1


@contextmanager
def place(kind):
    """A place for as long as the block runs."""
    take(kind)
    try:
        yield
    finally:
        give_back(kind)


def holding(kind, pieces):
    """The pieces of an answer that streams; the place, taken before, is given back after the last, or when the reader goes."""
    try:
        yield from pieces
    finally:
        give_back(kind)
