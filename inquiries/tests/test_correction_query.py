"""What became of a report, for who has its receipt."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from catalog.tests.builders import make_user
from inquiries.actions import handle_error_report, query_code
from inquiries.models import FormUse
from inquiries.tests.builders import make_error_report, sent

pytestmark = pytest.mark.django_db
ADDRESS = "/corrections/"


def ask(client, number, code, **headers):
    return client.post(ADDRESS, {"number": number, "code": code}, **headers)


def test_it_tells_what_was_done_and_nothing_of_the_sender(client):
    report = make_error_report(token="x", name="示例称呼", contact="示例联系方式")
    handle_error_report(
        report=report,
        status="handled",
        note="<b>已改正</b>（示例）",
        by=make_user("clerk-name"),
    )
    page = ask(client, report.number, query_code("x")).content.decode()
    assert "已处理" in page
    assert "&lt;b&gt;已改正&lt;/b&gt;（示例）" in page
    assert not any(words in page for words in ("示例称呼", "示例联系方式", "clerk-name"))


def test_number_and_code_may_be_typed_as_they_come(client):
    report, code = make_error_report(token="x"), query_code("x").lower()
    full_width = report.number.translate({ord(one): ord(one) + 0xFEE0 for one in "JC0123456789-"})
    assert "待处理" in ask(client, f" {full_width} ", f"{code[:5]} – {code[5:]}").content.decode()


def test_unknown_and_wrong_are_answered_alike(client):
    report = make_error_report()

    def answer(number):
        response = ask(client, number, "AAAAA-AAAAA")
        return response.status_code, response.content.decode().replace(number, "").split(
            "csrfmiddlewaretoken"
        )[0]

    assert answer(report.number) == answer("JC20000101-0001")


def test_both_cost_the_same_queries(client, django_assert_num_queries):
    report = make_error_report()
    for number in (report.number, "JC20000101-0001"):
        # Savepoint, window, look, note, release; PostgreSQL takes a lock beside.
        with django_assert_num_queries(5 + (connection.vendor == "postgresql")):
            ask(client, number, "AAAAA-AAAAA")


def test_after_five_wrong_tries_the_right_code_opens_nothing_for_ten_minutes(client):
    report = make_error_report(token="x")
    for _ in range(5):
        assert ask(client, report.number, "AAAAA-AAAAA").status_code == 200
    refused = ask(client, report.number, query_code("x"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert "待处理" not in refused.content.decode()
    assert (
        "待处理"
        in ask(client, report.number, query_code("x"), REMOTE_ADDR="203.0.113.9").content.decode()
    )
    FormUse.objects.update(at=timezone.now() - dt.timedelta(minutes=11))
    assert "待处理" in ask(client, report.number, query_code("x")).content.decode()


def test_right_tries_are_not_counted(client):
    report = make_error_report(token="x")
    for _ in range(7):
        assert ask(client, report.number, query_code("x")).status_code == 200
    assert not FormUse.objects.exists()


def test_nothing_stands_in_the_address(client):
    report = make_error_report(token="x")
    response = client.get(ADDRESS, {"number": report.number, "code": query_code("x")})
    assert "待处理" not in response.content.decode()
    assert sent(response)["number"] == ""


@pytest.mark.parametrize(
    "value", ["", "\x00", "a\x00b", "\u202e", "x" * 100_000, "' OR 1=1--", "٣", "𝟘"]
)
def test_nothing_breaks_it(client, value):
    assert ask(client, value, value).status_code == 200


@pytest.mark.parametrize("address", ["/corrections/", "/corrections/new/"])
def test_other_methods_are_refused(client, address):
    for method in (client.put, client.patch, client.delete):
        assert method(address).status_code == 405
