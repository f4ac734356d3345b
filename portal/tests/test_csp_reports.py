"""Where browsers report violations of the Content-Security-Policy."""

import json

import pytest
from django.db import OperationalError

from portal.front import csp_reports
from portal.models import PolicyViolation
from portal.tests.test_metrics import scrape

__all__ = ["scrape"]
pytestmark = pytest.mark.django_db
OLD, NEW = "application/csp-report", "application/reports+json"


@pytest.fixture(autouse=True)
def _full_allowance(monkeypatch):
    monkeypatch.setattr(csp_reports, "allowance", csp_reports.Allowance(30, 3600))


def report(**changed):
    return {
        "document-uri": "http://testserver/items/2026-1/?q=张三#x",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example:8443/steal?name=张三",
        "script-sample": "张三",
    } | changed


def send(client, said, content_type=OLD):
    body = said if isinstance(said, (str, bytes)) else json.dumps(said)
    return client.post("/csp-report/", body, content_type=content_type)


def rows():
    return list(
        PolicyViolation.objects.order_by("pk").values_list(
            "directive", "blocked", "document", "count"
        )
    )


def test_a_report_is_kept_without_anything_personal(client):
    for _ in range(2):
        assert send(client, {"csp-report": report()}).status_code == 204
    assert rows() == [("script-src-elem", "https://evil.example:8443", "/items/2026-1/", 2)]


def test_the_reporting_api_sends_several(client):
    body = {
        "documentURL": "http://testserver/",
        "effectiveDirective": "style-src-attr",
        "blockedURL": "inline",
    }
    said = [
        {"type": "csp-violation", "body": body},
        {"type": "deprecation", "body": body},
        {"type": "csp-violation"},
        3,
    ]
    assert send(client, said, NEW).status_code == 204
    assert rows() == [("style-src-attr", "inline", "/", 1)]


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,张三", "data"),
        ("chrome-extension://abcdef/x.js", "chrome-extension"),
        ("javascript:alert(1)", "其他"),
        ("https://张三.example/", "其他"),
        ("https://[::1", "其他"),
        ("http://user:password@evil.example/", "其他"),
        ("", "未说明"),
    ],
)
def test_of_what_was_blocked_its_source_is_kept(client, blocked, kept):
    send(client, {"csp-report": report(**{"blocked-uri": blocked})})
    assert [row[1] for row in rows()] == [kept]


@pytest.mark.parametrize(
    "said",
    [
        *(
            "[]",
            "{}",
            "3",
            "null",
            '"x"',
            '{"csp-report": 3}',
            '{"csp-report": {}}',
            '[{"type": "csp-violation", "body": []}]',
        ),
        {"csp-report": report(**{"document-uri": "https://elsewhere.example/"})},
        {"csp-report": report(**{"document-uri": "http://[/"})},
        {"csp-report": report(**{"document-uri": {}})},
        {"csp-report": report(**{"effective-directive": "no-such-rule"})},
    ],
    ids=str,
)
def test_what_says_nothing_of_a_page_of_ours_is_thanked_for_and_forgotten(client, said):
    assert send(client, said).status_code == 204
    assert rows() == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", OLD, 400),
        (b"\xff\xfe", OLD, 400),
        ("[" * 20_000, NEW, 400),
        ("9" * 10_000, NEW, 400),
        ("x" * (csp_reports.LARGEST + 1), OLD, 413),
        ("a=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_report_is_refused(client, body, content_type, status):
    assert send(client, body, content_type).status_code == status


def test_half_characters_and_nul_are_left_out(client):
    body = '{"csp-report": {"document-uri": "http://testserver/a\\ud800\\u0000%00%ED%A0%80", "effective-directive": "img-src"}}'
    assert send(client, body).status_code == 204
    assert rows()[0][2].startswith("/a")


def test_only_so_many_are_written_and_so_many_kinds_are_kept(client, monkeypatch):
    monkeypatch.setattr(csp_reports, "KINDS", 3)
    for number in range(35):
        assert (
            send(
                client, {"csp-report": report(**{"document-uri": f"http://testserver/{number}/"})}
            ).status_code
            == 204
        )
    assert [row[2] for row in rows()] == ["/27/", "/28/", "/29/"]


def test_a_database_that_does_not_answer_breaks_nothing(client, monkeypatch):
    def fail(*kind):
        raise OperationalError

    monkeypatch.setattr(csp_reports, "_remember", fail)
    assert send(client, {"csp-report": report()}).status_code == 204


def test_it_takes_nothing_but_posts(client):
    assert client.get("/csp-report/").status_code == 405


def test_prometheus_hears_of_them(client, scrape):
    for _ in range(2):
        send(client, {"csp-report": report()})
    told = scrape()
    assert (told["lantai_csp_kinds", ""], told["lantai_csp_reports", ""]) == (1, 2)
