"""Answers leave byte for byte as gunicorn itself would send them."""

import contextlib
import socket
import threading

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName
from gunicorn.http.wsgi import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.answers import GatheredResponse
from portal.worker import wsgi

GUNICORNS = Response if Response is not GatheredResponse else GatheredResponse.__base__
NAMES = [
    "Content-Type",
    "Connection",
    "Upgrade",
    "Transfer-Encoding",
    "X-示例",
    "X-Frame-Options",
    "ETag",
    "Set-Cookie",
]
VALUES = ["text/html", " padded\t", "close", "upgrade", "websocket", 'W/"1"', "é", "", "split\r\nX-Evil: 1", "汉"]


class Asked:
    """A request, as far as an answer looks at it."""

    headers = ()

    def __init__(self, method="GET", version=(1, 1)):
        self.method, self.version = method, version

    def should_close(self):
        return False


def told(kind, headers, pieces, **asked):
    """What a client receives, or the error."""
    ours, theirs = socket.socketpair()
    received = []
    reader = threading.Thread(target=lambda: received.extend(iter(lambda: theirs.recv(65_536), b"")))
    reader.start()
    response, error = kind(Asked(**asked), ours, Config()), None
    try:
        response.start_response("200 OK", headers)
        for piece in pieces:
            response.write(piece)
        response.close()
    except (InvalidResponseHeader, InvalidResponseHeaderName, TypeError, ValueError) as caught:
        error = type(caught)
    ours.close()
    reader.join()
    theirs.close()
    lines = [line for line in b"".join(received).split(b"\r\n") if not line.startswith(b"Date: ")]
    return error, lines, response.sent, response.should_close() if error is None else None


def test_the_server_makes_these():
    assert wsgi.Response is GatheredResponse


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4),
    st.one_of(st.none(), st.integers(0, 30)),
    st.lists(st.sampled_from([b"", b"0123456789", b"abc"]), max_size=4),
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from([(1, 0), (1, 1)]),
)
def test_it_is_the_same_to_the_byte(headers, length, pieces, method, version):
    headers = headers if length is None else [*headers, ("Content-Length", str(length))]
    for _ in range(2):  # the second time, headers are known
        asked = {"method": method, "version": version}
        assert told(GatheredResponse, headers, pieces, **asked) == told(GUNICORNS, headers, pieces, **asked)


@pytest.mark.parametrize("name", ["content-length", "CONTENT-LENGTH"])
def test_the_length_counts_however_it_is_spelt(name):
    error, lines, sent, closes = told(GatheredResponse, [(name, "3")], [b"abcdef"])
    assert (error, lines[-1], sent, closes) == (None, b"abc", 3, False)


def test_a_long_body_in_many_pieces_arrives_whole():
    pieces = [bytes([number % 256]) * 7_001 for number in range(200)]
    body = b"".join(pieces)
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    received = []
    reader = threading.Thread(target=lambda: received.extend(iter(lambda: theirs.recv(3_000), b"")))
    reader.start()
    with contextlib.closing(ours):
        response = GatheredResponse(Asked(), ours, Config())
        response.start_response("200 OK", [("Content-Length", str(len(body)))])
        for piece in pieces:
            response.write(piece)
        response.close()
    reader.join()
    assert b"".join(received).partition(b"\r\n\r\n")[2] == body


def test_nothing_has_left_while_an_answer_may_still_become_an_error():
    ours, theirs = socket.socketpair()
    response = GatheredResponse(Asked(), ours, Config())
    response.start_response("200 OK", [("Content-Length", "6")])
    response.write(b"abc")
    assert not response.headers_sent
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
    ours.close()
    theirs.close()
