"""Readers that go on reading while something happens, and what they saw."""

import contextlib
import http.client
import threading
import time
from dataclasses import dataclass

from loopback import PAGES


@dataclass(frozen=True)
class Answer:
    """What one request got. `status` 0: nothing. `retried`: a kept connection had been closed
    meanwhile, as browsers meet it.
    """

    kind: str
    began: float
    seconds: float
    status: int
    is_stale: bool = False
    says_when: bool = False
    retried: bool = False
    error: str = ""


class Load:
    """`with Load(portal) as load: …`; afterwards `load.answers`.

    Half of the readers open a connection for every page, half keep theirs. One more asks
    /healthz/live ten times a second, and where a `form` is given, one posts it twice a second.
    """

    def __init__(self, portal, *, readers=4, pause=0.04, form=None, pages=PAGES):
        self.portal, self.pages, self.pause, self.form = portal, pages, pause, form
        self.answers, self._stop = [], threading.Event()
        self.threads = [
            threading.Thread(target=self._read, args=(number,)) for number in range(readers)
        ]
        self.threads.append(threading.Thread(target=self._health))
        if form:
            self.threads.append(threading.Thread(target=self._post))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        time.sleep(1)
        return self

    def __exit__(self, *_):
        time.sleep(1)
        self._stop.set()
        for thread in self.threads:
            thread.join(60)

    def _read(self, number):
        keeps, connection, step = number % 2 == 1, None, number
        while not self._stop.is_set():
            path, began, retried, error, headers, status = (
                self.pages[step % len(self.pages)],
                time.time(),
                0,
                "",
                {},
                0,
            )
            for attempt in (0, 1):
                reused = connection is not None
                connection = connection or http.client.HTTPConnection(
                    "127.0.0.1", self.portal.port, timeout=30
                )
                try:
                    connection.request(
                        "GET", path, headers={"Host": f"127.0.0.1:{self.portal.port}"}
                    )
                    answer = connection.getresponse()
                    status, headers = answer.status, answer.headers
                    answer.read()
                    error = ""
                except (OSError, http.client.HTTPException) as problem:
                    status, error = 0, repr(problem)
                if error or not keeps:
                    connection.close()
                    connection = None
                # RFC 9110 9.2.2: a GET on a kept connection that the server had closed is asked
                # again, as browsers do.
                if not (error and reused and attempt == 0):
                    break
                retried = 1
            self.answers.append(
                Answer(
                    "page",
                    began,
                    time.time() - began,
                    status,
                    is_stale="Warning" in headers,
                    retried=bool(retried),
                    error=error,
                )
            )
            step += 1
            time.sleep(self.pause)

    def _one(self, kind, ask):
        began, status, headers, error = time.time(), 0, {}, ""
        try:
            status, headers, _ = ask()
        except (OSError, http.client.HTTPException) as problem:
            error = repr(problem)
        self.answers.append(
            Answer(
                kind,
                began,
                time.time() - began,
                status,
                says_when="Retry-After" in headers,
                error=error,
            )
        )

    def _health(self):
        while not self._stop.is_set():
            self._one("health", lambda: self.portal.ask("/healthz/live"))
            time.sleep(0.1)

    def _post(self):
        """Each in a thread of its own: one that hangs must not hide how the next fares."""
        posting = []
        while not self._stop.is_set():
            posting.append(threading.Thread(target=self._one, args=("form", self.form.post)))
            posting[-1].start()
            time.sleep(0.5)
        for thread in posting:
            thread.join(60)

    def of(self, kind, since=0.0, until=float("inf")):
        """Answers of a kind to requests begun in this time."""
        return [
            answer
            for answer in self.answers
            if answer.kind == kind and since <= answer.began <= until
        ]


def percentile(values, share):
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def wait_until(condition, seconds):
    """Seconds until `condition()` holds, or None."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if condition():
                return time.monotonic() - began
        time.sleep(0.02)
    return None
