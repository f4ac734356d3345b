"""A checkpoint that somebody kept, against a register that somebody changed with the database, and
the key, in hand.
"""

import io
import json
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import actions, export, guards, keys
from ledger.models import Checkpoint, Entry, SigningKey
from ledger.outside.old_checkpoints import NoCheckpointError, Outcome, compare
from ledger.standalone import verify_register
from ledger.tests.builders import download, make_entry, sql
from ledger.verification import verify_chain

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ADDRESS = "/register/verify/"


@pytest.fixture
def kept():
    """The file a witness saved, of a register that went on."""
    for subject in "甲乙丙":
        make_entry(subject_key=subject, note="首次公开")
    actions.make_checkpoint()
    file = json.dumps(export.checkpoints(), ensure_ascii=False, indent=1)
    make_entry(subject_key="丁")
    connection.check_constraints()
    return file


def rewrite():
    """The whole chain anew, with other words, as whoever holds the database can."""
    guards.remove(connection)
    previous_hash = "0" * 64
    for entry in list(Entry.objects.order_by("sequence")):
        entry.previous_hash, entry.note = previous_hash, "从来就是这样"
        previous_hash = entry.compute_hash()
        sql(
            "UPDATE ledger_entry SET note = %s, previous_hash = %s, entry_hash = %s WHERE sequence = %s",
            *(entry.note, entry.previous_hash, previous_hash, entry.sequence),
        )


def forget_checkpoints(*, and_keys):
    guards.remove(connection)
    sql("DELETE FROM ledger_checkpoint")
    if and_keys:
        sql("DELETE FROM ledger_signingkey")
    connection.check_constraints()


def sign_again():
    """With the key of this machine, as whoever holds it can."""
    connection.check_constraints()
    guards.install_missing(connection)
    actions.make_checkpoint()


def outcomes(text):
    return [one.outcome for one in compare(text)]


def standalone(monkeypatch, tmp_path, kept, *more):
    """Exit code and words of the program that anybody may run."""
    for name, text in {"export.jsonl": download().read(), "kept.json": kept}.items():
        (tmp_path / name).write_text(text, "utf-8")
    arguments = [str(tmp_path / "export.jsonl"), "--checkpoint", str(tmp_path / "kept.json"), *more]
    monkeypatch.setattr(sys, "argv", ["verify_register.py", *arguments])
    said = io.StringIO()
    return verify_register.main(said.write), said.getvalue()


def test_an_honest_register_agrees_everywhere(client, kept, tmp_path, monkeypatch, capsys):
    [one] = compare(kept)
    assert str(one).endswith("与当前登记簿一致：第 3 条以及之前的全部条目都没有变。")
    page = client.post(ADDRESS, {"checkpoint": kept}).content.decode()
    assert "与当前登记簿一致：第 3 条" in page
    assert standalone(monkeypatch, tmp_path, kept)[0] == 0
    call_command("verify_ledger", checkpoint=tmp_path / "kept.json")
    assert "与当前登记簿一致：第 3 条" in capsys.readouterr().out


@pytest.mark.parametrize("and_keys", [False, True])
def test_a_register_rewritten_with_the_key_contradicts_what_was_kept(
    client, kept, tmp_path, monkeypatch, capsys, and_keys
):
    rewrite()
    forget_checkpoints(and_keys=and_keys)
    sign_again()
    assert verify_chain() == []  # from the inside nobody can tell
    assert outcomes(kept) == [Outcome.REWRITTEN]
    page = client.post(ADDRESS, {"checkpoint": kept}).content.decode()
    assert "登记簿在此之后被改写" in page
    code, said = standalone(monkeypatch, tmp_path, kept)
    assert code == 1
    assert "与登记簿第 3 条不符" in said
    with pytest.raises(SystemExit):
        call_command("verify_ledger", checkpoint=tmp_path / "kept.json")
    assert "问题：另存的检查点 1" in capsys.readouterr().out


def test_another_key_does_not_hide_it(kept, settings, tmp_path):
    """The key is gone too, and a new one signs a new register: the file holds the old public key."""
    rewrite()
    forget_checkpoints(and_keys=True)
    settings.LEDGER_KEY_FILE = tmp_path / "another"
    sign_again()
    assert verify_chain() == []
    assert outcomes(kept) == [Outcome.REWRITTEN]


