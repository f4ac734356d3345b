"""`manage.py check --deploy` tells what Django finds in Chinese, with what to do."""

import importlib
import io
import re
from pathlib import Path

import pytest
from django.core import checks
from django.core.checks import security
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from portal.checking.check_words import WORDS, words_of

CHINESE, ENGLISH = re.compile(r"[一-鿿]"), re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
pytestmark = pytest.mark.django_db


def shipped_by_django():
    """The findings of Django's checks of security, by id: a new version may bring more."""
    for path in Path(security.__file__).parent.glob("*.py"):
        module = importlib.import_module(f"django.core.checks.security.{path.stem}")
        for one in vars(module).values():
            if isinstance(one, checks.CheckMessage):
                yield str(one.id)
        yield from re.findall(r"security\.[EW]\d+", path.read_text())


def test_every_finding_of_django_has_words_and_a_remedy():
    assert set(shipped_by_django()) == set(WORDS)
    for words in WORDS.values():
        assert all(CHINESE.search(part) and not ENGLISH.search(part) for part in words)


def test_what_is_not_in_the_list_keeps_its_own_words():
    assert words_of(checks.Warning("没有装好。", hint="请安装。", id="lantai.W999")) == (
        "没有装好。",
        "请安装。",
    )
    assert words_of(checks.Warning("No hint.", id="other.W001")) == ("No hint.", "")


@pytest.fixture
def unsafe(settings, monkeypatch):
    monkeypatch.delenv(
        "DJANGO_ALLOW_ASYNC_UNSAFE", raising=False
    )  # a browser test of the same process sets it
    settings.DEBUG, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, False, 0
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "short", []


def test_an_unsafe_installation_is_told_so_without_a_word_of_english(unsafe):
    with pytest.raises(SystemCheckError) as raised:
        call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO())
    told = str(raised.value)
    for number in ("W004", "W008", "W009", "W012", "W016", "W018", "W020"):
        assert f"（security.{number}）" in told
    assert not ENGLISH.search(told)
    assert "检查没有通过" in told


def test_what_stops_nothing_is_shown_and_passes(unsafe):
    out, err = io.StringIO(), io.StringIO()
    call_command("check", deploy=True, stdout=out, stderr=err)
    assert "DEBUG=1：出错页面会向任何人显示内部设置。" in err.getvalue()
    assert "请留意" in out.getvalue()


def test_where_nothing_is_found_it_says_so():
    out = io.StringIO()
    call_command("check", stdout=out)
    assert out.getvalue() == "检查通过，没有发现问题。\n"
