"""What every answer says to the browser, and which methods are answered at all."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse
from psycopg2 import extensions

from disclosure import counting
from disclosure.lists.shelves import shelves
from disclosure.tests.test_public_gate import addresses, hidden_things
from portal import serving
from portal.front.gate import METHODS
from portal.pagecache.watch import Watch
from portal.tests.said import SANDBOXED, faults
from portal.tests.test_page_cache import Reader, django

__all__ = ["django", "hidden_things"]
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HSTS = "max-age=31536000; includeSubDomains; preload"
# One's own preferences; the file of a draft, for those who may see it.
DIFFERS = {"preferences-css", "attachment"}
# A form with the token against forms sent from other sites, in a cookie; kept by nobody.
GIVES_A_TOKEN = {"correction-new", "correction-query"}


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals by the hundred, each with a line in the log."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _over_https(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def public_faults(client, name, address):
    """What is wrong with the answer of a public address, asked by GET and by HEAD."""
    response, head = client.get(address, secure=True), client.head(address, secure=True)
    yield from faults(response, name)
    if response.get("Strict-Transport-Security") != HSTS:
        yield HSTS
    if name in GIVES_A_TOKEN:
        if "no-store" not in response["Cache-Control"] or set(response.cookies) - {
            settings.CSRF_COOKIE_NAME
        }:
            yield "is kept"
    elif response.cookies or ("Cookie" in response.get("Vary", "") and name not in DIFFERS):
        yield "differs by reader"
    is_page = response.get("Content-Type", "").startswith("text/html") and name not in SANDBOXED
    if is_page and "require-trusted-types-for 'script'" not in response["Content-Security-Policy"]:
        yield "scripts may make markup"
    if (head.status_code, body(head)) != (response.status_code, b""):
        yield f"HEAD {head.status_code}, GET {response.status_code}"


def test_every_kind_of_public_answer_carries_them(client, hidden_things):
    """What is there and what is not; the pages of the desk are looked at where they are walked
    (test_desk_matrix.py).
    """
    found = []
    for name, calls in addresses(*hidden_things).items():
        address = reverse(name, args=calls[0])
        found += [(address, fault) for fault in public_faults(client, name, address)]
    assert found == []


@pytest.fixture
def server(django, monkeypatch):
    """The application a server process runs; what only such a process does is taken back
    afterwards.

    But for its watch: that has a connection of its own, waits for the test's transaction, and no
    rollback takes back what it writes.
    """
    monkeypatch.setattr(Watch, "begin", lambda watch: None)
    monkeypatch.setattr(counting._tally, "patient", counting._tally.patient)
    yield Reader(serving.in_front_of(django))
    shelves.forget()
    extensions.set_wait_callback(None)


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "get", "", "GET "]
)
def test_a_method_that_means_nothing_is_refused_in_front_of_all_else(
    server, django, method, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = server.get("/", method=method, Cookie="sessionid=x")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert "sessionid" not in answer.text
    assert list(faults(answer.headers, "")) == []
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert django.asked == 0


@pytest.mark.parametrize("method", METHODS)
def test_the_others_are_passed_on(server, method):
    assert server.get("/about/", method=method).status in {200, 403}


def test_head_says_what_get_says(server):
    for address in ("/", "/about/", "/no-such-page/", "/robots.txt"):
        get, head = server.get(address), server.get(address, method="HEAD")
        assert (head.status, head.headers.get("Content-Length")) == (
            get.status,
            get.headers.get("Content-Length"),
        )
    assert server.get("/", method="HEAD").body == b""
