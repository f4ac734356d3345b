"""PostgreSQL: the index built in a second table beside the first, and put in its place.

A GIN index takes ten times as long to be told of every text by itself as to be made of all at once.
Searches read the first table until the second is complete; acts of publication write into the
first, and what they wrote is carried over at the end.
"""

from contextlib import contextmanager
from time import sleep

from django.db import OperationalError, transaction

from search.engines.postgresql import TABLE, PostgresqlEngine

FRESH, BEFORE = f"{TABLE}_new", f"{TABLE}_before"
MEMORY = "256MB"  # for making an index; PostgreSQL's own 64 MB cost a third more time
PAUSES = (5, *(20,) * 45)  # seconds between attempts to change places: a quarter of an hour
# Keys first: what else is made, a foreign key among it, stands on rows that are there once.
_CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f', conname
"""
_INDEXES = """
    SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = %s::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""


class Beside:
    """A second table on its way to take the place of the first."""

    def __init__(self, connection):
        self.connection, self.engine = connection, PostgresqlEngine(connection, FRESH)
        self.constraints, self.indexes = (
            self._rows(sql, TABLE) for sql in (_CONSTRAINTS, _INDEXES)
        )

    def begin(self):
        """Make the empty table, and note what the first one says now: what says something else at
        the end has changed.
        """
        with self._at_leisure():
            self._run(
                f"DROP TABLE IF EXISTS {FRESH}, {BEFORE}",
                f"CREATE TABLE {BEFORE} AS SELECT item_id, place, digest FROM {TABLE}",
                f"CREATE TABLE {FRESH} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING STORAGE)",
                f"ALTER TABLE {FRESH} ADD PRIMARY KEY (item_id)",
            )

    def write_all(self, portion):
        """Put what is `Indexed` into the second table."""
        self.engine.write_all(portion)

    def finish(self, remove_strangers):
        """Make the indexes; then carry over what has changed, and change places. Meanwhile searches
        go on, and acts wait a moment (at a million items some seconds). `remove_strangers` is called
        before anybody reads the new table.
        """
        with self._at_leisure():
            self._run(
                f"SET LOCAL maintenance_work_mem = '{MEMORY}'", *self._indexes(), f"ANALYZE {FRESH}"
            )
        for pause in PAUSES:
            try:
                return self._change_places(remove_strangers)
            except OperationalError:  # somebody reads the first table for long: a backup
                sleep(pause)
        return self._change_places(remove_strangers)

    def _change_places(self, remove_strangers):
        with self._at_leisure():
            # What an act of this transaction left to be checked at its end keeps a table from being
            # dropped.
            self._run("SET CONSTRAINTS ALL IMMEDIATE", f"LOCK TABLE {TABLE} IN EXCLUSIVE MODE")
            self._carry_over()
            # Searches queue up behind whoever waits to take the table away, so nobody waits for
            # long.
            self._run("SET LOCAL lock_timeout = '2s'", f"DROP TABLE {TABLE}, {BEFORE}")
            self._run(
                f"ALTER TABLE {FRESH} RENAME TO {TABLE}",
                *self._names(),
                "SET CONSTRAINTS ALL DEFERRED",
            )
            remove_strangers()

    @contextmanager
    def _at_leisure(self):
        """A transaction in which a statement may take longer than a page may."""
        with transaction.atomic():
            self._run("SET LOCAL statement_timeout = 0")
            yield

    def _indexes(self):
        """Statements that make what the first table has, under names of their own."""
        for name, definition, is_foreign in self.constraints:
            if not (is_foreign or definition.startswith("PRIMARY")):
                yield f'ALTER TABLE {FRESH} ADD CONSTRAINT "{name}_new" {definition}'
        for name, definition in self.indexes:
            yield definition.replace(f" {name} ON ", f" {name}_new ON ").replace(
                f"{TABLE} ", f"{FRESH} "
            )

    def _names(self):
        """Statements that give everything the name it has in the first table."""
        for name, definition, is_foreign in self.constraints:
            if is_foreign:
                yield f'ALTER TABLE {TABLE} ADD CONSTRAINT "{name}" {definition}'
            else:
                ours = f"{FRESH}_pkey" if definition.startswith("PRIMARY") else f"{name}_new"
                yield f'ALTER TABLE {TABLE} RENAME CONSTRAINT "{ours}" TO "{name}"'
        for name, _ in self.indexes:
            yield f'ALTER INDEX "{name}_new" RENAME TO "{name}"'

    def _carry_over(self):
        columns = "item_id, place, digest, terms, title, text"
        changed = f"SELECT item_id, place, digest FROM {TABLE} EXCEPT SELECT item_id, place, digest FROM {BEFORE}"
        self._run(
            f"DELETE FROM {FRESH} WHERE item_id IN (SELECT item_id FROM ({changed}) AS changed)",
            f"INSERT INTO {FRESH} ({columns}) SELECT {columns} FROM {TABLE} WHERE item_id IN (SELECT item_id FROM ({changed}) AS changed)",
        )

    def _rows(self, sql, *params):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _run(self, *statements):
        with self.connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
