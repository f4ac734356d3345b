"""Triggers by which the database itself refuses to change the register, and whatever else is
written once.

No switch turns them off: neither a setting, nor a session variable, nor a permission inside the
product. The owner of the database can drop them, as it can drop the tables; `manage.py
verify_ledger` then says that they are gone, and the hash chain with an outside copy of a checkpoint
shows what was changed meanwhile (docs/decisions/0010-the-register.md).

Refused: UPDATE, DELETE, TRUNCATE, and any INSERT that is not the next number in turn or meets an
existing row. The last matters on SQLite, where INSERT OR REPLACE deletes rows without calling a
DELETE trigger unless `recursive_triggers` is on.

One UPDATE passes: a removal by law takes an entry's words away, once and for good, and leaves its
hashes (docs/decisions/0077-what-holds-words.md). Redactions are guarded too: none is ever deleted,
none lifted by one person.
"""

from dataclasses import dataclass, replace

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
    erasure: "Erasure | None" = None


@dataclass(frozen=True)
class Erasure:
    """The one change a row may suffer: words go, once, where the law wants it. `mark` is set by it,
    a column of `emptied` gets the SQL literal given, and `witness` is a condition that another row
    must meet.
    """

    mark: str
    unmarked: str
    emptied: tuple
    untouched: tuple
    witness: str


_ENTRY_ERASURE = Erasure(
    mark="erased",
    unmarked="OLD.erased = '{}' AND NEW.erased <> '{}'",
    emptied=(
        ("subject_title", "''"),
        ("note", "''"),
        ("payload", "'{}'"),
        ("secret", f"'{GENESIS}'"),
    ),
    untouched=(
        *(
            "sequence",
            "act",
            "made_at",
            "by_id",
            "person",
            "role",
            "department_name",
            "subject_kind",
            "subject_key",
        ),
        *("content_sha256", "previous_hash", "entry_hash"),
    ),
    witness="EXISTS (SELECT 1 FROM ledger_redaction r WHERE r.subject_kind = OLD.subject_kind AND r.subject_key = OLD.subject_key"
    " AND r.lifted_at IS NULL AND (r.until_sequence IS NULL OR r.until_sequence >= OLD.sequence))",
)
_AUDIT_ERASURE = Erasure(
    mark="erased_in",
    unmarked="OLD.erased_in IS NULL AND NEW.erased_in > OLD.sequence",
    emptied=(("object_name", "''"), ("detail", "'{}'")),
    untouched=(
        *(
            "sequence",
            "made_at",
            "event",
            "result",
            "account_id",
            "account",
            "person",
            "roles",
            "address",
            "act",
        ),
        *("object_kind", "object_key", "previous_hash", "entry_hash"),
    ),
    witness="EXISTS (SELECT 1 FROM ledger_auditentry a WHERE a.sequence = NEW.erased_in AND a.event = 'erasure')",
)
TABLES = [
    Guarded(
        "ledger_entry",
        (("sequence",), ("entry_hash",), ("previous_hash",)),
        "sequence",
        is_chained=True,
        erasure=_ENTRY_ERASURE,
    ),
    Guarded("ledger_checkpoint", (("number",), ("day", "sequence")), "number"),
    Guarded("ledger_signingkey", (("number",), ("key_id",)), "number"),
    Guarded(
        "ledger_auditentry",
        (("sequence",), ("entry_hash",), ("previous_hash",)),
        "sequence",
        is_chained=True,
        erasure=_AUDIT_ERASURE,
    ),
    Guarded("ledger_filedigest", (("id",), ("entry_id", "sha256"))),
    Guarded("ledger_publicdigest", (("number",),), "number"),
    Guarded("ledger_receipt", (("number",), ("checkpoint_id", "way", "witness")), "number"),
]


def guard(guarded):
    """Give a table of another room the same guards; said once, in the `ready()` of that room's
    AppConfig.
    """
    if guarded not in TABLES:
        TABLES.append(guarded)


def _refusal_of_insert(guarded):
    """SQL condition under which a new row is refused; every name in it is one of ours, from TABLES."""
    table = guarded.table
    meets = " OR ".join(
        "(" + " AND ".join(f"{key} = NEW.{key}" for key in keys) + ")" for keys in guarded.keys
    )
    condition = f"EXISTS (SELECT 1 FROM {table} WHERE {meets})"  # noqa: S608
    if guarded.number:
        condition += f" OR NEW.{guarded.number} <> (SELECT COALESCE(MAX({guarded.number}), 0) + 1 FROM {table})"  # noqa: S608
    if guarded.is_chained:
        last = f"(SELECT entry_hash FROM {table} ORDER BY {guarded.number} DESC LIMIT 1)"  # noqa: S608
        condition += f" OR NEW.previous_hash <> COALESCE({last}, '{GENESIS}')"
    return condition


def _is_erasure(erasure, same):
    """SQL condition under which an UPDATE does nothing but erase. `same`: how two values are
    compared that may be NULL.
    """
    unchanged = [f"NEW.{column} {same} OLD.{column}" for column in erasure.untouched]
    emptied = [f"NEW.{column} = {literal}" for column, literal in erasure.emptied]
    return " AND ".join([erasure.unmarked, *unchanged, *emptied, erasure.witness])


