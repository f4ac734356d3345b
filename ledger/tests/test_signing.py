"""Machines that share a register share its key: one without it refuses to sign, and makes none of
its own.
"""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from ledger import actions, keys, signing
from ledger.models import SigningKey
from ledger.tests.builders import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_machine(settings, tmp_path):
    """A register that has been signed here; from now on the key's file is looked for in another
    machine's folder.
    """
    make_entry()
    actions.make_checkpoint()
    first = Path(settings.LEDGER_KEY_FILE)
    make_entry()
    settings.LEDGER_KEY_FILE = tmp_path / "second" / "ledger-key"
    settings.LEDGER_KEY_FILE.parent.mkdir()
    return first


def test_a_machine_without_the_key_makes_none_and_says_to_copy_it(second_machine, settings):
    with pytest.raises(signing.KeyRefusedError, match="复制") as refused:
        actions.make_checkpoint()
    assert SigningKey.objects.get().key_id in str(refused.value)
    assert not settings.LEDGER_KEY_FILE.exists()
    assert SigningKey.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [["ledger_key"], ["ledger_key", "--rotate"], ["ledger_checkpoint"]],
    ids=lambda words: " ".join(words),
)
def test_no_command_makes_one_either(second_machine, settings, words):
    with pytest.raises(CommandError, match="没有登记簿的签名密钥文件"):
        call_command(*words)
    assert list(settings.LEDGER_KEY_FILE.parent.iterdir()) == []


def test_with_the_copy_it_signs(second_machine, settings):
    settings.LEDGER_KEY_FILE.write_bytes(second_machine.read_bytes())
    assert actions.make_checkpoint().key == SigningKey.objects.get()


def test_a_key_of_ones_own_is_refused(second_machine):
    keys.make()
    with pytest.raises(signing.KeyRefusedError, match="不是同一把"):
        actions.make_checkpoint()
    assert SigningKey.objects.count() == 1


def test_a_machine_that_was_not_told_of_a_rotation_is_refused_until_it_has_the_new_key(
    second_machine, settings
):
    settings.LEDGER_KEY_FILE.write_bytes(second_machine.read_bytes())
    new = actions.rotate_key()
    second, settings.LEDGER_KEY_FILE = settings.LEDGER_KEY_FILE, second_machine
    with pytest.raises(signing.KeyRefusedError, match="还是旧的") as refused:
        actions.make_checkpoint()
    assert new.key_id in str(refused.value)
    second_machine.write_bytes(second.read_bytes())
    assert actions.make_checkpoint().key == new


def test_a_rotation_that_was_cut_off_is_finished_by_the_next_signature(monkeypatch):
    make_entry()
    actions.make_checkpoint()
    make_entry()
    monkeypatch.setattr(keys, "take_the_place", lambda waiting: None)
    new = actions.rotate_key()
    monkeypatch.undo()
    assert keys.public_hex(keys.private_key()) != new.public_key
    assert actions.make_checkpoint().key == new


def test_keys_that_machines_made_in_earlier_versions_go_on_signing(second_machine, settings):
    actions.registered(keys.new_key())  # as a second machine did it: by nobody's leave
    settings.LEDGER_KEY_FILE = second_machine
    assert signing.fault_of_this_machine() == ""
    assert actions.make_checkpoint().key.number == 1


def test_a_key_that_is_lost_for_good_is_replaced_only_on_demand(second_machine, settings, capsys):
    call_command("ledger_key", "--lost")
    assert settings.LEDGER_KEY_FILE.exists()
    assert actions.make_checkpoint().key.number == 2
    with pytest.raises(ValidationError, match="没有丢失"):
        actions.replace_lost_key()


def test_a_first_key_cannot_be_lost():
    with pytest.raises(ValidationError, match="没有丢失"):
        actions.replace_lost_key()


def test_what_cannot_be_read_is_named_and_kept(second_machine, settings):
    settings.LEDGER_KEY_FILE.write_text("不是密钥")
    with pytest.raises(CommandError, match="读不出来"):
        call_command("ledger_checkpoint")
    with pytest.raises(ValidationError, match="移到别处"):
        actions.replace_lost_key()
    assert settings.LEDGER_KEY_FILE.read_text() == "不是密钥"
