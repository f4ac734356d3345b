"""Secrets of second factors in the database: each for its account, those of the version before
still good.
"""

import base64
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django_otp.oath import TOTP

from catalog.tests.builders import make_user
from confidential.errors import ConfidentialError, DamagedValueError
from portal.accounts import second_factor
from portal.accounts.models import Authenticator
from portal.accounts.secrets_at_rest import sealed

pytestmark = pytest.mark.django_db
SECRET = b"0123456789abcdefghij"
# What version 1.0.0-beta.1 wrote for SECRET, under the SECRET_KEY below: nonce and AES-256-CTR, in
# hexadecimal.
OF_BEFORE = "ef879a7cbee1b295b99f3bc73b8163c6edce1f5b012fe925aac1eb2aa7da3d135610f051"
SECRET_KEY_OF_BEFORE = "of-the-release-before-" * 3
PASSWORD = "示例口令 2026"


def code_now():
    totp = TOTP(SECRET)
    totp.time = time.time()
    return f"{totp.token():06}"


def written_before(user, settings):
    settings.SECRET_KEY = SECRET_KEY_OF_BEFORE
    return Authenticator.objects.create(user=user, name="动态口令", key=OF_BEFORE, confirmed=True)


def test_one_of_the_version_before_is_still_good(settings):
    user = make_user("zhang")
    assert written_before(user, settings).bin_key == SECRET
    assert second_factor.verify(user, code_now()) == "动态口令"
    assert (
        Authenticator.objects.get().key == OF_BEFORE
    )  # the version before can still be gone back to


def test_the_command_encrypts_it_anew_and_it_stays_good(settings):
    user = make_user("zhang")
    written_before(user, settings)
    said = StringIO()
    call_command("confidential_key", "--re-encrypt", stdout=said)
    assert "重新加密了 1 个" in said.getvalue()
    record = Authenticator.objects.get()
    assert record.key.startswith("c1.")
    assert record.bin_key == SECRET
    settings.SECRET_KEY = "another-" * 8  # has nothing to do with it any more
    assert second_factor.verify(user, code_now()) == "动态口令"


def test_it_fits_into_the_column_of_django_otp():
    user = make_user("zhang")
    longest = sealed(bytes(25), user_id=user.pk)
    assert len(longest) <= Authenticator._meta.get_field("key").max_length
    Authenticator.objects.create(user=user, name="动态口令", key=longest)


def test_one_account_s_secret_does_not_open_in_the_row_of_another():
    """Whoever may write into the database copies the own secret into the administrator's row."""
    zhang, root = make_user("zhang"), make_user("root")
    key = sealed(SECRET, user_id=zhang.pk)
    Authenticator.objects.create(user=root, name="动态口令", key=key, confirmed=True)
    with pytest.raises(DamagedValueError):
        second_factor.verify(root, code_now())


def at_the_code(client, user):
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return lambda code: client.post("/admin/login/code/", {"code": code})


def test_without_the_key_the_code_page_says_so_and_backup_codes_help(client, settings, caplog):
    user = make_user("zhang", is_staff=True)
    Authenticator.objects.create(
        user=user, name="动态口令", key=sealed(SECRET, user_id=user.pk), confirmed=True
    )
    backup = second_factor.new_backup_codes(user)[0]
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    send = at_the_code(client, user)
    answer = send(code_now())
    assert answer.status_code == 200
    assert "读不出加密保存的动态口令" in answer.content.decode()
    assert "备用码" in answer.content.decode()
    assert "没有加密个人信息的密钥文件" in caplog.text
    assert "Traceback" not in caplog.text
    assert send(backup).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_without_the_key_nobody_can_set_one_up_and_the_page_says_so(client, settings):
    user = make_user("zhang", is_superuser=True)
    sealed(SECRET, user_id=user.pk)
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    client.force_login(user)
    client.get("/admin/second-factor/")
    secret = client.session["authenticator_candidate"]
    totp = TOTP(base64.b32decode(secret))
    totp.time = time.time()
    answer = client.post("/admin/second-factor/", {"code": f"{totp.token():06}"})
    assert answer.status_code == 200
    assert "之后再启用" in answer.content.decode()
    assert (
        " ".join(secret[start : start + 4] for start in range(0, 8, 4)) in answer.content.decode()
    )  # the same one again
    assert not Authenticator.objects.exists()


def test_a_copy_of_the_table_without_the_key_file_shows_nothing(settings):
    user = make_user("zhang")
    Authenticator.objects.create(user=user, name="动态口令", key=sealed(SECRET, user_id=user.pk))
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM otp_totp_totpdevice")
        row = str(cursor.fetchall())
    assert SECRET.hex() not in row
    with pytest.raises(ConfidentialError):
        Authenticator.objects.get().bin_key  # noqa: B018
