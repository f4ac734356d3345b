"""Whatever is changed in the database behind the product's back, both verifiers say so."""

import datetime
import json
import os
from contextlib import suppress

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import actions, guards, keys, signing
from ledger.models import Checkpoint, Entry, SigningKey
from ledger.tests.builders import make_entry, make_person, sha256, sql, standalone_faults
from ledger.verification import faults_since_last_checkpoint, verify_chain

pytestmark = pytest.mark.any_database
MUCH = int(os.environ.get("MUCH", "1"))  # so many times as many changes are tried

SECRET_COLUMNS = {"by_id", "person"}  # not in the export: only the inner verifier knows them
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=70)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
MOMENTS = st.datetimes(
    datetime.datetime(1990, 1, 1), datetime.datetime(2100, 1, 1), timezones=st.just(datetime.UTC)
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.just(0.5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
SQLITE_ONLY = st.sampled_from(
    ["", "不是时间", "{", "2026-13-45 00:00:00", b"\xff\xfe", 7, 0.5, "NaN"]
)


@pytest.fixture
def register(db):
    """Entries of several kinds, with two people, a removed subject with its words hidden, and
    checkpoints.
    """
    first, second = make_person("王芳"), make_person("李强")
    make_entry(
        by=first, subject_key="甲", note="首次公开", role="审核员", department_name="区财政局"
    )
    make_entry(
        by=second,
        subject_key="甲",
        act="amend",
        payload={"files": [{"name": "a", "sha256": sha256("a")}]},
    )
    actions.make_checkpoint()
    make_entry(subject_key="乙", payload={"count": [1, True, None], "text": "字"})
    make_entry(by=first, subject_key="乙", act="remove", content_sha256="", note="依法")
    actions.redact(subject_kind="document", subject_key="乙", by=first, reason="判决")
    actions.make_checkpoint()
    make_entry(by=second, subject_key="丙")
    assert verify_chain() == []
    assert standalone_faults() == []
    connection.check_constraints()
    return list(Entry.objects.order_by("sequence"))


def columns(model):
    return [field.column for field in model._meta.concrete_fields]


def new_value(data, model, column):
    """Some other value for a column, of its own type; on SQLite, which takes anything, also of
    another.
    """
    kind = next(
        field for field in model._meta.concrete_fields if field.column == column
    ).get_internal_type()
    if column == "by_id":
        values = st.none() | st.sampled_from(list(make_person_ids()))
    else:
        values = {
            "IntegerField": st.integers(1, 10),
            "DateTimeField": MOMENTS,
            "DateField": st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1)),
            "JSONField": JSONS.map(lambda value: json.dumps(value, ensure_ascii=False)),
        }.get(kind, TEXTS | HASHES | HASHES.map(lambda text: text * 2))
        if connection.vendor == "sqlite":
            values |= SQLITE_ONLY
    return data.draw(values)


def make_person_ids():
    return User.objects.values_list("pk", flat=True)


