"""A thread of every web process that looks whether something has left the public's sight, also while nobody asks for a page."""

import logging
import os
import threading
import time

from django.db import DatabaseError, connection

from disclosure import clearing
from portal.pagecache.promptness import WATCH_EVERY

logger = logging.getLogger(__name__)


class Watch:
    """Clears this process's store, and this machine, as soon as more was taken away than before."""

    def __init__(self, version, store):
        self._version, self._store = version, store
        self._lock, self._process = threading.Lock(), None
        self._known = ""

    def begin(self):
        """Start the thread, once a process: a fork has none of its parent's."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._run, name="watch", daemon=True).start()

    def _run(self):
        while True:
            try:
                self.look()
            except DatabaseError:
                connection.close()
            except Exception:
                logger.exception("what was taken away could not be cleared")
            time.sleep(WATCH_EVERY)

    def look(self):
        """One look. Whether something was cleared."""
        self._version.current()
        taken = self._version.taken_away
        if self._version.is_down or not taken or taken == self._known:
            return False
        if self._known:
            self._store.clear()
        self._known = taken
        return clearing.is_behind(taken) and clearing.clear_node()
