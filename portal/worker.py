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
from gunicorn.http import wsgi
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from portal.answers import GatheredResponse

wsgi.Response = GatheredResponse  # what `wsgi.create` makes; gunicorn has no setting for it

HEAD_LIMIT = 65_536  # bytes; gunicorn's own limits of lines and fields lie below
HEAD_SECONDS = 15  # for the whole head
STALL_SECONDS = 20  # without a single byte of the body, or of the answer read
KEEP_IN_MEMORY = 512_000
READ_AT_ONCE = 262_144
LONGEST_BODY = int(os.environ.get("MAX_REQUEST_MB", "110")) * 1_000_000  # as deploy/gunicorn.conf.py says
# Only the desk and the checking of a copy take files; nobody else's form is longer than a page.
TAKES_FILES = (b"/admin/", b"/register/verify/")
LONGEST_FORM = 1_000_000
LINGER_SECONDS = 10  # what a refused client is still sending is thrown away, so that it gets to read the refusal
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_SAYS_LENGTH = re.compile(rb"^[ \t]*content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)
_EXPECTS = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ENCODED = re.compile(rb"^[ \t]*transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
REFUSAL = "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}"
TOO_LARGE = (
    "413 Content Too Large",
    "一次提交的内容不能超过 {} MB，所以没有接收。请返回上一页，把文件缩小、拆分，或者分几次提交。\n",
)
HEAD_TOO_LONG = "431 Request Header Fields Too Large", "请求头过长，无法处理。请清除本站的 Cookie 后重试。\n"
NO_LENGTH = "411 Length Required", "请求没有说明内容的长度，所以没有接收。请用 Content-Length 说明长度后重试。\n"
TWO_LENGTHS = "400 Bad Request", "请求对内容长度的说明有误或者前后不一，所以没有接收。\n"


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
        self.refusal = None  # (status, sentence), where it is not taken
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
        if end >= 0:
            return self._begin_body(self.head[: end + 2], end + 4)
        if len(self.head) > HEAD_LIMIT:
            self.refusal = HEAD_TOO_LONG
        return self.refusal is not None

    def _begin_body(self, head, starts_at):
        """A body whose length is not said once and plainly is not taken: nobody knows where it, and the next request, ends."""
        lengths = _LENGTH.findall(head)
        if _ENCODED.search(head):
            self.refusal = NO_LENGTH
        elif len(lengths) > 1 or len(lengths) != len(_SAYS_LENGTH.findall(head)):
            self.refusal = TWO_LENGTHS
        elif lengths and int(lengths[0]) > (most := longest_body(head)):
            self.refusal = TOO_LARGE[0], TOO_LARGE[1].format(most // 1_000_000)
        if self.refusal or not lengths:
            return True
        self.missing = int(lengths[0]) - (len(self.head) - starts_at)
        if self.missing <= 0:
            return True
        self.body = tempfile.SpooledTemporaryFile(KEEP_IN_MEMORY)  # noqa: SIM115  closed with the request
        self.deadline = time.monotonic() + STALL_SECONDS
        return False

    @property
    def waits_for_leave(self):
        """Whether the client sends the body only after being told to (Expect: 100-continue)."""
        return self.body is not None and self.body.tell() == 0 and bool(_EXPECTS.search(self.head))

    def wants(self):
        """How many bytes to read at once: never beyond the end of this request's body."""
        return min(READ_AT_ONCE, self.missing) if self.body is not None else READ_AT_ONCE


class Refused:
    """What a refused client still sends: read and forgotten, for so long and no longer."""

    head, body, refusal, waits_for_leave = b"x", None, None, False

    def __init__(self):
        self.deadline = time.monotonic() + LINGER_SECONDS

    def take(self, data):
        """Never complete."""
        return False

    def wants(self):
        """How many bytes to read at once."""
        return READ_AT_ONCE


def longest_body(head):
    """How many bytes may follow this head: many where files are taken, few elsewhere."""
    target = head.split(b" ", 2)[1:2]
    return LONGEST_BODY if target and target[0].startswith(TAKES_FILES) else min(LONGEST_FORM, LONGEST_BODY)


def escaped(head):
    """The head with an address that was sent as it is read, 中文 and all, written as the standard wants it (%E4%B8%AD…).

    Browsers do that themselves; old ones, chat programs and scripts do not, and gunicorn refuses such a line.
    """
    line, mark, rest = head.partition(b"\n")
    return _NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line) + mark + rest


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

    def finish_request(self, conn, fs):
        """A request that lay behind the one just answered is looked at like any other, not handed to a thread as it is."""
        is_kept = not fs.cancelled() and not fs.exception() and fs.result() is True
        if not is_kept or not (rest := conn.parser.unreader.take_buffered()):
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        self._begin(conn, rest)

    def _begin(self, conn, arrived=b""):
        self.arriving[conn] = Arriving()
        if self._read(conn, arrived):
            self.poller.register(conn.sock, 1, partial(self._on_more, conn))

    def _on_more(self, conn, client):
        if not self._read(conn):
            self.poller.unregister(client)

    def _read(self, conn, arrived=b""):
        """Read what is there. True while more is waited for; else it has been handed on, or the client is gone."""
        request = self.arriving[conn]
        try:
            data = arrived or conn.sock.recv(request.wants())
            is_complete = not data or request.take(data)
        except BlockingIOError:
            return True
        except OSError:  # the client has gone, or there is no room for the body
            data, is_complete = b"", True
        if not is_complete:
            if request.waits_for_leave:
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            return True
        if data and request.refusal:
            return self._refuse(conn, *request.refusal)
        del self.arriving[conn]
        self._hand_on(conn, request) if data else self._drop(conn, request)
        return False

    def _hand_on(self, conn, request):
        conn.initialized = True
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        if request.body is not None:
            request.body.seek(0)
            unreader = ArrivedUnreader(conn.sock, request.body)
            conn.parser.unreader = unreader
        conn.parser.unreader.unread(escaped(request.head))
        self.enqueue_req(conn)

    def _refuse(self, conn, status, text):
        """Say why not, and then throw away what is still on its way: closing at once would take the answer along."""
        with contextlib.suppress(OSError):
            conn.sock.send(REFUSAL.format(status, len(text.encode()), text).encode())
            conn.sock.shutdown(socket.SHUT_WR)
        self.arriving[conn] = Refused()
        return True

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
