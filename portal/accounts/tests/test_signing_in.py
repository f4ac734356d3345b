"""Lock-out, one session, time-outs, kept forms, the second factor: by the pages as people meet
them.
"""

import ipaddress
import re
import time

import pytest
from django.test import Client
from django_otp.oath import TOTP

from catalog.tests.builders import make_user
from ledger.models import AuditEntry
from portal.accounts import second_factor

pytestmark = pytest.mark.django_db
PASSWORD = "示例口令 2026"
LOGIN = "/admin/login/"


def sign_in(client, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": "zhang", "password": password}, **more)


def test_five_failures_lock_the_name_out_for_this_address_only(client):
    make_user("zhang")
    answers = [sign_in(client, "wrong").status_code for _ in range(7)]
    assert answers == [200] * 4 + [429] * 3
    refused = sign_in(client)
    assert (refused.status_code, "之后再试" in refused.content.decode()) == (429, True)
    assert (
        AuditEntry.objects.filter(event="login_failed").count() == 6
    )  # five failures and the lock-out
    assert sign_in(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_second_log_in_ends_the_first_and_says_so(client):
    make_user("zhang")
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    sign_in(Client())
    answer = client.get("/admin/", follow=True)
    assert "您的账号已在别处登录" in answer.content.decode()


def test_who_is_idle_is_signed_out_and_keeps_what_was_typed(client, settings):
    client.force_login(make_user("zhang", is_superuser=True))
    session = client.session
    session["seen_at"] -= 60 * settings.SESSION_IDLE_MINUTES + 1
    session.save()
    answer = client.post("/admin/auth/group/add/", {"name": "打了很久的字"})
    assert answer.status_code == 403
    assert "打了很久的字" in answer.content.decode()


ASKED_BY_NGINX = "/admin/has-signed-in/"


def test_nginx_is_told_who_has_signed_in(client, settings):
    assert client.get(ASKED_BY_NGINX).status_code == 401
    client.cookies[settings.SESSION_COOKIE_NAME] = "made-up-by-a-stranger"
    assert client.get(ASKED_BY_NGINX).status_code == 401
    client.force_login(make_user("zhang"))
    assert client.get(ASKED_BY_NGINX).status_code == 204


def test_who_was_signed_in_until_lately_may_still_send_what_will_be_kept(client, settings):
    client.force_login(make_user("zhang"))
    session = client.session
    session["seen_at"] -= 60 * settings.SESSION_IDLE_MINUTES + 1
    session.save()
    before = dict(client.session)
    assert client.get(ASKED_BY_NGINX).status_code == 204
    assert dict(client.session) == before


def test_nginx_is_told_nothing_outside_the_offices_networks(client, settings):
    client.force_login(make_user("zhang"))
    settings.ADMIN_ALLOWED_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]
    assert client.get(ASKED_BY_NGINX).status_code == 403


def test_the_second_factor(client):
    user = make_user("zhang")
    client.force_login(user)
    client.get("/admin/second-factor/")
    secret = client.session["authenticator_candidate"]
    totp = TOTP(second_factor.base64.b32decode(secret))
    totp.time = time.time()
    shown = client.post("/admin/second-factor/", {"code": f"{totp.token():06d}"}).content.decode()
    codes = re.findall(r"<code>(.{11})</code>", shown)
    assert len(codes) == 10
    other = Client()
    assert sign_in(other)["Location"] == "/admin/login/code/"
    assert other.get("/admin/").status_code == 302
    assert other.post("/admin/login/code/", {"code": "zzzzz-zzzzz"}).status_code == 200
    third = Client()
    sign_in(third)
    second_factor.StaticDevice.objects.update(throttling_failure_count=0)
    assert third.post("/admin/login/code/", {"code": codes[0]})["Location"] == "/admin/"
    assert third.get("/admin/").status_code == 200


@pytest.mark.parametrize("length", [151, 256, 100_000])
def test_a_name_longer_than_any_is_refused_like_a_wrong_one(client, length):
    answer = client.post(LOGIN, {"username": "x" * length, "password": "x"})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
