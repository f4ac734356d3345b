"""gunicorn's response, in fewer steps: a header that was good once is not examined again, and head and body leave together.

gunicorn examines every header of every answer and sends head and body in one system call each. Our pages carry a dozen
headers that never change, so that examining them cost more than finding the page (docs/decisions/0063-answers.md).
"""

import re
from functools import lru_cache

from gunicorn import util
from gunicorn.http.wsgi import Response

HOLD = 131_072  # bytes gathered before they are sent
PIECES = 64  # far below what one system call takes
# These differ from answer to answer: a page with its count has another tag for every reader, which nobody would look up again and
# which would push out what is looked up at every answer.
_EACH_TIME = ("ETag", "Content-Length")
_TAG = re.compile(r'(?:W/)?"[0-9A-Za-z_.-]{1,100}"')


class GatheredResponse(Response):
    """Gathers head and body of a known length, and sends them at once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._held, self._held_bytes = [], 0

    def process_headers(self, headers):
        """As gunicorn does, with what it found out about a header kept."""
        for pair in headers:
            if type(pair) is not tuple or pair[0] == "Content-Length":
                super().process_headers((pair,))
            elif _TAG.fullmatch(pair[1]) if pair[0] == "ETag" else _is_plain(*pair):
                self.headers.append(pair)
            else:
                super().process_headers((pair,))

    def _head(self):
        self.headers_sent = True
        lines = [line.encode("latin-1") for line in self.default_headers()]
        lines.extend([_line(*pair) if pair[0] not in _EACH_TIME else _written(*pair) for pair in self.headers])
        lines.append(b"\r\n")
        return b"".join(lines)

    def send_headers(self):
        """Send the head, where it has not been sent."""
        if not self.headers_sent:
            util.write(self.sock, self._head())

    def write(self, arg):
        """Take a piece of the body."""
        if self.response_length is None or self._omits_body or self.cfg.is_ssl or type(arg) is not bytes:
            super().write(arg)
            return
        room = self.response_length - self.sent
        if len(arg) > room:
            arg = arg[:room]
        self.sent += len(arg)
        self._held.append(arg)
        self._held_bytes += len(arg)
        if self._held_bytes >= HOLD or len(self._held) >= PIECES:
            self._send_held()

    def _send_held(self):
        pieces, size = self._held, self._held_bytes
        self._held, self._held_bytes = [], 0
        if not self.headers_sent:
            pieces.insert(0, self._head())
            size += len(pieces[0])
        sent = self.sock.sendmsg(pieces)
        if sent < size:
            self.sock.sendall(memoryview(b"".join(pieces))[sent:])

    def close(self):
        """Send what is left."""
        if self._held:
            self._send_held()
        super().close()


class _Examined(Response):
    def __init__(self):
        self.headers, self.response_length, self.upgrade = [], None, False


@lru_cache(maxsize=4_000)
def _is_plain(name, value):
    """Whether gunicorn would send this header as it stands. Raises what gunicorn raises where it is none."""
    examined = _Examined()
    Response.process_headers(examined, ((name, value),))
    return examined.headers == [(name, value)] and examined.response_length is None and not examined.upgrade


def _written(name, value):
    return f"{name}: {value}\r\n".encode("latin-1")


_line = lru_cache(maxsize=4_000)(_written)
