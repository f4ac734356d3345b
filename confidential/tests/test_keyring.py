"""The file of the keys."""

import os
import stat

import pytest

from confidential import keyring
from confidential.encryption import Place, decrypt, encrypt
from confidential.errors import KeyFileError

pytestmark = pytest.mark.any_database
PLACE = Place("inquiries", "application.name", 1)


def test_only_this_account_may_read_it_and_nothing_lies_beside(settings):
    file = settings.CONFIDENTIAL_KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keyring.write(keyring.read().joined_by([keyring.new_key()]))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob("confidential-key*")] == ["confidential-key"]


def test_the_first_to_make_it_wins():
    first = keyring.read()
    keyring.make()
    assert keyring.read() == first


def test_what_is_written_is_read_in_its_order():
    ring = keyring.KeyRing(tuple(keyring.new_key() for _ in range(3)))
    keyring.write(ring)
    assert keyring.read() == ring
    assert keyring.parse(ring.text().replace("\n", "\r\n")) == ring  # copied through Windows


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 示例\n",
        "不是密钥",
        "AAAA",
        "A" * 44 + "\n",
        keyring.KeyRing((keyring.Key(bytes(32)),) * 2).text(),
    ],
)
def test_what_is_no_file_of_keys_is_said_and_left_alone(settings, text):
    settings.CONFIDENTIAL_KEY_FILE.write_text(text)
    with pytest.raises(KeyFileError, match="不是加密个人信息的密钥文件"):
        keyring.read()
    assert settings.CONFIDENTIAL_KEY_FILE.read_text() == text


def test_a_file_that_is_no_text_is_said(settings):
    settings.CONFIDENTIAL_KEY_FILE.write_bytes(os.urandom(200) + b"\xff")
    with pytest.raises(KeyFileError, match="不是加密个人信息的密钥文件"):
        keyring.read()


def test_a_folder_in_its_place_is_said(settings):
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    settings.CONFIDENTIAL_KEY_FILE.mkdir()
    with pytest.raises(KeyFileError, match="读不出来"):
        keyring.read()


def test_a_process_sees_at_once_that_the_file_has_changed():
    value = encrypt("示例", place=PLACE)
    ring = keyring.read()
    keyring.write(keyring.KeyRing((keyring.new_key(ring), *ring.keys)))
    assert decrypt(value, place=PLACE) == "示例"
    assert keyring.read().first != ring.first


def test_nothing_that_is_printed_shows_a_key():
    ring = keyring.read()
    assert str(ring.first.secret) not in repr(ring)


def test_where_there_is_no_key_the_front_door_is_asked_for_the_first(settings, monkeypatch):
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    monkeypatch.setattr(keyring, "_first_key", [keyring.make])
    assert decrypt(encrypt("示例", place=PLACE), place=PLACE) == "示例"