# A redaction stays for good; it is lifted only by a second person, and where the register says so.
_LIFTED_RIGHTLY = (
    "NEW.lifted_by_id IS NOT NULL AND NEW.lift_asked_by_id IS NOT NULL AND NEW.lifted_by_id <> NEW.lift_asked_by_id"
    " AND EXISTS (SELECT 1 FROM ledger_entry e WHERE e.subject_kind = NEW.subject_kind AND e.subject_key = NEW.subject_key"
    " AND e.act = 'unredact' AND e.made_at >= NEW.lift_asked_at)"
)


def _refusal_of_lifting(same):
    fixed = (
        "id",
        "subject_kind",
        "subject_key",
        "until_sequence",
        "reason",
        "redacted_by_id",
        "redacted_at",
    )
    unchanged = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in fixed)
    return f"NOT (OLD.lifted_at IS NULL AND {unchanged} AND (NEW.lifted_at IS NULL OR ({_LIFTED_RIGHTLY})))"


def _sqlite_redaction_triggers(table="ledger_redaction"):
    for event, condition in {"update": f"WHEN {_refusal_of_lifting('IS')}", "delete": ""}.items():
        name = f"{table}_guards_{event}"
        yield (
            name,
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        )


def _postgresql_redaction_triggers(table="ledger_redaction"):
    yield (
        f"{table}_guards_delete",
        _postgresql(f"{table}_guards_delete", _REFUSE, "DELETE OR TRUNCATE", table, "STATEMENT"),
    )
    body = f"IF {_refusal_of_lifting('IS NOT DISTINCT FROM')} THEN {_REFUSE} END IF; RETURN NEW;"
    yield (
        f"{table}_guards_update",
        _postgresql(f"{table}_guards_update", body, "UPDATE", table, "ROW"),
    )


def _sqlite_triggers(guarded):
    table = guarded.table
    conditions = {"update": "", "delete": "", "insert": f"WHEN {_refusal_of_insert(guarded)}"}
    if guarded.erasure:
        conditions["update"] = f"WHEN NOT ({_is_erasure(guarded.erasure, 'IS')})"
    for event, condition in conditions.items():
        name = f"{table}_guards_{event}"
        sql = f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} {condition} "
        yield name, sql + f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


_REFUSE = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"


def _postgresql(name, body, event, table, each):
    """A function and the trigger that calls it. ALWAYS: session_replication_role = replica does not
    pass either.
    """
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;"
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}();"
        f" ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    )


def _postgresql_triggers(guarded):
    table = guarded.table
    change, insert, erasure = (
        f"{table}_guards_{event}" for event in ("change", "insert", "erasure")
    )
    events = "DELETE OR TRUNCATE" if guarded.erasure else "UPDATE OR DELETE OR TRUNCATE"
    yield change, _postgresql(change, _REFUSE, events, table, "STATEMENT")
    body = f"IF {_refusal_of_insert(guarded)} THEN {_REFUSE} END IF; RETURN NEW;"
    yield insert, _postgresql(insert, body, "INSERT", table, "ROW")
    if guarded.erasure:
        is_erasure = _is_erasure(guarded.erasure, "IS NOT DISTINCT FROM")
        body = f"IF ({is_erasure}) IS NOT TRUE THEN {_REFUSE} END IF; RETURN NEW;"
        yield erasure, _postgresql(erasure, body, "UPDATE", table, "ROW")


def _wanted(connection):
    """Trigger name → (table, SQL), for the tables this database has, as its columns are (a
    migration may be half way).
    """
    triggers = {"sqlite": _sqlite_triggers, "postgresql": _postgresql_triggers}[connection.vendor]
    redactions = {
        "sqlite": _sqlite_redaction_triggers,
        "postgresql": _postgresql_redaction_triggers,
    }[connection.vendor]
    wanted = {}
    for guarded in _present(connection):
        wanted |= {name: (guarded.table, sql) for name, sql in triggers(guarded)}
    if "lifted_at" in _columns(connection, "ledger_redaction"):
        wanted |= {name: ("ledger_redaction", sql) for name, sql in redactions()}
    return wanted


def _present(connection):
    """The guarded tables there are; without an erasure while the column it needs is not there yet."""
    for guarded in TABLES:
        if columns := _columns(connection, guarded.table):
            erasure = guarded.erasure
            yield (
                guarded
                if erasure is None or erasure.mark in columns
                else replace(guarded, erasure=None)
            )


def _columns(connection, table):
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return set()
        return {
            column.name for column in connection.introspection.get_table_description(cursor, table)
        }


def renew(connection, *tables):
    """Drop the triggers of these tables, whatever they are called, and create those that are wanted
    now: where they change.
    """
    names = [
        f"{table}_guards_{event}"
        for table in tables
        for event in ("update", "delete", "insert", "change", "erasure")
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in names:
            cursor.execute(_drop(connection, name, name.rpartition("_guards_")[0]))
    install_missing(connection)


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


def take_crossing_off(connection):
    """SQLite rebuilds a table by renaming another one, and refuses while a trigger elsewhere names
    it: off with those triggers.
    """
    if connection.vendor != "sqlite":
        return
    tables = ["ledger_redaction", *(guarded.table for guarded in TABLES if guarded.erasure)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_drop(connection, f"{table}_guards_update", table))


def remove(connection):
    """Drop the triggers: only for undoing the migration, and for tests, which must empty their
    tables.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, _) in _wanted(connection).items():
            cursor.execute(_drop(connection, name, table))


def _drop(connection, name, table):
    return f"DROP TRIGGER IF EXISTS {name}" + (
        f" ON {table}" if connection.vendor == "postgresql" else ""
    )
