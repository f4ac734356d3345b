"""One moment of the database, taken while the portal works: SQLite's online backup, PostgreSQL's
pg_dump.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from ledger.models import Entry

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# Kept out of the comparison of tables: signed-in sessions may end while a backup runs and say
# nothing of the content.
VOLATILE = {"django_session"}


@contextmanager
def snapshot(folder):
    """Yields (file, cursor): the copy in `folder`, and a cursor that sees exactly what the copy
    holds.
    """
    target = Path(folder) / NAMES[connection.vendor]
    take = _sqlite_snapshot if connection.vendor == "sqlite" else _postgresql_snapshot
    with take(target) as cursor:
        yield target, cursor


@contextmanager
def _sqlite_snapshot(target):
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source:
            source.backup(copy, pages=4096, sleep=0)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without -wal beside it
        if (answer := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise CommandError(
                f"数据库文件自身有损坏，备份停止：{answer}。请先从上一份完好的备份恢复。"
            )
        with closing(copy.cursor()) as cursor:
            yield cursor


@contextmanager
def _postgresql_snapshot(target):
    """pg_dump looks at the moment that this transaction exports, and so do the hashes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )
        cursor.execute("SELECT pg_export_snapshot()")
        name = cursor.fetchone()[0]
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--file={target}",
        )
        yield cursor


@contextmanager
def plain_cursor():
    """A cursor that gives values as the database holds them, as that of a snapshot does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as database,
        closing(database.cursor()) as cursor,
    ):
        yield cursor


def restore(file):
    """Fill the empty database from the copy."""
    if connection.vendor == "postgresql":
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            f"--dbname={_place()['PGDATABASE']}",
            file,
        )
        return
    target = Path(connection.settings_dict["NAME"])
    connections.close_all()
    for beside in ("", "-wal", "-shm"):
        Path(f"{target}{beside}").unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o640)


def is_empty():
    """Whether the database holds no table."""
    return not connection.introspection.table_names()


def tables(cursor):
    """{table: {"rows": number, "sha256": of all rows in the order of their first column}}."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
    else:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = sorted(row[0] for row in cursor.fetchall())
    return {
        name: _digest(cursor, name)
        for name in names
        if name not in VOLATILE and not name.startswith("sqlite_")
    }


def register_head(cursor):
    """{"sequence", "entry_hash"} of the register's newest entry as the cursor sees it; None where
    there is none.

    Of the copy, not of the portal: it goes on publishing while a backup is taken.
    """
    table = Entry._meta.db_table
    cursor.execute(f"SELECT sequence, entry_hash FROM {table} ORDER BY sequence DESC LIMIT 1")  # noqa: S608  a name of ours
    row = cursor.fetchone()
    return {"sequence": row[0], "entry_hash": row[1]} if row else None


def _digest(cursor, table):
    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608  a name the database itself gave
    digest, rows = hashlib.sha256(), 0
    while batch := cursor.fetchmany(500):
        for row in batch:
            digest.update(
                json.dumps(row, default=_plain, ensure_ascii=False).encode("utf-8", "surrogatepass")
            )
        rows += len(batch)
    return {"rows": rows, "sha256": digest.hexdigest()}


def _plain(value):
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)


def _place():
    """The database's address in the variables PostgreSQL's own programs read: no password on a
    command line.
    """
    address = connection.settings_dict
    values = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return {variable: str(address[name]) for variable, name in values.items() if address.get(name)}


def _run(program, *arguments):
    command = [
        str(Path(settings.PG_PROGRAMS) / program) if settings.PG_PROGRAMS else program,
        *map(str, arguments),
    ]
    try:
        subprocess.run(  # noqa: S603  programs and options of ours
            command, env={**os.environ, **_place()}, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise CommandError(
            f"没有找到 {program}。请安装与服务器同版本的 postgresql-client，或用环境变量 PG_PROGRAMS 指明它所在的目录。"
        ) from None
    except subprocess.CalledProcessError as error:
        raise CommandError(f"{program} 没有成功：{error.stderr.strip()[-1500:]}") from None