def test_a_register_cut_short_is_said_to_be(kept):
    forget_checkpoints(and_keys=False)
    sql("DELETE FROM ledger_filedigest")
    sql("DELETE FROM ledger_entry WHERE sequence > 2")
    assert outcomes(kept) == [Outcome.CUT]


def test_deleted_checkpoints_and_changed_keys_are_named(kept, settings, tmp_path):
    forget_checkpoints(and_keys=True)
    settings.LEDGER_KEY_FILE = tmp_path / "another"
    sign_again()
    [one] = compare(kept)
    assert (one.outcome, one.is_grave) == (Outcome.STRANGER, True)


def test_a_checkpoint_deleted_alone_is_named(kept):
    forget_checkpoints(and_keys=False)
    [one] = compare(kept)
    assert one.outcome == Outcome.AGREES
    assert "它被删去了" in str(one)


def test_what_was_never_signed_is_no_witness_against_the_register(kept):
    data = json.loads(kept)
    data["checkpoints"][0]["entry_hash"] = "a" * 64
    assert outcomes(json.dumps(data)) == [Outcome.FORGED]
    other = keys.new_key()
    point = data["checkpoints"][0] | {"key_id": keys.key_id(keys.public_hex(other))}
    del point["signature"]
    point["signature"] = keys.sign(other, point)
    [one] = compare(json.dumps(point))
    assert one.outcome == Outcome.STRANGER
    assert "不能断定" in str(one)


def test_one_checkpoint_alone_is_enough_where_its_key_is_on_record(kept, tmp_path, monkeypatch):
    [point] = json.loads(kept)["checkpoints"]
    alone = f"见证邮件\n{json.dumps(point)}\n谢谢"
    assert outcomes(alone) == [Outcome.AGREES]
    (tmp_path / "all.json").write_text(json.dumps(export.checkpoints()), "utf-8")
    code, _ = standalone(
        monkeypatch, tmp_path, json.dumps(point), "--checkpoints", str(tmp_path / "all.json")
    )
    assert code == 0


@pytest.mark.parametrize("later", [False, True])
def test_any_checkpoint_of_several_may_be_given(kept, tmp_path, monkeypatch, later):
    actions.make_checkpoint()
    data = export.checkpoints()
    data["checkpoints"] = data["checkpoints"][int(later) :]
    assert set(outcomes(json.dumps(data))) == {Outcome.AGREES}
    assert standalone(monkeypatch, tmp_path, json.dumps(data))[0] == 0


@pytest.mark.parametrize(
    "text",
    [
        *("", "hello", "{}", "[]", "{" * 3000, '{"checkpoints": []}', '{"checkpoints": 7}'),
        *('{"checkpoints": [{"number": 1}]}', '{"keys": 3, "checkpoints": [null]}'),
    ],
)
def test_what_is_no_checkpoint_is_answered_in_a_sentence(client, text):
    with pytest.raises(NoCheckpointError):
        compare(text)
    page = client.post(ADDRESS, {"checkpoint": text})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_every_field_may_be_wrong_in_every_way(kept):
    [point] = json.loads(kept)["checkpoints"]
    for name in point:
        for value in (None, 0, -1, 2**40, 1.5, True, "", "字", [], {}, "x" * 300):
            try:
                assert outcomes(json.dumps(point | {name: value})) != [Outcome.AGREES]
            except NoCheckpointError:
                continue


def test_a_file_is_taken_and_one_too_long_is_not(client, kept):
    def upload(content):
        file = SimpleUploadedFile("checkpoints.json", content)
        return client.post(ADDRESS, {"checkpoint_file": file})

    assert "与当前登记簿一致" in upload(kept.encode("utf-8-sig")).content.decode()
    assert "没有检查点" in upload(b"\xff\xfe\x00").content.decode()
    assert "与当前登记簿一致" not in upload(b" " * 5_100_000).content.decode()


def test_the_other_forms_of_the_page_are_what_they_were(client):
    page = client.post(ADDRESS, {"file": SimpleUploadedFile("副本.txt", b"x")}).content.decode()
    assert "登记簿中没有这份内容" in page


def test_the_command_names_a_file_it_cannot_read(kept, tmp_path):
    with pytest.raises(CommandError, match="读不出来"):
        call_command("verify_ledger", checkpoint=tmp_path / "none.json")
    (tmp_path / "other.json").write_text("别的")
    with pytest.raises(CommandError, match="没有检查点"):
        call_command("verify_ledger", checkpoint=tmp_path / "other.json")
    assert Checkpoint.objects.count() == SigningKey.objects.count() == 1
