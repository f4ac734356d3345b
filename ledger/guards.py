"""Triggers by which the database itself refuses to change the register, and whatever else is written once.

No switch turns them off: neither a setting, nor a session variable, nor a permission inside the product. The owner of the
database can drop them, as it can drop the tables; `manage.py verify_ledger` then says that they are gone, and the hash
chain with an outside copy of a checkpoint shows what was changed meanwhile (docs/decisions/0010-the-register.md).

Refused: UPDATE, DELETE, TRUNCATE, and any INSERT that is not the next number in turn or meets an existing row. The last matters
on SQLite, where INSERT OR REPLACE deletes rows without calling a DELETE trigger unless `recursive_triggers` is on.
"""

from dataclasses import dataclass

from django.db import transaction

from ledger.canonical import GENESIS

REFUSAL = "the register is append-only"


@dataclass(frozen=True)
class Guarded:
    """A table, its unique keys, and its gap-free number where it has one."""

    table: str
    keys: tuple
    number: str = ""
    is_chained: bool = False


TABLES = [
    Guarded("ledger_entry", (("sequence",), ("entry_hash",), ("previous_hash",)), "sequence", is_chained=True),
    Guarded("ledger_checkpoint", (("number",), ("day", "sequence")), "number"),
    Guarded("ledger_signingkey", (("number",), ("key_id",)), "number"),
    Guarded("ledger_auditentry", (("sequence",), ("entry_hash",), ("previous_hash",)), "sequence", is_chained=True),
    Guarded("ledger_filedigest", (("id",), ("entry_id", "sha256"))),
]


def guard(guarded):
    """Give a table of another room the same guards; said once, in the `ready()` of that room's AppConfig."""
    if guarded not in TABLES:
        TABLES.append(guarded)


def _refusal_of_insert(guarded):
    """SQL condition under which a new row is refused; every name in it is one of ours, from TABLES."""
    table = guarded.table
    meets = " OR ".join("(" + " AND ".join(f"{key} = NEW.{key}" for key in keys) + ")" for keys in guarded.keys)
    condition = f"EXISTS (SELECT 1 FROM {table} WHERE {meets})"  # noqa: S608
    if guarded.number:
        condition += f" OR NEW.{guarded.number} <> (SELECT COALESCE(MAX({guarded.number}), 0) + 1 FROM {table})"  # noqa: S608
    if guarded.is_chained:
        last = f"(SELECT entry_hash FROM {table} ORDER BY {guarded.number} DESC LIMIT 1)"  # noqa: S608
        condition += f" OR NEW.previous_hash <> COALESCE({last}, '{GENESIS}')"
    return condition


def _sqlite_triggers(guarded):
    table = guarded.table
    conditions = {"update": "", "delete": "", "insert": f"WHEN {_refusal_of_insert(guarded)}"}
    for event, condition in conditions.items():
        name = f"{table}_guards_{event}"
        sql = f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} {condition} "
        yield name, sql + f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def _postgresql_triggers(guarded):
    table = guarded.table
    change, insert = f"{table}_guards_change", f"{table}_guards_insert"
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"
    function = "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$;"
    # ALWAYS: session_replication_role = replica does not pass either.
    create = "CREATE TRIGGER {0} BEFORE {1} ON {2} FOR EACH {3} EXECUTE FUNCTION {0}(); ALTER TABLE {2} ENABLE ALWAYS TRIGGER {0}"
    yield (
        change,
        function.format(change, refuse) + create.format(change, "UPDATE OR DELETE OR TRUNCATE", table, "STATEMENT"),
    )
    body = f"IF {_refusal_of_insert(guarded)} THEN {refuse} END IF; RETURN NEW;"
    yield insert, function.format(insert, body) + create.format(insert, "INSERT", table, "ROW")


def _wanted(connection):
    """Trigger name → (table, SQL), for the tables this database has."""
    triggers = {"sqlite": _sqlite_triggers, "postgresql": _postgresql_triggers}[connection.vendor]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    return {
        name: (guarded.table, sql) for guarded in TABLES if guarded.table in present for name, sql in triggers(guarded)
    }


def _installed(connection):
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        # D: disabled; only those that always fire count.
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def missing(connection):
    """Names of the triggers that should be there and are not, or are switched off."""
    return sorted(set(_wanted(connection)) - _installed(connection))


def install_missing(connection):
    """Create the triggers that are not there. Called by a migration and after every `migrate`."""
    wanted = _wanted(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in sorted(set(wanted) - _installed(connection)):
            table, sql = wanted[name]
            cursor.execute(_drop(connection, name, table))
            cursor.execute(sql)


def remove(connection):
    """Drop the triggers: only for undoing the migration, and for tests, which must empty their tables."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, _) in _wanted(connection).items():
            cursor.execute(_drop(connection, name, table))


def _drop(connection, name, table):
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")
