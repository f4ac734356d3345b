"""A thread of every web process that looks whether something has left the public's sight, also
while nobody asks for a page.
"""

import logging
import os
import threading
import weakref

from django.db import DatabaseError, connection

from disclosure.erasing import clearing
from portal.pagecache.promptness import WATCH_EVERY

logger = logging.getLogger(__name__)


class Watch:
    """Clears this process's store, and this machine, as soon as more was taken away than before."""

    running = weakref.WeakSet()  # those of this process whose thread was started

    def __init__(self, version, store):
        self._version, self._store = version, store
        self._lock, self._process = threading.Lock(), None
        self._known = ""
        self._thread, self._ends = None, threading.Event()

    def begin(self):
        """Start the thread, once a process: a fork has none of its parent's."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._ends = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._ends,), name="watch", daemon=True
                )
                self._thread.start()
                self.running.add(self)

    def end(self):
        """Stop the thread and wait for it: no process may fork while it holds a lock of the
        database's library.
        """
        with self._lock:
            thread, self._thread, self._process = self._thread, None, None
            self.running.discard(self)
        if thread:
            self._ends.set()
            thread.join(10)

    def _run(self, ends):
        while not ends.is_set():
            try:
                self.look()
            except DatabaseError:
                connection.close()
            except Exception:
                logger.exception("what was taken away could not be cleared")
            ends.wait(WATCH_EVERY)
        connection.close()

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
