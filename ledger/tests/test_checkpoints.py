"""Signed statements of where the register stood, and the key that signs them."""

import datetime
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from ledger import actions, guards, keys
from ledger.models import Checkpoint, SigningKey
from ledger.tests.builders import make_entry, sql, standalone_faults
from ledger.verification import verify_chain

pytestmark = pytest.mark.django_db


def test_an_empty_register_has_none():
    assert actions.make_checkpoint() is None


def test_it_names_the_head_and_is_signed():
    entry = make_entry()
    checkpoint = actions.make_checkpoint()
    assert (checkpoint.sequence, checkpoint.entry_hash, checkpoint.count) == (
        1,
        entry.entry_hash,
        1,
    )
    public_key = SigningKey.objects.get().public_key
    assert keys.is_signed(
        checkpoint.signed(), public_key=public_key, signature=checkpoint.signature
    )


def test_there_is_one_a_day_and_head():
    make_entry()
    first, again = actions.make_checkpoint(), actions.make_checkpoint()
    assert first == again
    make_entry()
    actions.make_checkpoint()
    actions.make_checkpoint(at=timezone.now() + datetime.timedelta(days=1))
    assert list(Checkpoint.objects.order_by("number").values_list("number", "sequence")) == [
        (1, 1),
        (2, 2),
        (3, 2),
    ]
    assert verify_chain() == []


def test_its_day_is_the_day_here_and_not_in_greenwich():
    make_entry()
    late = datetime.datetime(2026, 11, 23, 16, 30, tzinfo=datetime.UTC)
    assert actions.make_checkpoint(at=late).day == datetime.date(2026, 11, 24)


@pytest.mark.parametrize("sequence", [1, 2])
def test_it_signs_nothing_that_does_not_verify(sequence):
    make_entry()
    actions.make_checkpoint()
    make_entry()
    connection.check_constraints()
    guards.remove(connection)
    sql("UPDATE ledger_entry SET note = '改过' WHERE sequence = %s", sequence)
    with pytest.raises(ValidationError):
        actions.make_checkpoint()
    with pytest.raises(CommandError, match="没有签发"):
        call_command("ledger_checkpoint")


def test_the_key_is_made_once_and_only_its_owner_may_read_it(settings):
    first = actions.register_key()
    assert stat.S_IMODE(Path(settings.LEDGER_KEY_FILE).stat().st_mode) == 0o600
    assert actions.register_key() == first
    assert [path.name for path in Path(settings.LEDGER_KEY_FILE).parent.iterdir()].count(
        "ledger-key"
    ) == 1
    assert not list(Path(settings.LEDGER_KEY_FILE).parent.glob("ledger-key.*"))


def test_a_broken_key_file_is_named_and_not_replaced(settings):
    Path(settings.LEDGER_KEY_FILE).write_text("不是密钥")
    with pytest.raises(ImproperlyConfigured, match="ledger-key"):
        keys.private_key()
    assert Path(settings.LEDGER_KEY_FILE).read_text() == "不是密钥"


def test_a_new_key_is_endorsed_by_the_old_and_old_checkpoints_stay_valid():
    make_entry()
    actions.make_checkpoint()
    make_entry()
    new = actions.rotate_key()
    assert actions.make_checkpoint().key == new
    assert new.endorsed_by == SigningKey.objects.get(number=1).key_id
    assert verify_chain() == []
    assert standalone_faults() == []


def test_a_key_that_nobody_endorsed_is_mentioned(settings):
    make_entry()
    actions.make_checkpoint()
    Path(settings.LEDGER_KEY_FILE).unlink()
    make_entry()
    actions.replace_lost_key()
    actions.make_checkpoint()
    assert [fault.is_warning for fault in verify_chain()] == [True]


def test_the_commands_report(capsys):
    call_command("ledger_checkpoint")
    make_entry()
    call_command("ledger_checkpoint")
    call_command("ledger_key")
    call_command("ledger_key", "--rotate")
    output = capsys.readouterr().out
    assert "还没有条目" in output
    assert "检查点 1" in output
    assert output.count("公钥编号") >= 2
    assert SigningKey.objects.count() == 2
