"""Of many who want the same missing page, one renders it."""

import threading
from contextlib import contextmanager

# A page that takes longer than this is rendered by whoever waited for it.
LONGEST_WAIT = 10.0


class Flights:
    """Renderings under way in this process, by key."""

    def __init__(self):
        self._lock = threading.Lock()
        self._landed = {}

    @contextmanager
    def joined(self, key):
        """True for the one who is to render; the others enter after it has finished, with False."""
        with self._lock:
            landed = self._landed.get(key)
            if is_pilot := landed is None:
                landed = self._landed[key] = threading.Event()
        if not is_pilot:
            landed.wait(LONGEST_WAIT)
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                del self._landed[key]
            landed.set()
