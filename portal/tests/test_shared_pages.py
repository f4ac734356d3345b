"""The pages machines share in a Redis: a real one, which is stopped, frozen and filled with rubbish
here.
"""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.pagecache import shared as shared_module
from portal.pagecache.cache import PageCache
from portal.pagecache.shared import Shared
from portal.tests.test_page_cache import Counting, Reader

PAGE = "/about/"
HEADERS = [("Content-Type", "text/html; charset=utf-8")]


class FixedVersion:
    """A version that changes when it is told to, so that no database is needed here."""

    def __init__(self):
        self.value, self.is_down = "1 1", False

    def current(self):
        return self.value

    def expire(self):
        pass

    def may_still_be_shown(self, version):
        return version == self.value


class RedisServer:
    """A redis-server of the test's own, on a port of its own, that can be stopped and started
    again.
    """

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.url, self.process = folder, f"redis://127.0.0.1:{self.port}/0", None

    def start(self):
        words = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("redis-server does not listen")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture
def server(tmp_path):
    if not shutil.which("redis-server"):
        if os.environ.get("REQUIRE_REDIS"):
            pytest.fail("redis-server is missing")
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def page(environ, start_response):
    start_response("200 OK", HEADERS)
    return [f"<p>示例 {environ['PATH_INFO']}</p>".encode() * 100]


def machine(server, application=page, release="one", version=None):
    """(reader of, application of) one more process with a memory of its own."""
    application = Counting(application)
    shared = Shared(server.url, release)
    cache = PageCache(application, megabytes=8, shared=shared, version=version or FixedVersion())
    return Reader(cache), application


def keys(server):
    return Shared(server.url, "one")._redis.keys("*")


def test_a_page_made_by_one_machine_is_delivered_by_the_other(server):
    (one, made), (two, unused) = machine(server), machine(server)
    first, second = one.get(PAGE), two.get(PAGE)
    assert (made.asked, unused.asked) == (1, 0)
    assert first.text == second.text
    assert {name: first.headers[name] for name in ("ETag", "Content-Type", "Cache-Control")} == {
        name: second.headers[name] for name in ("ETag", "Content-Type", "Cache-Control")
    }


def test_what_has_changed_and_what_other_code_made_is_not_taken(server):
    machine(server)[0].get(PAGE)
    newer = FixedVersion()
    newer.value = "1 2"
    (changed, made), (updated, remade) = (
        machine(server, version=newer),
        machine(server, release="two"),
    )
    changed.get(PAGE), updated.get(PAGE)
    assert (made.asked, remade.asked) == (1, 1)


def test_of_machines_that_want_a_page_at_once_one_makes_it(server):
    started = threading.Barrier(4)

    def slow(environ, start_response):
        time.sleep(0.5)
        return page(environ, start_response)

    machines = [machine(server, slow) for _ in range(4)]

    def read(reader):
        started.wait()
        return reader.get(PAGE).status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, [reader for reader, _ in machines])) == [200] * 4
    assert sum(application.asked for _, application in machines) == 1


def test_a_machine_that_dies_while_it_makes_a_page_holds_nobody_up_for_long(server, monkeypatch):
    monkeypatch.setattr(shared_module, "LEASE_MS", 300)
    reader, made = machine(server)
    dead = Shared(server.url, "one")
    origin = reader.cache.addresses.origin("http", "localhost")
    assert dead.lead((PAGE, "", origin), "1 1")  # and never gives it back
    assert reader.get(PAGE).status == 200
    assert made.asked == 1


def test_rubbish_in_redis_is_a_page_that_is_missing(server):
    machine(server)[0].get(PAGE)
    for key in keys(server):
        Shared(server.url, "one")._redis.set(key, b"\x00rubbish")
    reader, made = machine(server)
    assert "示例" in reader.get(PAGE).text
    assert made.asked == 1


def test_nothing_meant_for_one_reader_gets_into_it(server):
    def private(environ, start_response):
        start_response("200 OK", [*HEADERS, ("Set-Cookie", "a=b")])
        return [b"private"]

    machine(server, private)[0].get(PAGE)
    machine(server)[0].get(PAGE, Cookie="sessionid=x")
    assert not [key for key in keys(server) if b":page:" in key]


def test_no_lease_is_left_behind(server):
    machine(server)[0].get(PAGE)
    assert [key.split(b":")[1] for key in keys(server)] == [b"page"]


def test_without_redis_every_page_is_still_answered_and_with_it_again_shared(server, monkeypatch):
    monkeypatch.setattr(shared_module, "REST_AFTER_FAILURE", 0.2)
    reader, made = machine(server)
    server.stop()
    assert [reader.get(path).status for path in (PAGE, "/guide/")] == [200, 200]
    server.start()
    time.sleep(0.3)
    assert reader.get("/rules/").status == 200
    other, unused = machine(server)
    assert other.get("/rules/").status == 200
    assert (made.asked, unused.asked) == (3, 0)


def test_a_frozen_redis_is_left_alone(server):
    reader, made = machine(server)
    server.signal(signal.SIGSTOP)
    try:
        assert [reader.get(path).status for path in (PAGE, "/guide/", "/rules/")] == [200] * 3
    finally:
        server.signal(signal.SIGCONT)
    assert made.asked == 3


def test_while_the_database_is_down_the_shared_copy_stands_in(server):
    machine(server)[0].get(PAGE)
    down = FixedVersion()
    down.is_down = True
    reader, unused = machine(server, version=down)
    answer = reader.get(PAGE)
    assert (answer.status, answer.headers.get("X-Lantai-Stale"), unused.asked) == (
        200,
        "database",
        0,
    )


def test_who_comes_before_the_version_is_known_is_served_and_nothing_is_kept(server):
    """A process that has just started on a busy machine: another of its threads reads the version
    for the first time.
    """
    starting = FixedVersion()
    starting.value = None
    reader, made = machine(server, version=starting)
    assert [reader.get(PAGE).status for _ in range(2)] == [200, 200]
    assert (made.asked, keys(server)) == (2, [])
