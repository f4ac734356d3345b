"""Dear work in requests: a few places for each kind in every web process, so that cheap pages
always find a thread.

Nobody waits for one: who finds none is told to come again, or has a job do it
(docs/decisions/0076-places-for-dear-work.md).
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


class Holding:
    """The pieces of an answer that streams, and the place taken for them: given back after the last
    piece, or when the answer is closed, be it before the first (HEAD, a reader who goes).
    """

    def __init__(self, kind, pieces):
        self._kind, self._pieces, self._is_held = kind, iter(pieces), True

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self):
        """Give the place back, once."""
        if self._is_held:
            self._is_held = False
            give_back(self._kind)
            if hasattr(self._pieces, "close"):
                self._pieces.close()
