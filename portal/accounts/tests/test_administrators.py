"""`manage.py createsuperuser` speaks Chinese and takes no password that breaks the rules."""

import getpass
import io
import re
import sys

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from catalog.tests.builders import make_user
from ledger.models import AuditEntry, AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "qingfeng-Mingyue-37"


@pytest.fixture
def terminal(monkeypatch):
    """A terminal where somebody types these answers; what the questions were."""
    asked, answers = [], []

    def ask(question=""):
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr("builtins.input", ask)
    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setattr(
        sys, "stdin", type("Terminal", (io.StringIO,), {"isatty": lambda self: True})()
    )

    def type_in(*words):
        answers.extend(words)
        return asked

    return type_in


def create(*words):
    told = io.StringIO()
    call_command("createsuperuser", *words, stdout=told)
    return told.getvalue()


def test_it_asks_and_answers_in_chinese(terminal):
    asked = terminal("admin", "系统管理员", PASSWORD, PASSWORD)
    told = create()
    user = User.objects.get(username="admin")
    assert (user.is_superuser, user.is_staff, user.last_name, user.check_password(PASSWORD)) == (
        True,
        True,
        "系统管理员",
        True,
    )
    assert told == "已建立管理员账号 admin。\n"
    assert all(re.search(r"[一-鿿]", question) for question in asked)
    assert not re.search(r"[A-Za-z]{3,}", "".join(asked))
    assert AuditEntry.objects.filter(event=AuditEvent.ACCOUNT, object_key=str(user.pk)).exists()


def test_a_weak_password_is_not_taken_whoever_insists(terminal):
    terminal("admin", "", "12345678", PASSWORD, "other", PASSWORD, PASSWORD)
    told = create()
    assert "口令" in told or "密码" in told
    assert "两次输入的不同" in told
    assert User.objects.get(username="admin").check_password(PASSWORD)


def test_a_log_in_that_is_taken_or_cannot_be_one_is_asked_for_again(terminal):
    make_user("taken")
    terminal("", "a b", "free", "", PASSWORD, PASSWORD)
    assert "已经有人用了" in create("--username", "taken")
    assert User.objects.filter(username="free").exists()


def test_without_a_terminal_it_says_so():
    with pytest.raises(CommandError, match="不是终端"):
        create()
    assert not User.objects.exists()


def test_a_program_may_hand_everything_over(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    assert (
        create("--noinput", "--username", "admin", "--email", "admin@example.gov.cn")
        == "已建立管理员账号。\n"
    )
    assert User.objects.get(username="admin").check_password(PASSWORD)
