"""The database itself refuses to change the register."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from ledger import actions, audit, guards
from ledger.canonical import GENESIS
from ledger.digests.making import make_digest
from ledger.models import AuditEvent, Entry
from ledger.outside import witnesses
from ledger.tests.builders import make_entry, sha256, sql

COLUMNS = (
    "act, made_at, person, role, department_name, subject_kind, subject_key, subject_title, content_sha256, note, payload,"
    " secret"
)
CHECKPOINT = "day, made_at, sequence, entry_hash, key_id, signature"
OURS = [
    guarded.table for guarded in guards.TABLES if guarded.table.startswith("ledger_")
]  # not other rooms', empty here
only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="SQLite's own ways to replace a row"
)
only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has nothing of the kind"
)


@pytest.fixture
def register(db):
    """Three entries with a file each, and a checkpoint."""
    for text in "abc":
        make_entry(payload={"files": [{"name": text, "sha256": sha256(text)}]})
    point = actions.make_checkpoint()
    witnesses.record(checkpoint=point, way="mail", witness="archive@example.org")
    audit.record(event=AuditEvent.LOGIN)
    make_digest()
    connection.check_constraints()  # PostgreSQL changes no table while deferred checks wait
    return list(Entry.objects.order_by("sequence"))


def refused(statement, *parameters):
    before = {table.table: rows(table.table) for table in guards.TABLES}
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement, *parameters)
    assert before == {table.table: rows(table.table) for table in guards.TABLES}


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return sorted(map(str, cursor.fetchall()))


@pytest.mark.parametrize("table", OURS)
def test_it_refuses_update_and_delete(register, table):
    column = guards.TABLES[[guarded.table for guarded in guards.TABLES].index(table)].keys[0][0]
    refused(f"DELETE FROM {table}")
    refused(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", [guarded.table for guarded in guards.TABLES])
@only_postgresql
def test_it_refuses_truncate(register, table):
    refused(f"TRUNCATE {table} CASCADE")


@only_postgresql
def test_a_replica_role_does_not_pass_either(register):
    sql("SET session_replication_role = replica")
    try:
        refused("DELETE FROM ledger_entry")
    finally:
        sql("SET session_replication_role = DEFAULT")


def test_an_upsert_is_refused(register):
    refused(
        f"INSERT INTO ledger_entry (sequence, {COLUMNS}, previous_hash, entry_hash) "
        f"SELECT sequence, {COLUMNS}, previous_hash, entry_hash FROM ledger_entry WHERE sequence = 2 "
        "ON CONFLICT (sequence) DO UPDATE SET note = 'x'"
    )


@only_sqlite
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
@pytest.mark.parametrize(
    ("sequence", "previous_hash", "entry_hash"),
    [
        ("2", "previous_hash", "entry_hash"),
        ("4", "previous_hash", "entry_hash"),
        ("4", f"'{'a' * 64}'", "entry_hash"),
        ("4", "previous_hash", f"'{'a' * 64}'"),
        ("4", "(SELECT entry_hash FROM ledger_entry WHERE sequence = 3)", "entry_hash"),
    ],
)
def test_insert_or_replace_is_refused(
    register, recursive_triggers, sequence, previous_hash, entry_hash
):
    sql(f"PRAGMA recursive_triggers = {recursive_triggers}")
    try:
        refused(
            f"INSERT OR REPLACE INTO ledger_entry (sequence, {COLUMNS}, previous_hash, entry_hash) "
            f"SELECT {sequence}, {COLUMNS}, {previous_hash}, {entry_hash} FROM ledger_entry WHERE sequence = 2"
        )
    finally:
        sql("PRAGMA recursive_triggers = OFF")


@only_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO ledger_checkpoint SELECT * FROM ledger_checkpoint",
        f"INSERT OR REPLACE INTO ledger_checkpoint (number, {CHECKPOINT}) SELECT 2, {CHECKPOINT} FROM ledger_checkpoint",
        "INSERT OR REPLACE INTO ledger_signingkey SELECT * FROM ledger_signingkey",
        "INSERT OR REPLACE INTO ledger_filedigest SELECT * FROM ledger_filedigest WHERE id = 1",
        "INSERT OR REPLACE INTO ledger_filedigest (entry_id, sha256) SELECT entry_id, sha256 FROM ledger_filedigest",
        "UPDATE OR REPLACE ledger_entry SET sequence = 2 WHERE sequence = 1",
        "INSERT OR REPLACE INTO ledger_entry (rowid, sequence, note) VALUES (1, 4, '')",
    ],
)
def test_no_other_record_can_be_replaced(register, statement):
    refused(statement)


@only_sqlite
def test_the_sequence_is_the_row_id_itself(register):
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger_entry WHERE rowid = sequence")
        assert cursor.fetchone() == (3,)


@pytest.mark.parametrize(
    ("sequence", "previous_hash"),
    [(5, "head"), (4, GENESIS), (4, "a" * 64), (0, "head"), (-1, "head")],
)
def test_it_refuses_an_entry_that_is_not_the_next_in_the_chain(register, sequence, previous_hash):
    previous_hash = register[-1].entry_hash if previous_hash == "head" else previous_hash
    refused(
        f"INSERT INTO ledger_entry (sequence, {COLUMNS}, previous_hash, entry_hash) "
        f"SELECT %s, {COLUMNS}, %s, %s FROM ledger_entry WHERE sequence = 2",
        *(sequence, previous_hash, "b" * 64),
    )


def test_migrate_puts_back_a_guard_that_is_gone(register):
    guards.remove(connection)
    assert len(guards.missing(connection)) == len(guards._wanted(connection))
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    refused("DELETE FROM ledger_entry")


@only_postgresql
def test_a_guard_that_is_switched_off_counts_as_gone(register):
    sql("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_guards_change")
    assert guards.missing(connection) == ["ledger_entry_guards_change"]
    call_command("migrate", verbosity=0)
    refused("DELETE FROM ledger_entry")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["first", "second"])
def test_tests_with_real_transactions_can_still_empty_the_tables(which):
    """Twice: the second finds an empty register and the guards in place, whichever runs first."""
    assert not Entry.objects.exists()
    assert guards.missing(connection) == []
    make_entry()


@pytest.mark.django_db(transaction=True)
def test_the_flush_of_the_product_is_refused(monkeypatch):
    make_entry()
    as_in_the_product = BaseDatabaseOperations.execute_sql_flush.__closure__
    flush = next(cell.cell_contents for cell in as_in_the_product if callable(cell.cell_contents))
    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        with pytest.raises(CommandError):
            call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.count() == 1
