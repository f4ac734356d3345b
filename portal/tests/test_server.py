"""gunicorn as `deploy/gunicorn.conf.py` starts it: where it listens, and what it answers when it is
asked directly.
"""

import importlib.util
import os
import socket
import struct
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from gunicorn.config import Config

CONFIGURATION = settings.BASE_DIR / "deploy/gunicorn.conf.py"
REACHABLE = [
    "0.0.0.0:8000",
    "[::]:8000",
    "192.0.2.7:8000",
    "www.example.gov.cn:8000",
    ["127.0.0.1:8000", "0.0.0.0:8000"],
]
OF_THIS_MACHINE = [
    "127.0.0.1:8000",
    "127.8.8.8:8000",
    "[::1]:8000",
    "localhost:8000",
    "unix:/run/lantai.sock",
]


@pytest.fixture
def hook():
    """`on_starting` of the shipped file."""
    spec = importlib.util.spec_from_file_location("shipped_configuration", CONFIGURATION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.on_starting


def starting(hook, bind):
    configuration = Config()
    configuration.set("bind", bind)
    hook(SimpleNamespace(cfg=configuration))


@pytest.mark.parametrize("bind", OF_THIS_MACHINE)
def test_it_listens_where_only_this_machine_can_come(hook, bind, monkeypatch):
    monkeypatch.delenv("TRUSTED_PROXY_COUNT", raising=False)
    starting(hook, bind)


@pytest.mark.parametrize("count", ["", "0"])
@pytest.mark.parametrize("bind", REACHABLE)
def test_it_listens_to_nobody_else_by_itself(hook, bind, count, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", count)
    with pytest.raises(SystemExit) as refused:
        starting(hook, bind)
    told = refused.value.code
    assert "nginx" in told
    assert "TRUSTED_PROXY_COUNT=1" in told
    assert (bind if isinstance(bind, str) else bind[1]).replace("[", "").replace("]", "") in told


@pytest.mark.parametrize("bind", REACHABLE)
def test_where_something_stands_in_front_it_does(hook, bind, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")
    starting(hook, bind)


@pytest.mark.parametrize(
    "how",
    [{"BIND": "0.0.0.0:8999"}, {"GUNICORN_CMD_ARGS": "--bind 0.0.0.0:8999"}],
    ids=["by the variable", "by gunicorn's own"],
)
def test_gunicorn_itself_ends_with_the_sentence(how):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("TRUSTED_PROXY_COUNT", "BIND")
    }
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, "portal.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment | how,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "没有启动：0.0.0.0:8999" in done.stderr


# --- Asked directly -----------------------------------------------------------------------
def told(portal, request):
    """Everything the server says to these bytes. It may close before it has read them all."""
    address = urlsplit(portal.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as client:
        with suppress(OSError):
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
        return b"".join(_pieces(client)).decode()


def _pieces(client):
    with suppress(ConnectionError):
        while piece := client.recv(65_536):
            yield piece


HOST = b"Host: 127.0.0.1\r\n"
LONG = b"x" * 4_100
REFUSED = {
    "no host": (b"GET / HTTP/1.1\r\n\r\n", "400", "Host"),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: localhost\r\n\r\n", "400", ""),
    "a long query": (b"GET /search/?q=" + LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n", "414", "缩短"),
    "in chunks": (
        b"POST /preferences/ HTTP/1.1\r\n"
        + HOST
        + b"Transfer-Encoding: chunked\r\n\r\n5\r\nsize=\r\n0\r\n\r\n",
        "411",
        "Content-Length",
    ),
    "a large form": (
        b"POST /preferences/ HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 900000\r\n\r\n"
        + b"x" * 900_000,
        "413",
        "65 kB",
    ),
    "two lengths": (
        b"POST /preferences/ HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nsize=l",
        "400",
        "",
    ),
    "nonsense": (b"nonsense\r\n\r\n", "400", ""),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_answered_is_refused(demonstration, kind):
    request, status, words = REFUSED[kind]
    answer = told(demonstration, request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert words in answer


def test_who_asks_by_http_1_0_needs_no_host(demonstration):
    assert told(demonstration, b"GET /healthz/live HTTP/1.0\r\n\r\n").startswith("HTTP/1.0 200")


def test_who_asks_for_leave_and_is_gone_ends_no_process(demonstration):
    """One such packet ended a process, thirty times of thirty, while a server of our own answered
    it in its main loop.
    """
    head = (
        b"POST /preferences/ HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n"
    )
    address = urlsplit(demonstration.url)
    before = children(demonstration)
    for _ in range(30):
        with closing(
            socket.create_connection((address.hostname, address.port), timeout=5)
        ) as client:
            client.sendall(head)
            client.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )  # a reset instead of an end
    assert told(demonstration, b"GET /healthz/live HTTP/1.0\r\n\r\n").startswith("HTTP/1.0 200")
    assert children(demonstration) == before


def children(portal):
    """The processes that serve."""
    return (
        Path(f"/proc/{portal.process.pid}/task/{portal.process.pid}/children").read_text().split()
    )
