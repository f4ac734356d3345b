"""The key of personal data: who may make it, what a machine without it says, how it is changed,
backed up and put back.
"""

from io import StringIO

import pytest
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from catalog.tests.builders import make_user
from confidential import keyring, rotation
from confidential.encryption import Place, decrypt, encrypt
from confidential.errors import KeyFileError
from disclosure.models import Node
from portal import confidential_key
from portal.accounts.models import Authenticator
from portal.accounts.secrets_at_rest import sealed
from portal.front import errors
from portal.management.commands.confidential_key import CHOICES, Command
from portal.models import ConfidentialKey
from portal.operations import archive, diagnosis, restoring

pytestmark = pytest.mark.django_db
SECRET = b"0123456789abcdefghij"
PLACE = Place("inquiries", "application.name", 1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(confidential_key, "GRACE_SECONDS", 0)


@pytest.fixture
def another_machine():
    Node.objects.note("another machine")


def run(*options):
    said = StringIO()
    call_command("confidential_key", *options, stdout=said)
    return said.getvalue()


def test_no_choice_of_the_command_stands_in_for_one_of_django_s_own():
    own = {f"_{name.replace('-', '_')}" for name in (*CHOICES, "show")}
    assert own <= set(vars(Command))
    assert not own & set(dir(BaseCommand))


def enrolled(name="zhang"):
    user = make_user(name)
    return Authenticator.objects.create(
        user=user, name="动态口令", key=sealed(SECRET, user_id=user.pk), confirmed=True
    )


def secret_of(record):
    return Authenticator.objects.get(pk=record.pk).bin_key


def grave():
    return [
        f"{symptom.what}{symptom.remedy}"
        for symptom in diagnosis.shared_with_others()
        if symptom.is_grave
    ]


def test_the_first_is_made_when_it_is_needed_and_the_database_knows_its_name_alone():
    encrypt("示例", place=PLACE)
    assert [key.key_id for key in ConfidentialKey.objects.all()] == [keyring.read().first.id.hex()]
    assert keyring.read().first.secret.hex() not in str(ConfidentialKey.objects.values())


def test_a_key_whose_record_was_rolled_back_is_noted_by_the_next_tick():
    with transaction.atomic():
        encrypt("示例", place=PLACE)
        transaction.set_rollback(True)
    assert (keyring.is_here(), confidential_key.key_in_use()) == (True, "")
    confidential_key.make_if_alone()
    assert confidential_key.key_in_use() == keyring.read().first.id.hex()


def test_beside_other_machines_none_is_made_unasked(another_machine):
    with pytest.raises(KeyFileError, match=r"请在一台服务器上运行 manage.py confidential_key"):
        encrypt("示例", place=PLACE)
    assert confidential_key.make_if_alone() == (0, 0)
    assert not keyring.is_here()
    [symptom] = [found for found in diagnosis.shared_with_others() if "动态口令" in found.what]
    assert not symptom.is_grave
    run()
    assert decrypt(encrypt("示例", place=PLACE), place=PLACE) == "示例"


def test_a_machine_without_the_key_in_use_makes_none_is_not_ready_and_says_what_to_do(
    client, settings
):
    record = enrolled()
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    assert (
        client.get("/healthz/ready").json()["checks"]["confidential_key"]
        == "not the key of personal data"
    )
    [words] = grave()
    assert "没有加密个人信息的密钥文件" in words
    assert "--lost" in words
    with pytest.raises(CommandError, match="没有加密个人信息的密钥文件"):
        run()
    with pytest.raises(KeyFileError):
        encrypt("示例", place=PLACE)
    keyring.make()  # one of another installation
    assert "不是平台正在使用的密钥" in grave()[0]
    assert record.key == Authenticator.objects.get().key


def test_a_key_lost_everywhere_is_replaced_on_demand_and_what_it_encrypted_is_named():
    enrolled()
    with pytest.raises(CommandError, match="没有丢失"):
        run("--lost")
    lost = keyring.read()
    keyring.path().unlink()
    run("--lost")
    assert grave() == []
    assert decrypt(encrypt("示例", place=PLACE), place=PLACE) == "示例"
    with pytest.raises(CommandError, match=r"1 个值解不开.*accounts\.authenticator\.secret"):
        run("--check")
    keyring.write(keyring.read().joined_by(lost.keys))  # it is found after all
    assert "1 个加密的值都能解开" in run("--check")


def test_a_damaged_file_is_put_aside_when_it_is_given_up(settings):
    enrolled()
    settings.CONFIDENTIAL_KEY_FILE.write_text("不是密钥")
    run("--lost")
    assert (
        settings.CONFIDENTIAL_KEY_FILE.parent / "confidential-key.unreadable"
    ).read_text() == "不是密钥"
    assert grave() == []


def test_the_key_is_changed_and_all_values_go_with_it():
    record, old = enrolled(), keyring.read()
    said = run("--rotate")
    assert "密钥已更换" in said
    assert set(keyring.read().ids).isdisjoint(old.ids)
    assert secret_of(record) == SECRET
    assert confidential_key.key_in_use() == keyring.read().first.id.hex()
    assert list(diagnosis.personal_data()) == []
    aside = keyring.path().with_name(f"confidential-key.retired-{old.ids[0]}")
    assert keyring.parse(aside.read_text()) == old


@pytest.mark.parametrize("step", ["prepared", "led, not noted", "noted", "written"])
def test_a_change_that_was_cut_off_goes_on_where_it_was(step):
    record, old = enrolled(), keyring.read()
    ring = rotation.prepare()
    if step != "prepared":
        rotation.lead(ring.ids[-1])
    if step in ("noted", "written"):
        confidential_key._put_to_use()
    if step == "written":
        rotation.write_all_anew()
    assert secret_of(record) == SECRET
    run("--rotate")
    assert keyring.read().ids == (ring.ids[-1],)  # the one that was begun with, not a third
    assert secret_of(record) == SECRET
    assert old.first not in keyring.read().keys


def test_a_value_that_does_not_open_keeps_the_old_key():
    enrolled()
    Authenticator.objects.create(
        user=make_user("li"), name="动态口令", key=Authenticator.objects.get().key
    )
    old = keyring.read()
    with pytest.raises(CommandError, match=r"1 个值解不开.*旧密钥没有删去"):
        run("--rotate")
    assert old.first in keyring.read().keys


def test_beside_another_machine_the_file_is_copied_before_each_step(another_machine):
    run()
    record, elsewhere = enrolled(), keyring.read()
    with pytest.raises(CommandError, match=r"还没有启用.*another machine.*--rotate"):
        run("--rotate")
    assert keyring.read().first == elsewhere.first
    elsewhere = keyring.read()
    with pytest.raises(CommandError, match=r"已启用新密钥，重新加密了 1 个值.*--finish"):
        run("--rotate")
    assert elsewhere.find(
        bytes.fromhex(keyring.read().ids[0])
    )  # what is written here now can be read there
    assert len(keyring.read().keys) == 2
    run("--finish")
    assert len(keyring.read().keys) == 1
    assert secret_of(record) == SECRET


def test_the_last_step_before_the_first_is_refused(another_machine):
    run()
    rotation.lead(rotation.prepare().ids[-1])
    with pytest.raises(CommandError, match="还没有启用"):
        run("--finish")


def test_doctor_names_values_of_before(settings):
    run()
    Authenticator.objects.create(user=make_user("zhang"), name="动态口令", key="ab" * 36)
    [symptom] = diagnosis.personal_data()
    assert (symptom.is_grave, "--re-encrypt" in symptom.remedy) == (False, True)
    run("--re-encrypt")
    assert list(diagnosis.personal_data()) == []


def test_a_key_others_can_read_is_said(settings):
    run()
    settings.CONFIDENTIAL_KEY_FILE.chmod(0o644)
    settings.DATA_DIR = settings.CONFIDENTIAL_KEY_FILE.parent
    assert any(
        "加密个人信息的密钥文件" in symptom.what and "chmod 600" in symptom.remedy
        for symptom in diagnosis.folders()
    )


def test_a_backup_has_the_keys_of_before_and_after_a_change_that_fell_into_it(tmp_path):
    run()
    before = archive.confidential_keys()
    run("--rotate")
    [file] = archive.confidential_key_file(tmp_path, before).values()
    ring = keyring.parse(file.read_text())
    assert (ring.first, ring.keys[1:]) == (keyring.read().first, before)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_backup_without_a_key_is_a_backup(tmp_path):
    assert archive.confidential_key_file(tmp_path, archive.confidential_keys()) == {}


def test_a_restore_puts_it_back(tmp_path, settings):
    (tmp_path / "keys").mkdir()
    ring = keyring.KeyRing((keyring.new_key(),))
    (tmp_path / "keys/confidential-key").write_text(ring.text())
    restoring._put_keys(tmp_path / "keys")
    assert keyring.read() == ring
    assert settings.CONFIDENTIAL_KEY_FILE.stat().st_mode & 0o777 == 0o600


def test_a_page_that_cannot_decrypt_says_so_without_a_traceback(rf):
    try:
        decrypt("c1." + "A" * 44, place=PLACE)
    except KeyFileError:
        answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 503
    assert "加密保存的个人信息" in answer.content.decode()
    assert "confidential-key" not in answer.content.decode()
