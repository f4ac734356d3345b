"""gunicorn's threads, but a thread is given only to a request that has arrived whole.

A reader on a bad line, or sixty sockets that somebody opens and leaves, would otherwise each hold a thread: gunicorn's own
threaded worker then answers nobody (docs/decisions/0018-patient-worker.md). Here the main loop reads head and body
without waiting, bodies beyond half a megabyte into a temporary file, and hands on what is complete. nginx in front does
the same and more; this is for the installation that has none.
"""

import contextlib
import os
import re
import socket
import struct
import tempfile
import time
from functools import partial

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

HEAD_LIMIT = 65_536  # bytes; gunicorn's own limits of lines and fields lie below
HEAD_SECONDS = 15  # for the whole head
STALL_SECONDS = 20  # without a single byte of the body, or of the answer read
KEEP_IN_MEMORY = 512_000
READ_AT_ONCE = 262_144
LONGEST_BODY = int(os.environ.get("MAX_REQUEST_MB", "110")) * 1_000_000  # as deploy/gunicorn.conf.py says
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_EXPECTS = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
REFUSAL = "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}"
TOO_LARGE = f"一次提交的内容不能超过 {LONGEST_BODY // 1_000_000} MB。请把文件缩小或分几次提交。\n"
HEAD_TOO_LONG = "请求头过长，无法处理。请清除本站的 Cookie 后重试。\n"


class ArrivedUnreader(SocketUnreader):
    """What has arrived first, then the socket."""

    def __init__(self, sock, arrived):
        super().__init__(sock)
        self.arrived = arrived

    def chunk(self, size_hint=None):
        """The next piece of the body that waits in the file, or of the socket."""
        if self.arrived is not None:
            if data := self.arrived.read(READ_AT_ONCE):
                return data
            self.arrived.close()
            self.arrived = None
        return super().chunk(size_hint)


class Arriving:
    """A request on its way in."""

    def __init__(self):
        self.head = b""
        self.body = None  # a file, once the head is complete and says that a body follows
        self.missing = 0  # bytes of the body
        self.deadline = time.monotonic() + HEAD_SECONDS

    def take(self, data):
        """Add what came; True once the request is complete, or beyond what is waited for."""
        if self.body is not None:
            self.body.write(data)
            self.missing -= len(data)
            self.deadline = time.monotonic() + STALL_SECONDS
            return self.missing <= 0
        self.head += data
        end = self.head.find(b"\r\n\r\n")
        return len(self.head) > HEAD_LIMIT if end < 0 else self._begin_body(self.head[: end + 2], end + 4)

    def _begin_body(self, head, starts_at):
        lengths = _LENGTH.findall(head)
        if len(lengths) != 1 or _CHUNKED.search(head):
            return True  # no body, or one that only gunicorn's parser may judge
        self.missing = int(lengths[0]) - (len(self.head) - starts_at)
        if self.missing <= 0 or self.is_too_large:
            return True
        self.body = tempfile.SpooledTemporaryFile(KEEP_IN_MEMORY)  # noqa: SIM115  closed with the request
        self.deadline = time.monotonic() + STALL_SECONDS
        return False

    @property
    def is_too_large(self):
        """Whether the body is longer than this server takes."""
        return self.missing > LONGEST_BODY

    @property
    def is_endless(self):
        """Whether the head has no end within what is read of it."""
        return b"\r\n\r\n" not in self.head

    @property
    def waits_for_leave(self):
        """Whether the client sends the body only after being told to (Expect: 100-continue)."""
        return self.body is not None and self.body.tell() == 0 and bool(_EXPECTS.search(self.head))

    def wants(self):
        """How many bytes to read at once: never beyond the end of this request's body."""
        return min(READ_AT_ONCE, self.missing) if self.body is not None else READ_AT_ONCE


class PatientWorker(ThreadWorker):
    """See the module's text."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving, self.lingers_until = {}, None

    def accept(self, listener):
        """Take the connection, and whatever has come with it."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        # A client that reads nothing of its answer is given up by the kernel.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", STALL_SECONDS, 0))
        self._begin(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn, client):
        """The next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._begin(conn)

    def _begin(self, conn):
        self.arriving[conn] = Arriving()
        if self._read(conn):
            self.poller.register(conn.sock, 1, partial(self._on_more, conn))

    def _on_more(self, conn, client):
        if not self._read(conn):
            self.poller.unregister(client)

    def _read(self, conn):
        """Read what is there. True while the request is incomplete; else it has been handed on, or the client is gone."""
        request = self.arriving[conn]
        try:
            data = conn.sock.recv(request.wants())
            is_complete = not data or request.take(data)
        except BlockingIOError:
            return True
        except OSError:  # the client has gone, or there is no room for the body
            data, is_complete = b"", True
        if not is_complete:
            if request.waits_for_leave:
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            return True
        del self.arriving[conn]
        self._hand_on(conn, request) if data else self._drop(conn, request)
        return False

    def _hand_on(self, conn, request):
        if request.is_too_large:
            self._refuse(conn, "413 Content Too Large", TOO_LARGE)
            return
        if request.is_endless:
            self._refuse(conn, "431 Request Header Fields Too Large", HEAD_TOO_LONG)
            return
        conn.initialized = True
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        if request.body is not None:
            request.body.seek(0)
            unreader = ArrivedUnreader(conn.sock, request.body)
            conn.parser.unreader = unreader
        conn.parser.unreader.unread(request.head)
        self.enqueue_req(conn)

    def _refuse(self, conn, status, text):
        with contextlib.suppress(OSError):
            conn.sock.send(REFUSAL.format(status, len(text.encode()), text).encode())
        self._drop(conn, None)

    def _drop(self, conn, request):
        if request and request.body is not None:
            request.body.close()
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self):
        """Give up requests that do not get on; once the worker is stopping, also connections that still send nothing."""
        super().murder_pending()
        now = time.monotonic()
        if not self.alive and self.lingers_until is None:
            self.lingers_until = now + STOP_KEEPALIVE_LINGER
        for conn, request in list(self.arriving.items()):
            is_silent = self.lingers_until is not None and not request.head
            if now < (min(request.deadline, self.lingers_until) if is_silent else request.deadline):
                continue
            del self.arriving[conn]
            self.poller.unregister(conn.sock)
            self._drop(conn, request)
