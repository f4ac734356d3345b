"""How long answers take and who gives them: kept pages, or Django. Counted in the memory of each
worker, added up at a scrape.

What a kept page may cost is microseconds, so nothing is written while a request is answered: a
counter of C is moved on by one (`next`, which no other thread can split), and a thread of its own
writes the counters into a file every few seconds. Which page, which reader: not counted.
"""

import contextlib
import itertools
import json
import os
import socket
import threading
import time
from bisect import bisect_left
from pathlib import Path

from django.conf import settings

BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
WAYS = ("kept", "django")
WRITES_EVERY = 5.0
FORGOTTEN_AFTER = 86_400  # seconds since a server that is another wrote last
_local = threading.local()


class Measured:
    """The outermost application: how long each request took, and whether Django worked for it."""

    def __init__(self, application):
        self.application = application
        self.counters = {way: [itertools.count() for _ in (*BOUNDS, "more")] for way in WAYS}
        self.writer = None

    def __call__(self, environ, start_response, clock=time.perf_counter):
        """Pass on, then count."""
        _local.by_django = False
        began = clock()
        answer = self.application(environ, start_response)
        way = "django" if _local.by_django else "kept"
        next(self.counters[way][bisect_left(BOUNDS, clock() - began)])
        if self.writer is None:
            self._begin_to_write()
        return answer

    def _begin_to_write(self):
        """In the worker itself: threads do not survive the fork that makes one."""
        self.writer = threading.Thread(target=self._write_on, daemon=True, name="measuring")
        self.writer.start()

    def _write_on(self):
        file = folder() / f"{name_of(os.getppid())}.{os.getpid()}.json"
        while True:
            with contextlib.suppress(OSError):  # a full disk costs figures, no page
                _put(file, self.told())
            time.sleep(WRITES_EVERY)

    def told(self):
        """{way: numbers by bound}."""
        return {
            way: [_value(counter) for counter in counters]
            for way, counters in self.counters.items()
        }


def by_django(application):
    """Django's application, which says that it was asked."""

    def asked(environ, start_response):
        _local.by_django = True
        return application(environ, start_response)

    return asked


def _value(counter):
    """What `next` would give, without taking it: a count says so of itself alone."""
    return int(repr(counter)[len("count(") : -1])


def folder():
    """Of this machine, beside the journals."""
    return Path(settings.JOURNAL_DIR) / "measured"


def name_of(server):
    """A gunicorn among those that share the folder: in containers every one is process 1."""
    return f"{socket.gethostname()}.{server}"


def _put(file, told):
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(told))
    fresh.replace(file)


def of_this_server(server=None):
    """{way: numbers by bound}, all workers of this gunicorn together, those that have ended too; a
    few seconds old.
    """
    own = name_of(server or os.getppid())
    total = {way: [0] * (len(BOUNDS) + 1) for way in WAYS}
    for file in folder().glob("*.json") if folder().is_dir() else ():
        with contextlib.suppress(OSError, ValueError):
            if file.name.startswith(f"{own}."):
                for way, numbers in json.loads(file.read_text()).items():
                    total[way] = [a + b for a, b in zip(total[way], numbers, strict=True)]
            elif file.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
                file.unlink()
    return total
