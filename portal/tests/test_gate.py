"""What is refused before Django or the page cache looks at it."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from portal.front.gate import LONGEST_FORM, LONGEST_QUERY, METHODS, guarded, longest_body

MB = 1_000_000


def ask(path="/", method="GET", query="", **more):
    """(status, headers, body) of the gate; behind it everything is answered by "inside"."""
    told = []

    def inside(environ, start_response):
        start_response("200 OK", [])
        return [b"inside"]

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        **more,
    }
    environ = {name: value for name, value in environ.items() if value is not None}
    parts = guarded(inside)(
        environ, lambda status, headers: told.append((int(status[:3]), dict(headers)))
    )
    return *told[0], b"".join(parts).decode()


@pytest.mark.parametrize("method", METHODS)
def test_what_a_browser_asks_comes_through(method):
    assert ask(method=method)[0] == 200


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "get", "示例"])
def test_other_methods_are_refused(method):
    status, headers, body = ask(method=method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert "只接受" in body


def test_without_a_host_nothing_is_answered():
    status, _, body = ask(HTTP_HOST=None)
    assert status == 400
    assert "Host" in body


def test_a_client_of_http_1_0_needs_no_host():
    assert ask(HTTP_HOST=None, SERVER_PROTOCOL="HTTP/1.0")[0] == 200


@pytest.mark.parametrize("path", ["/search/", "/admin/", "/api/v1/items", "/no-such-page/"])
def test_a_query_beyond_all_measure_is_refused_wherever_it_is_sent(path):
    assert ask(path, query="q=" + "x" * (LONGEST_QUERY - 2))[0] == 200
    status, _, body = ask(path, query="q=" + "x" * (LONGEST_QUERY - 1))
    assert status == 414
    assert "缩短" in body


def test_the_longest_question_the_search_takes_is_not_too_long():
    assert ask("/search/", query="q=" + "%E4%BE%9B" * 300 + "&category=notices&page=7")[0] == 200


def test_a_query_sent_as_it_is_read_is_taken_from_nginx_alone(settings):
    told = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/search/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
    }
    raw = {"HTTP_X_RAW_QUERY": "q=预算&x=1".encode().decode("latin-1"), "QUERY_STRING": ""}
    gate = guarded(lambda environ, start_response: told.append(environ["QUERY_STRING"]) or [])
    for settings.TRUSTED_PROXY_COUNT in (1, 0):
        gate(environ | raw, None)
    assert told == ["q=%E9%A2%84%E7%AE%97&x=1", ""]


FORMS = [
    "/",
    "/preferences/",
    "/corrections/new/",
    "/csp-report/",
    "/register/verify",
    "/administration/",
    "/x/admin/",
]


@pytest.mark.parametrize("path", FORMS)
def test_what_strangers_send_is_small(path):
    assert ask(path, "POST", CONTENT_LENGTH=str(LONGEST_FORM))[0] == 200
    status, _, body = ask(path, "POST", CONTENT_LENGTH=str(LONGEST_FORM + 1))
    assert status == 413
    assert "65 kB" in body


@pytest.mark.parametrize("path", ["/admin/disclosure/item/add/", "/register/verify/"])
def test_where_files_are_taken_they_may_come(path):
    assert ask(path, "POST", CONTENT_LENGTH=str(settings.ATTACHMENT_MAX_BYTES + MB))[0] == 200
    status, _, body = ask(path, "POST", CONTENT_LENGTH=str(settings.LARGEST_REQUEST + 1))
    assert status == 413
    assert "110 MB" in body


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_only_asks_brings_no_files(method):
    assert longest_body(method, "/admin/") == LONGEST_FORM
    assert ask("/admin/", method, CONTENT_LENGTH=str(MB))[0] == 413


REFUSED = {
    "in chunks": ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    "in chunks and with a length": (
        {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "5"},
        411,
    ),
    "negative": ({"CONTENT_LENGTH": "-1"}, 400),
    "no number": ({"CONTENT_LENGTH": "many"}, 400),
    "two lengths": ({"CONTENT_LENGTH": "5,6"}, 400),
    "digits of another script": ({"CONTENT_LENGTH": "٥"}, 400),
    "longer than any number": ({"CONTENT_LENGTH": "9" * 5_000}, 413),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_body_of_no_plain_length_is_refused(kind):
    environ, status = REFUSED[kind]
    assert ask("/admin/", "POST", **environ)[0] == status


def test_a_refusal_says_what_every_answer_says():
    _, headers, _ = ask("/", "POST", CONTENT_LENGTH=str(MB))
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@given(st.text(max_size=30), st.integers(0, 10**12))
def test_no_path_of_a_stranger_takes_more_than_a_form(path, length):
    if path.startswith("/admin/") or path == "/register/verify/":
        return
    assert (ask(path, "POST", CONTENT_LENGTH=str(length))[0] == 200) == (length <= LONGEST_FORM)
