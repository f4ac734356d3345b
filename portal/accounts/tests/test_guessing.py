"""Guesses that arrive together are no better than guesses that come one after the other, whoever's
name they try.
"""

from functools import partial

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import CommandError, call_command
from django.test import Client

from catalog.tests.builders import make_user
from ledger.models import AuditEntry
from ledger.tests.forking import run_at_once
from portal.accounts.lockout import one_spelling

PASSWORD = "示例口令 2026"
LOGIN = "/admin/login/"
GUESSER, OFFICE = "203.0.113.5", "198.51.100.7"


@pytest.fixture
def looked_at(monkeypatch, tmp_path):
    """The passwords that were compared or hashed, of whatever process; of a name that is nobody's
    Django hashes as well.
    """
    file, encode = tmp_path / "looked-at", MD5PasswordHasher.encode

    def note(password):
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{password}\n")

    def encoding(self, password, salt):
        if password.startswith("guess"):
            note(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encoding)
    return lambda: set(file.read_text(encoding="utf-8").splitlines()) if file.exists() else set()


def sign_in(username, password=PASSWORD, address=GUESSER, **more):
    return (
        Client()
        .post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address, **more)
        .status_code
    )


pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_guesses_at_once_five_are_looked_at_and_the_owner_gets_in(looked_at):
    make_user("zhang")
    tasks = [partial(sign_in, "zhang", f"guess-{number}") for number in range(20)]
    assert run_at_once(*tasks) == [0] * 20
    assert 1 <= len(looked_at()) <= 5
    assert sign_in("zhang", address="10.0.0.9") == 302


@pytest.mark.django_db(transaction=True)
def test_of_sixty_names_at_once_from_one_address_ten_are_looked_at(looked_at):
    make_user("zhang")
    tasks = [partial(sign_in, f"person-{number}", f"guess-{number}") for number in range(60)]
    assert run_at_once(*tasks) == [0] * 60  # whoever waits too long is told to come again
    assert 1 <= len(looked_at()) <= 10
    for number in range(60):
        sign_in(f"person-{number}", "guess")
    assert len(looked_at()) <= 11  # the last word is the same every time
    assert AccessAttempt.objects.values("username").distinct().count() == 10
    assert sign_in("zhang") == 429
    assert sign_in("zhang", address="10.0.0.9") == 302


def test_spellings_of_a_name_count_as_one(looked_at):
    make_user("zhang")
    spellings = [
        "zhang",
        "ZHANG",
        "ｚｈａｎｇ",
        " zhang ",
        "zh ang",
        "zha\u200bng",
        "Zhang",
        "zhang\u3000",
    ]
    answers = [sign_in(name, f"guess-{place}") for place, name in enumerate(spellings)]
    assert answers == [200] * 4 + [429] * 4
    assert len(looked_at()) == 5


@pytest.mark.parametrize(
    "name",
    ["é", "e\u0301", "É", "Ｅ\u0301", "\u00a0é", "\ufeffé"],
    ids=["composed", "apart", "upper", "wide", "blank", "mark"],
)
def test_every_form_of_unicode_is_one_spelling(name):
    assert one_spelling(name) == "é"


def test_what_the_law_of_spelling_makes_longer_fits_the_column():
    assert sign_in("\ufdfa" * 150, "guess") == 200


def test_one_colleague_who_mistypes_locks_nobody_else_out():
    for name in ("zhang", "li"):
        make_user(name)
    assert [sign_in("zhang", "guess", OFFICE) for _ in range(12)] == [200] * 4 + [429] * 8
    assert sign_in("li", address=OFFICE) == 302


def test_who_gets_in_is_no_longer_counted():
    """Twelve colleagues mistype once each on the morning after passwords were changed."""
    for number in range(12):
        make_user(f"c{number}")
        assert sign_in(f"c{number}", "guess", OFFICE) == 200
        assert sign_in(f"c{number}", address=OFFICE) == 302


def spray(address, names=10):
    for number in range(names):
        assert sign_in(f"spray-{number}", "guess", address) == 200


def test_the_page_says_that_it_is_the_network_and_until_when(client):
    spray(OFFICE)
    answer = client.post(LOGIN, {"username": "zhang", "password": "x"}, REMOTE_ADDR=OFFICE)
    assert "从您所在的网络已有 10 个账号登录失败" in answer.content.decode()
    assert 1700 < int(answer["Retry-After"]) <= 1800


def test_addresses_of_one_connection_in_ipv6_are_one():
    make_user("zhang")
    for number in range(10):
        sign_in(f"spray-{number}", "guess", f"2001:db8:1:2::{number + 1}")
    assert sign_in("zhang", address="2001:db8:1:2:ffff::1") == 429
    assert sign_in("zhang", address="2001:db8:1:3::1") == 302


def test_the_window_and_the_limits_are_settings(settings):
    settings.LOGIN_NAMES_PER_ADDRESS, settings.AXES_FAILURE_LIMIT = 3, 2
    make_user("zhang")
    spray(OFFICE, names=3)
    assert sign_in("zhang", address=OFFICE) == 429
    assert [sign_in("zhang", "guess") for _ in range(3)] == [200, 429, 429]


def test_an_address_is_unlocked_at_the_desk(client):
    make_user("zhang")
    spray(OFFICE)
    client.force_login(make_user("keeper", is_superuser=True))
    page = client.get("/admin/accounts/loginfailure/").content.decode()
    assert "解除所在地址的登录锁定" in page
    chosen = AccessAttempt.objects.first().pk
    client.post(
        "/admin/accounts/loginfailure/", {"action": "unlock_address", "_selected_action": chosen}
    )
    assert sign_in("zhang", address=OFFICE) == 302
    assert AuditEntry.objects.filter(act="解除登录锁定", object_name=OFFICE).exists()


def test_and_by_command(capsys):
    make_user("zhang")
    spray(OFFICE)
    call_command("unlock_login", address=OFFICE)
    assert "已解除地址 198.51.100.7 的登录锁定" in capsys.readouterr().out
    assert sign_in("zhang", address=OFFICE) == 302
    for _ in range(5):
        sign_in("li", "guess")
    call_command("unlock_login", "ＬＩ")
    assert sign_in("li", "guess") == 200
    call_command("unlock_login", "nobody")
    assert "不需要解除" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("unlock_login")
