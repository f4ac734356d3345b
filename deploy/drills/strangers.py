"""What strangers do to a server with a few lines of a program, through the front, while honest
people read.

Strangers come from addresses of their own (127.0.0.2 and so on: Linux has them all), the readers
from 127.0.0.1. They are a process of their own, of low priority, as they are on machines of their
own in life: `strangers.py SlowBodies 8443`.
"""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

from front import HOST

CONTEXT = ssl._create_unverified_context()  # the drill's own certificate
MB = 1_000_000
HEAD = f"Host: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
ASKS = f"GET /reports/songbei/2009/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def _connected(port, stranger, *, receives=None):
    """A connection over TLS from one of the strangers."""
    plain = socket.socket()
    if receives:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    plain.settimeout(5)
    plain.bind((f"127.0.0.{2 + stranger % 250}", 0))
    plain.connect(("127.0.0.1", port))
    return CONTEXT.wrap_socket(plain, server_hostname=HOST)


class Strangers:
    """One kind of them. Where the server closes a connection they open the next."""

    number = 60
    pause = 1.0  # seconds between two signs of life

    def __init__(self, port):
        self.port, self.sockets = port, {}

    def go_on_for_good(self):
        """Until the process is ended."""
        while True:
            for number in range(self.number):
                try:
                    if number in self.sockets:
                        self.go_on(number, self.sockets[number])
                    else:
                        self.sockets[number] = self.begin(number)
                except OSError:
                    with contextlib.suppress(KeyError):
                        self.sockets.pop(number).close()
            time.sleep(self.pause)

    def begin(self, number):
        """Open one."""
        raise NotImplementedError

    def go_on(self, number, client):
        """A sign of life."""


class SlowSockets(Strangers):
    """Twenty that say nothing, twenty in the middle of their head, twenty in the middle of their
    body; a byte now and then.
    """

    def begin(self, number):
        """In one of the three ways."""
        client = _connected(self.port, number % 6)
        head = f"POST /preferences/ HTTP/1.1\r\n{HEAD}"
        client.sendall(
            ("", head, f"{head}Content-Length: 9000\r\n\r\nsize=l")[number % 3].encode() or b""
        )
        return client

    def go_on(self, number, client):
        """A byte, or a line."""
        if word := (b"", b"X-Slow: 1\r\n", b"&")[number % 3]:
            client.sendall(word)


class Unclosed(Strangers):
    """Ask for a page and neither close nor read on: half of them have no room for the answer."""

    number = 140

    def begin(self, number):
        """Ask."""
        client = _connected(self.port, number % 8, receives=2_048 if number % 2 else None)
        client.sendall(ASKS)
        return client


class Aborted(Strangers):
    """Ask for leave to send a body, and reset the connection."""

    number, pause = 30, 0.2

    def begin(self, number):
        """Once, and again the next time round."""
        client = _connected(self.port, number % 4)
        client.sendall(
            f"POST /preferences/ HTTP/1.1\r\n{HEAD}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        raise OSError("gone")


class SlowBodies(Strangers):
    """Bodies as long as the server takes them, nearly all of it sent at once, the last bytes one by
    one: to the desk, to the checking of a copy, to a form, in chunks.
    """

    number = 64
    _KINDS = (
        ("/admin/disclosure/item/add/", "Content-Length: 100000000\r\n", 3 * MB),
        ("/register/verify/", "Content-Length: 19000000\r\n", 18 * MB),
        ("/corrections/new/", "Content-Length: 60000\r\n", 59_000),
        ("/admin/login/", "Transfer-Encoding: chunked\r\n", 3 * MB),
    )

    def begin(self, number):
        """The head, and as much as is taken without waiting long."""
        path, length, size = self._KINDS[number % 4]
        client = _connected(self.port, number // 8)
        client.settimeout(1)
        client.sendall(f"POST {path} HTTP/1.1\r\n{HEAD}{length}\r\n".encode())
        piece = b"2710\r\n" + b"x" * 10_000 + b"\r\n" if "chunked" in length else b"x" * 10_000
        for _ in range(size // 10_000):
            client.sendall(piece)
        return client

    def go_on(self, number, client):
        """A byte."""
        client.sendall(b"1\r\nx\r\n" if number % 4 == 3 else b"x")


class BadRequests(Strangers):
    """What is no request, as TLS and as none."""

    number, pause = 140, 0.5
    _KINDS = (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 3_000 + b"\r\n",
        b"\x16\x03\x01\x00\x05hello\x00\xff",
    )

    def begin(self, number):
        """One, and away."""
        if number % 9 == 8:
            client = socket.create_connection(("127.0.0.1", self.port), 5)
            client.sendall(self._KINDS[number % 8])
        else:
            client = _connected(self.port, number % 16)
            client.sendall(self._KINDS[number % 8])
        client.close()
        raise OSError("done")


KINDS = {
    "60 slow sockets": SlowSockets,
    "140 that ask and neither close nor read": Unclosed,
    "leave asked for a body, then a reset": Aborted,
    "64 long bodies that arrive slowly": SlowBodies,
    "140 bad requests twice a second": BadRequests,
}


@contextlib.contextmanager
def crowd(kind, port):
    """They go on meanwhile, in a process of their own."""
    words = [sys.executable, __file__, kind.__name__, str(port)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
        if process.poll() is not None:
            raise AssertionError(process.stderr.read())
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


class Readers:
    """Four honest readers: two with a connection for every page, two that keep theirs. `answers`:
    (status, seconds).
    """

    def __init__(self, port, pages, *, number=4, pause=0.1):
        self.port, self.pages, self.pause, self.answers = port, pages, pause, []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._read, args=(one,)) for one in range(number)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _read(self, number):
        connection = None
        for step in range(10**9):
            if self.stopping.is_set():
                return
            began, reused = time.perf_counter(), connection is not None
            connection = connection or http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=30, context=CONTEXT
            )
            try:
                connection.request(
                    "GET", self.pages[(step + number) % len(self.pages)], headers={"Host": HOST}
                )
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                if reused:  # closed meanwhile: asked again, as browsers do (RFC 9110 9.2.2)
                    continue
                status = repr(error)
            self.answers.append((status, time.perf_counter() - began))
            if number % 2 == 0 and connection:
                connection.close()
                connection = None
            time.sleep(self.pause)

    @property
    def lost(self):
        """What was no page."""
        return [status for status, _ in self.answers if status != 200]

    def slower_than(self, share):
        """Seconds that this share of the answers did not exceed."""
        seconds = sorted(seconds for _, seconds in self.answers)
        return seconds[min(len(seconds) - 1, int(share * len(seconds)))]


if __name__ == "__main__":
    os.nice(15)
    {kind.__name__: kind for kind in KINDS.values()}[sys.argv[1]](int(sys.argv[2])).go_on_for_good()
