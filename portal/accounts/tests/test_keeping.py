"""Unused accounts, unlocking, lost second factors, the networks of the desk."""

import base64
import datetime as dt
import ipaddress
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from catalog.tests.builders import make_user
from disclosure.tests.builders import make_staff
from ledger.models import AuditEntry
from portal.accounts import second_factor
from portal.accounts.models import Authenticator, LoginFailure
from portal.accounts.secrets_at_rest import sealed
from portal.accounts.unused import disable_unused

pytestmark = pytest.mark.django_db
FACTORS, FAILURES = "/admin/accounts/authenticator/", "/admin/accounts/loginfailure/"


def enrolled(user):
    Authenticator.objects.create(user=user, name="动态口令", confirmed=True)
    second_factor.new_backup_codes(user)
    return user


def act(client, address, action, *records):
    return client.post(
        address, {"action": action, "_selected_action": [one.pk for one in records]}, follow=True
    )


def test_unused_accounts_are_switched_off_but_never_the_last_superuser(settings):
    settings.ACCOUNT_UNUSED_DAYS = 90
    long_ago = timezone.now() - dt.timedelta(days=91)
    for name in ("old", "root", "root-too"):
        make_user(name, is_superuser=name.startswith("root"))
    User.objects.update(date_joined=long_ago, last_login=long_ago)
    make_user("new")
    disable_unused()
    assert set(User.objects.filter(is_active=True).values_list("username", flat=True)) in (
        {"new", "root"},
        {"new", "root-too"},
    )
    assert AuditEntry.objects.filter(act__contains="未使用，停用").count() == 2
    assert disable_unused() == (0, 0)


def test_a_lock_is_taken_off_by_who_may(client):
    for _ in range(5):
        client.post("/admin/login/", {"username": "zhang", "password": "wrong"})
    failure = LoginFailure.objects.get()
    client.force_login(make_staff("审计员"))
    act(client, FAILURES, "unlock", failure)
    assert LoginFailure.objects.exists()
    client.force_login(make_staff("安全管理员"))
    assert "已解除登录锁定：zhang" in act(client, FAILURES, "unlock", failure).content.decode()
    assert not LoginFailure.objects.exists()
    assert AuditEntry.objects.filter(act="解除登录锁定").exists()


def test_a_lost_second_factor_is_taken_away_by_the_security_administrator_alone(client):
    lost = enrolled(make_user("zhang"))
    record = Authenticator.objects.get()
    client.force_login(make_staff("系统管理员"))
    assert client.get(FACTORS).status_code == 403
    client.force_login(make_staff("安全管理员"))
    assert "zhang" in client.get(FACTORS).content.decode()
    act(client, FACTORS, "take_away", record)
    assert not second_factor.is_enrolled(lost)
    assert AuditEntry.objects.filter(act="移除动态口令", object_key=str(lost.pk)).exists()


def test_nobody_takes_away_their_own_or_a_superusers(client):
    keeper, root = (
        enrolled(make_staff("安全管理员")),
        enrolled(make_user("root", is_superuser=True)),
    )
    client.force_login(keeper)
    answer = act(client, FACTORS, "take_away", *Authenticator.objects.all())
    assert "没有移除" in answer.content.decode()
    assert second_factor.is_enrolled(keeper)
    assert second_factor.is_enrolled(root)
    call_command("reset_second_factor", "root", stdout=StringIO())
    assert not second_factor.is_enrolled(root)


def test_no_secret_stands_readable_in_the_database():
    user, secret = make_user("zhang"), b"0123456789abcdefghij"
    record = Authenticator.objects.create(
        user=user, name="动态口令", key=sealed(secret, user_id=user.pk)
    )
    assert secret.hex() not in record.key
    assert secret not in base64.urlsafe_b64decode(record.key.removeprefix("c1.") + "==")
    assert Authenticator.objects.get().bin_key == secret
    codes = second_factor.new_backup_codes(user)
    kept = set(second_factor.StaticDevice.objects.get().token_set.values_list("token", flat=True))
    assert kept.isdisjoint({code.replace("-", "") for code in codes})


def test_who_must_have_a_second_factor_sets_it_up_first(client, settings):
    settings.SECOND_FACTOR = "required"
    make_user("zhang")
    client.post("/admin/login/", {"username": "zhang", "password": "示例口令 2026"})
    assert client.get("/admin/")["Location"] == "/admin/second-factor/"
    assert client.get("/admin/second-factor/").status_code == 200


def test_the_desk_opens_to_the_offices_networks_only(client, settings):
    settings.ADMIN_ALLOWED_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]
    assert client.get("/admin/login/", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/admin/login/", REMOTE_ADDR="::ffff:10.1.2.3").status_code == 200
    assert client.get("/admin/login/", REMOTE_ADDR="10.2.0.1").status_code == 403
    assert client.get("/", REMOTE_ADDR="10.2.0.1").status_code == 200
