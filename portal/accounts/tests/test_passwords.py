"""What a password must be, how long it lasts, and whose it is."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.tests.builders import make_user
from disclosure.tests.builders import make_staff
from ledger.models import AuditEntry
from portal.accounts import passwords
from portal.accounts.models import AccountState

pytestmark = pytest.mark.django_db
GOOD, NEXT = "songbei-demo-2026", "Qing#7 ju-hua lu"
CHANGE = "/admin/password_change/"


def codes(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize("password", [GOOD, NEXT, "示例口令 2026-abcd", "tR4-kel-moz"])
def test_good_ones_are_taken(password):
    assert codes(password) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1#xyzkm", "password_too_short"),
        ("onlysmallletters", "password_too_plain"),
        ("smallletters77", "password_too_plain"),
        ("Woaini1314!", "password_too_common"),
        ("1qaz2wsx#EDC", "password_too_common"),
        ("Qwerty2026!!!", "password_too_common"),
        ("Zhongguo@2025", "password_too_common"),
        ("P@ssw0rd2026", "password_too_common"),
        ("13904510000", "password_entirely_numeric"),
    ],
)
def test_bad_ones_are_named(password, code):
    assert code in codes(password)


@given(st.text(max_size=300))
def test_nothing_makes_the_rules_fail(password):
    codes(password)


def test_the_last_five_do_not_come_back():
    user = make_user("zhang")
    for number in range(6):
        user.set_password(f"{NEXT}{number}")
        user.save()
    assert "password_used_before" not in codes(f"{NEXT}0", user)
    assert all("password_used_before" in codes(f"{NEXT}{number}", user) for number in range(1, 6))


def log_in(client, password):
    return client.post("/admin/login/", {"username": "zhang", "password": password})


def test_who_was_given_a_password_changes_it_before_anything_else(client):
    keeper = make_staff("系统管理员")
    user = make_user("zhang", department=None)
    client.force_login(keeper)
    client.post(
        f"/admin/auth/user/{user.pk}/password/",
        {"password1": GOOD, "password2": GOOD, "usable_password": "true"},
    )
    client.logout()
    log_in(client, GOOD)
    assert client.get("/admin/")["Location"] == CHANGE
    assert client.post("/admin/auth/group/add/", {"name": "x"})["Location"] == CHANGE
    form = {"old_password": GOOD, "new_password1": NEXT, "new_password2": NEXT}
    assert client.post(CHANGE, form).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert not AccountState.objects.get(user=user).must_change_password


def test_an_old_password_is_to_be_changed(client, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    user = make_user("zhang")
    user.set_password(GOOD)
    user.save()
    AccountState.objects.update(password_changed_at=timezone.now() - dt.timedelta(days=91))
    log_in(client, GOOD)
    assert client.get("/admin/")["Location"] == CHANGE
    settings.PASSWORD_MAX_AGE_DAYS = 0
    assert passwords.must_change(User.objects.get(pk=user.pk)) == ""


def test_a_new_password_ends_the_other_sessions(client):
    user = make_user("zhang")
    client.force_login(user)
    user.set_password(NEXT)
    user.save()
    assert "您的登录已失效" in client.get("/admin/", follow=True).content.decode()


def test_a_changed_password_is_on_record_without_its_words(client):
    keeper, user = make_staff("系统管理员"), make_user("zhang")
    client.force_login(keeper)
    client.post(
        f"/admin/auth/user/{user.pk}/password/",
        {"password1": GOOD, "password2": GOOD, "usable_password": "true"},
    )
    entry = AuditEntry.objects.filter(event="account").latest("pk")
    assert entry.detail["after"] == {"password": "已重置"}
    assert GOOD not in str(entry.__dict__)
