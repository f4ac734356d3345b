"""What stands in the logs, and what never does."""

import io
import json
import logging
import re

import psycopg2
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from portal.logs import JsonFormatter, LineFormatter

logger = logging.getLogger("portal.tests.logs")


def fail(request):
    raise RuntimeError("示例故障")


def speak(request):
    logger.warning("办理中")
    return HttpResponse("ok")


urlpatterns = [path("fail/", fail), path("speak/", speak), path("", include("portal.urls"))]
handler404 = "portal.front.errors.not_found"
handler500 = "portal.front.errors.server_error"


@pytest.fixture
def log(client):
    """What a JSON handler wrote, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def said(message, *args, formatter=None, **extra):
    record = logging.LogRecord(
        "portal", logging.ERROR, "file", 1, message, args, extra.pop("exc_info", None)
    )
    vars(record).update(extra)
    return (formatter or JsonFormatter()).format(record)


def test_the_reader_of_an_error_page_can_quote_a_number_that_finds_the_log_line(client, log):
    answer = client.get("/fail/?name=张三", REMOTE_ADDR="203.0.113.77")
    number = re.search(r"编号 ([0-9a-f]{16})", answer.content.decode())[1]
    assert answer["X-Request-ID"] == number
    (line,) = [line for line in log() if line["level"] == "ERROR"]
    assert (line["request_id"], line["path"], line["method"], line["status"]) == (
        number,
        "/fail/",
        "GET",
        500,
    )
    assert "示例故障" in line["exception"]
    assert not any(
        word in json.dumps(line, ensure_ascii=False)
        for word in ("张三", "%E5%BC%A0", "name=", "203.0.113.77")
    )


def test_lines_of_one_request_share_its_number_and_the_next_has_another(client, log):
    numbers = [client.get("/speak/")["X-Request-ID"] for _ in range(2)]
    assert [line["request_id"] for line in log() if line["message"] == "办理中"] == numbers
    assert numbers[0] != numbers[1]


@pytest.mark.parametrize(
    ("proxies", "claimed", "is_taken"),
    [
        (1, "a1b2c3d4e5f6a7b8", True),
        (0, "a1b2c3d4e5f6a7b8", False),
        (1, "x" * 65, False),
        (1, 'a"b}{ cdefgh', False),
    ],
)
def test_a_number_is_taken_from_our_own_proxy_alone(
    client, settings, log, proxies, claimed, is_taken
):
    settings.TRUSTED_PROXY_COUNT = proxies
    answer = client.get("/speak/", headers={"X-Request-ID": claimed})
    assert (answer["X-Request-ID"] == claimed) is is_taken
    assert len(answer["X-Request-ID"]) == 16


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("Error handling request /search/?q=%E5%BC%A0%E4%B8%89&page=2", "q="),
        ("Invalid request from ip=203.0.113.7: bad line", "203.0.113.7"),
        ("duplicate key\nDETAIL:  Key (name)=(张三) already exists.\nLINE 1: SELECT 张三", "张三"),
        ("no mail for zhang.san@example.com", "zhang"),
        ("申请人 230103198001011234 电话 13900001234", "13900001234"),
        ("申请人 23010319800101123X", "23010319800101123X"),
    ],
)
@pytest.mark.parametrize(
    "formatter", [JsonFormatter(), LineFormatter("{number}{message}", style="{")]
)
def test_what_says_who_or_what_for_is_taken_out(message, gone, formatter):
    assert gone not in said(message, formatter=formatter)


def test_a_row_quoted_by_the_database_is_taken_out_of_the_traceback():
    name = "张" + "三"  # not as it stands in this source, which the traceback quotes
    try:
        raise psycopg2.IntegrityError(
            f"duplicate key\nDETAIL:  Key (name)=({name}) already exists.\n"
        )
    except psycopg2.IntegrityError as error:
        line = said("failed", exc_info=(type(error), error, error.__traceback__))
    assert "duplicate key" in line
    assert "张三" not in line


def test_numbers_of_the_portal_stay():
    assert "/items/G/2026-1/ 20261124 id 12345" in said("/items/G/2026-1/ 20261124 id 12345")


def test_one_event_is_one_line_whatever_it_holds():
    line = said("两行\n%s", "\udcff")
    assert "\n" not in line
    assert line.encode()
    assert json.loads(line)["message"] == "两行\n\udcff"


def test_the_settings_know_both_forms():
    assert set(settings.LOGGING["formatters"]) == {"line", "json"}
