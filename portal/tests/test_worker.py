"""Sixty slow sockets hold nobody up, and what arrives slowly arrives whole."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import unquote

import pytest
from django.conf import settings

THREADS = 2
SLOW = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port(server):
    """Where the server listens."""
    return server.port


@pytest.fixture(scope="module")
def server():
    """One worker of two threads, as deploy/gunicorn.conf.py configures it."""
    number = free_port()
    environment = {**os.environ, "BIND": f"127.0.0.1:{number}", "WEB_CONCURRENCY": "1", "WEB_THREADS": str(THREADS)}
    environment |= {"MAX_REQUEST_MB": "3"}
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command += ["portal.tests.patient_app"]
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", number)).close()
            break
        except OSError:
            time.sleep(0.05)
    server.port = number
    yield server
    server.terminate()
    assert server.wait(20) == 0  # sockets that were left open do not keep it from stopping


def ask(port, method="GET", path="/", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def said(body, method="POST", path="/"):
    return f"{method} {path} {len(body)} {hashlib.sha256(body).hexdigest()}"


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 500,
    ],
    ids=["idle", "in the head", "in the body"],
)
def test_sixty_slow_sockets_hold_nobody_up(port, beginning):
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW)]
    for one in slow:
        one.sendall(beginning)
    assert [ask(port)[0] for _ in range(10)] == [200] * 10
    for one in slow:
        one.close()
    assert ask(port)[0] == 200


def test_a_body_in_small_pieces_arrives_whole(port):
    body = os.urandom(1_200_000)  # longer than what is kept in memory
    head = (
        f"POST /admin/upload HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    )
    message = head + body
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        for start in range(0, len(message), 40_001):
            client.sendall(message[start : start + 40_001])
        answer = client.makefile("rb").read().decode()
    assert answer.endswith(said(body, path="/admin/upload"))


def wsgi_path(path):
    """PATH_INFO as WSGI passes it on: the bytes as Latin-1."""
    return unquote(path.partition("?")[0]).encode().decode("latin-1")


@pytest.mark.parametrize("path", ["/搜索/?q=预算 公开".replace(" ", "+"), "/%E6%90%9C/ü"])
def test_an_address_sent_as_it_is_read_is_taken(port, path):
    """Old browsers, chat programs and scripts do not write %E6…; gunicorn alone answers 400 in English."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert wsgi_path(path) in answer.decode()


def test_bytes_of_another_encoding_are_taken_too(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall("GET /公开 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode("gbk"))
        assert client.makefile("rb").read().startswith(b"HTTP/1.1 200")


def test_one_connection_serves_many_requests_with_and_without_bodies(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for size in (0, 10, 700_000, 0, 5, 513_000, 0):
        body = os.urandom(size)
        connection.request("POST" if size else "GET", "/admin/", body or None)
        assert connection.getresponse().read().decode() == said(body, "POST" if size else "GET", "/admin/")


def test_requests_sent_without_waiting_are_answered_in_their_order(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(
            b"GET /one HTTP/1.1\r\nHost: a\r\n\r\nPOST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            b"GET /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        answer = client.makefile("rb").read().decode()
    assert [answer.index(part) for part in ("GET /one", "POST /two 3", "GET /three")] == sorted(
        answer.index(part) for part in ("GET /one", "POST /two 3", "GET /three")
    )


def test_who_asks_for_leave_to_send_the_body_gets_it(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 100")
        client.sendall(b"body")
        assert client.makefile("rb").read().decode().endswith(said(b"body"))


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\nabcde\r\n" * 3
REFUSED = {
    "longer than the server takes": (b"/admin/", b"Content-Length: 3000001\r\n\r\n", "413", "不能超过 3 MB"),
    "longer than a form": (b"/preferences/", b"Content-Length: 1000001\r\n\r\n", "413", "不能超过 1 MB"),
    "a path that only looks like the desk": (b"/x?/admin/", b"Content-Length: 1000001\r\n\r\n", "413", "1 MB"),
    "longer than any number": (b"/admin/", b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", "400", "长度"),
    "negative": (b"/admin/", b"Content-Length: -1\r\n\r\n", "400", "长度"),
    "two lengths": (b"/admin/", b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", "400", "前后不一"),
    "one length twice": (b"/admin/", b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde", "400", "前后不一"),
    "a list of lengths": (b"/admin/", b"Content-Length: 5, 5\r\n\r\nabcde", "400", "前后不一"),
    "in chunks": (b"/admin/", CHUNKED, "411", "Content-Length"),
    "in chunks and with a length": (b"/admin/", b"Content-Length: 5\r\n" + CHUNKED, "411", "Content-Length"),
    "encoded otherwise": (b"/admin/", b"Transfer-Encoding: gzip, chunked\r\n\r\n", "411", "Content-Length"),
}


@pytest.mark.parametrize("behind", [b"", b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n"], ids=["", "behind another"])
@pytest.mark.parametrize("kind", REFUSED)
def test_a_body_of_no_plain_length_is_refused_before_anything_reads_it(port, kind, behind):
    path, rest, status, words = REFUSED[kind]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(behind + b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + rest)
        answer = client.makefile("rb").read().decode()
    assert f"HTTP/1.1 {status} " in answer
    assert words in answer
    assert "POST" not in answer  # the application has not seen it
    assert ("GET /one" in answer) == bool(behind)


def test_who_goes_on_sending_reads_the_refusal(port):
    """Closing at once would reset the connection, and a browser would show no answer at all."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"POST /admin/ HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n")
        for _ in range(40):
            client.sendall(b"x" * 100_000)
        answer = client.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413")


@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 70_000,
    ],
)
def test_what_is_no_request_gets_a_refusal(port, request_text):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(request_text)
        assert client.recv(20).startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))


def test_a_request_on_its_way_while_the_worker_is_replaced_is_answered(port, server):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        assert ask(port)[0] == 200  # by now the silent connection has been accepted
        server.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        client.sendall(b"GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"GET /late" in client.makefile("rb").read()
    assert ask(port)[0] == 200