def change(model, column, pk, value):
    """Write a value with the guards gone; whether the row says something else now, or "refused" by
    a constraint.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    before = read_row(table, key, pk, column)
    try:
        with transaction.atomic():
            sql(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, pk)
            connection.check_constraints()
    except (DatabaseError, UnicodeEncodeError):
        return "refused"
    now = read_row(table, key, value if column == key else pk, column)
    return "same" if same(model, column, before, now) else "changed"


def read_row(table, key, pk, column):
    expression = f"CAST({column} AS BLOB)" if connection.vendor == "sqlite" else f"{column}::text"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression} FROM {table} WHERE {key} = %s", [pk])
        row = cursor.fetchone()
    return row and (
        bytes(row[0]) if connection.vendor == "sqlite" and row[0] is not None else row[0]
    )


def same(model, column, before, now):
    """Two ways to write one JSON value or one moment are the same value."""
    if before == now or column != "payload":
        return before == now
    try:
        return json.dumps(json.loads(before), sort_keys=True) == json.dumps(
            json.loads(now), sort_keys=True
        )
    except (ValueError, TypeError):
        return False


@pytest.mark.parametrize("column", columns(Entry))
def test_any_single_change_to_any_column_of_any_entry_is_found_by_both_verifiers(register, column):
    @settings(max_examples=10 * MUCH, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def found(data):
        pk = data.draw(st.integers(1, 5))
        with transaction.atomic():
            guards.remove(connection)
            if change(Entry, column, pk, new_value(data, Entry, column)) == "changed":
                guards.install_missing(connection)
                assert [fault for fault in verify_chain() if not fault.is_warning]
                if column not in SECRET_COLUMNS:
                    assert standalone_faults()
            transaction.set_rollback(True)

    found()
    assert verify_chain() == []


@pytest.mark.parametrize("model", [Checkpoint, SigningKey], ids=["checkpoint", "key"])
def test_any_single_change_to_a_checkpoint_or_a_key_is_found_by_both_verifiers(register, model):
    actions.rotate_key()
    connection.check_constraints()
    actions.make_checkpoint()
    connection.check_constraints()

    @settings(max_examples=40 * MUCH, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def found(data):
        column = data.draw(st.sampled_from(columns(model)))
        pk = data.draw(st.integers(1, model.objects.count()))
        with transaction.atomic():
            guards.remove(connection)
            if change(model, column, pk, new_value(data, model, column)) == "changed":
                assert [fault for fault in verify_chain() if "触发器" not in fault.message]
                with suppress(
                    ValueError, TypeError, AttributeError, KeyError
                ):  # the file cannot even be read
                    assert standalone_faults()
            transaction.set_rollback(True)

    found()
    assert verify_chain() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_entry WHERE sequence = 1",
        "DELETE FROM ledger_entry WHERE sequence = 3",
        "DELETE FROM ledger_entry WHERE sequence = 4",  # the end of what a checkpoint has signed
        "DELETE FROM ledger_entry WHERE sequence > 3",
        "UPDATE ledger_entry SET sequence = 9 WHERE sequence = 5",
        "DELETE FROM ledger_checkpoint WHERE number = 1",
        "DELETE FROM ledger_signingkey",
    ],
)
def test_what_was_taken_out_is_missed(register, statement):
    guards.remove(connection)
    sql("DELETE FROM ledger_filedigest")
    before = {fault.message for fault in verify_chain()}
    try:
        with transaction.atomic():
            sql(statement)
            connection.check_constraints()
    except DatabaseError:
        return  # a foreign key already refuses it
    assert {fault.message for fault in verify_chain()} > before
    assert standalone_faults()


def test_two_entries_exchanged_are_found(register):
    guards.remove(connection)
    sql("UPDATE ledger_entry SET sequence = 99 WHERE sequence = 3")
    sql("UPDATE ledger_entry SET sequence = 3 WHERE sequence = 5")
    sql("UPDATE ledger_entry SET sequence = 5 WHERE sequence = 99")
    assert len(verify_chain()) > 2
    assert len(standalone_faults()) > 2


def test_an_entry_hung_up_elsewhere_is_found_by_its_link_alone(register):
    """Its own hash is right, and no checkpoint covers it: nothing but the comparison with the entry
    before tells.
    """
    guards.remove(connection)
    last = register[-1]
    last.previous_hash = "a" * 64
    row = (last.previous_hash, last.compute_hash(), last.sequence)
    sql("UPDATE ledger_entry SET previous_hash = %s, entry_hash = %s WHERE sequence = %s", *row)
    connection.check_constraints()
    guards.install_missing(connection)
    expected = ["第 5 条没有接在前一条之后：“上一条的校验码”不符。"]
    assert [fault.message for fault in verify_chain()] == expected
    assert [fault.message for fault in faults_since_last_checkpoint()] == expected
    assert ["没有接在前一条之后" in fault for fault in standalone_faults()] == [True]


def test_a_later_checkpoint_with_fewer_entries_is_found(register):
    """Signed with the right key over an entry that is there: somebody took the register back to an
    earlier state, and signed that.
    """
    guards.remove(connection)
    earlier, key = register[1], signing.signing_key()
    before = Checkpoint.objects.order_by("number").last()
    checkpoint = Checkpoint(
        number=3,
        day=before.day + datetime.timedelta(days=1),
        made_at=before.made_at,
        key=before.key,
    )
    checkpoint.sequence, checkpoint.entry_hash = earlier.sequence, earlier.entry_hash
    checkpoint.signature = keys.sign(key, checkpoint.signed())
    checkpoint.save()
    connection.check_constraints()
    guards.install_missing(connection)
    assert [fault.message for fault in verify_chain()] == ["后一个检查点的登记条数比前一个少。"]
    assert ["没有接着前一个" in fault for fault in standalone_faults()] == [True]


def test_a_register_written_anew_contradicts_its_checkpoints(register):
    """Whoever holds the database can compute a whole new chain; the signatures, and copies of them,
    remember the old one.
    """
    guards.remove(connection)
    previous_hash = "0" * 64
    for entry in register:
        entry.previous_hash, entry.role = previous_hash, "另一个人"
        previous_hash = entry.compute_hash()
        sql(
            "UPDATE ledger_entry SET role = %s, previous_hash = %s, entry_hash = %s WHERE sequence = %s",
            *("另一个人", entry.previous_hash, previous_hash, entry.sequence),
        )
    connection.check_constraints()
    guards.install_missing(connection)
    assert [fault.message[:3] for fault in verify_chain()] == ["第 2", "第 4"]
    assert len(standalone_faults()) == 2


def test_it_says_when_the_guards_are_gone(register):
    guards.remove(connection)
    assert [fault.message[:7] for fault in verify_chain()] == ["数据库的防改触"]


def test_it_says_when_the_index_of_files_is_wrong(register):
    guards.remove(connection)
    sql("UPDATE ledger_filedigest SET sha256 = %s", sha256("b"))
    connection.check_constraints()
    guards.install_missing(connection)
    assert {fault.message for fault in verify_chain()} == {
        "第 2 条的文件摘要索引与它登记的文件不符。"
    }


@pytest.mark.django_db
def test_a_clock_that_went_back_is_mentioned_and_no_fault(monkeypatch):
    make_entry()
    earlier = Entry.objects.get().made_at - datetime.timedelta(hours=1)
    monkeypatch.setattr("ledger.actions.timezone.now", lambda: earlier)
    make_entry()
    monkeypatch.undo()
    assert [fault.is_warning for fault in verify_chain()] == [True]
    call_command("verify_ledger")
    actions.make_checkpoint()


def test_the_command_says_so_and_fails(register, capsys):
    call_command("verify_ledger")
    assert "没有发现问题" in capsys.readouterr().out
    guards.remove(connection)
    sql("UPDATE ledger_entry SET note = '改过' WHERE sequence = 3")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_ledger")
    assert stop.value.code == 1
    assert "第 3 条的内容与它的校验码不符" in capsys.readouterr().out


def test_the_command_says_what_no_checkpoint_protects(db, capsys):
    make_entry()
    actions.make_checkpoint()
    make_entry()
    make_entry()
    call_command("verify_ledger")
    assert "第 2 条到第 3 条在最近的检查点之后" in capsys.readouterr().out
    actions.make_checkpoint()
    call_command("verify_ledger")
    assert "在最近的检查点之后" not in capsys.readouterr().out
