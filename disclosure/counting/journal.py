"""The journal of this process: a file it alone appends to, in segments that go when they are rolled
up.

A line is one `write` to a file opened with O_APPEND: once it returns, the kernel has the line, and
killing the process loses nothing. (A power cut loses what the kernel has not yet put on disk, some
seconds.)
"""

import fcntl
import logging
import os
import threading
import time
import uuid
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)
SUFFIX = ".views"
SEGMENT_BYTES = 4_000_000
SEGMENT_MS = 600_000
COMPLAIN_EVERY = 60.0


def folder():
    """Where the journals of this machine lie."""
    return Path(settings.JOURNAL_DIR)


class Journal:
    """Appends lines. Whatever fails costs a line, never the page: the error is logged, now and
    then.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._complained = 0.0
        self._file = self._before = None
        self.names = set()  # of all segments of this process

    def forget(self):
        """Begin a new segment at the next line, and leave the present one to the roll-up."""
        for file in (self._file, self._before):
            if file is not None:
                os.close(file)
        self._file = self._before = None
        self.names = set()

    def append(self, line, now):
        """Write a line at a moment in milliseconds. Whether it is written."""
        try:
            if self._file is None or self._written > SEGMENT_BYTES or now > self._until:
                self._begin_segment(now)
            written = os.write(self._file, line)
            self._written += written
            if written == len(line):
                return True
            os.write(self._file, b"\n")  # torn: the next line must not be part of it
        except OSError as error:
            self._complain(error)
        return False

    def _begin_segment(self, now):
        with self._lock:
            if self._file is not None and self._written <= SEGMENT_BYTES and now <= self._until:
                return  # another thread has
            folder().mkdir(parents=True, exist_ok=True)
            name = uuid.uuid4().hex
            unborn = folder() / f"{name}.new"
            file = os.open(unborn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o640)
            fcntl.flock(
                file, fcntl.LOCK_SH
            )  # held until the process ends or moves on: it may still be appended to
            self.names.add(name)
            unborn.rename(folder() / (name + SUFFIX))
            # The segment before this one stays open for one more: another thread may be about to
            # write to it.
            if self._before is not None:
                os.close(self._before)
            self._before, self._file = self._file, file
            self._written, self._until = 0, now + SEGMENT_MS

    def _complain(self, error):
        if time.monotonic() - self._complained >= COMPLAIN_EVERY or not self._complained:
            self._complained = time.monotonic()
            logger.error(
                "Browse counts cannot be written (the pages are delivered all the same): %s", error
            )
