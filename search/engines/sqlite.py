"""SQLite: a table of FTS5 that keeps no text of its own (`content=''`), a row's number being its
place.

Such a table forgets a row only by being told all its words again, so rows are never taken out: a
thing indexed anew gets a new place, and a row whose place no `SearchEntry` knows is dead. `reindex`
leaves the dead behind.
"""

import datetime as dt
from itertools import islice
from operator import add

from django.db.models import F, OuterRef, Subquery

from documents.folding import bigrams
from search.document import FIELDS
from search.kinds import own_key
from search.lookups import InKeys
from search.models import SearchEntry

TABLE = "disclosure_search_index"
ENTRIES = SearchEntry._meta.db_table
A_DAYS_PLACES = 1 << 16  # a day with more goes on into the next day's places
GATHERED = 16_000_000  # bytes
_GAP = "0"


class SqliteEngine:
    """Writes and reads the index. `table`: another one while it is built anew."""

    AT_ONCE = 100  # hits that are rather asked one by one whether they stand in a narrower scope
    ASKS_FROM_THE_WIDEST = True  # two words of a title cost as much as the two anywhere

    def __init__(self, connection, table=TABLE):
        self.connection, self.table = connection, table

    def create(self):
        """Make the empty table. `ascii`: everything beyond ASCII belongs to a word, whatever
        Unicode it is of.
        """
        columns = ", ".join(("characters", *FIELDS))
        self._run(
            f"CREATE VIRTUAL TABLE {self.table} USING fts5({columns}, content='', tokenize='ascii')"
        )
        self.expect_many()

    def expect_many(self):
        """Let a transaction gather what it writes: FTS5 by itself writes a piece at each megabyte,
        and then merges the pieces.
        """
        self._run(f"INSERT INTO {self.table}({self.table}, rank) VALUES ('hashsize', {GATHERED})")

    def drop(self):
        """Take the table away."""
        self._run(f"DROP TABLE IF EXISTS {self.table}")

    def new_places(self, days):
        """A place for each that no row ever had, among those of its day. Call inside a writing
        transaction.
        """
        free = {}
        for day in days:
            start = self.first_place(day)
            while (place := free.get(start) or self._free_place(start)) == start + A_DAYS_PLACES:
                free[start] = place
                start += A_DAYS_PLACES
            free[start] = place + 1
            yield place

    def _free_place(self, start):
        sql = f"SELECT max(id) FROM {self.table}_docsize WHERE id >= %s AND id < %s"
        last = self._run(sql, [start, start + A_DAYS_PLACES])[0][0]
        return start if last is None else last + 1

    def is_of_day(self, place, indexed):
        """Whether the place stands where the day of what is `Indexed` has it."""
        return place // A_DAYS_PLACES == indexed.day.toordinal()

    def write_all(self, portion):
        """Put what is `Indexed` into the index under new places."""
        placed = list(zip(self.new_places(one.day for one in portion), portion, strict=True))
        self.insert((place, one.document) for place, one in placed)
        self._run_all(
            f"INSERT INTO {ENTRIES} (item_id, place, digest) VALUES (%s, %s, %s)"
            " ON CONFLICT (item_id) DO UPDATE SET place = excluded.place, digest = excluded.digest",
            [(one.key, place, one.digest) for place, one in placed],
        )

    def insert(self, placed):
        """Write a row for each (place, document)."""
        columns = ", ".join(("rowid", "characters", *FIELDS))
        marks = ", ".join(["%s"] * (len(FIELDS) + 2))
        self._run_all(
            f"INSERT INTO {self.table}({columns}) VALUES ({marks})", (_row(*one) for one in placed)
        )

    def keep_digests(self, rows):
        """Note (digest, key, place) of what was written anew under the places it had."""
        self._run_all(f"UPDATE {ENTRIES} SET digest = %s WHERE item_id = %s AND place = %s", rows)

    def walk(self, query, fields, *, below=None, above=None, limit=-1, newest=True):
        """Places of matches in order, at most `limit`, between the bounds (which do not belong)."""
        sql, params = (
            f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s",
            [expression(query, fields)],
        )
        for bound, sign in ((below, "<"), (above, ">")):
            if bound is not None:
                sql, params = f"{sql} AND rowid {sign} %s", [*params, bound]
        sql += f" ORDER BY rowid {'DESC' if newest else 'ASC'} LIMIT %s"
        return [place for (place,) in self._run(sql, [*params, limit])]

    def count(self, query, most):
        """How many entries match, at most `most`."""
        return len(self.walk(query, (), limit=most))

    def named(self, items, kind):
        """What `among` knows rows of a kind by: their places, each in a query's only column."""
        entries = SearchEntry.objects.filter(key=kind.outer_key(OuterRef("pk")))
        return items.annotate(indexed_at=Subquery(entries.values("place"))).values_list(
            "indexed_at", flat=True
        )

    def among(self, query, fields, places, *, limit, **where):
        """Those of `places` that match, in order, at most `limit`. Reading all matches costs less
        than asking for each place.
        """
        wanted = set(places)
        return list(
            islice((place for place in self.walk(query, fields, **where) if place in wanted), limit)
        )

    def at(self, query, fields, places):
        """Those of a few places that match, newest first."""
        marks = ", ".join(["%s"] * len(places))
        sql = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid IN ({marks})"
        return sorted(
            (place for (place,) in self._run(sql, [expression(query, fields), *places])),
            reverse=True,
        )

    def rows(self, items, kind, places, fields):
        """(place, the values of `fields`) of those of `items`, rows of a kind, that stand at these
        places.
        """
        wanted = ", ".join(map(str, map(int, places)))
        entries = self._run(f"SELECT item_id, place FROM {ENTRIES} WHERE place IN ({wanted})")
        at = {own_key(key): place for key, place in entries if kind.holds(key)}
        if not at:
            return
        asked = items.filter(InKeys(F("pk"), at)).values_list("pk", *fields)
        # Past Django's way from columns to values, which takes as long as to read a thousand rows.
        # Moments are kept in UTC.
        moments = [place for place, name in enumerate(fields) if name.endswith("_at")]
        for pk, *values in self._run(*asked.query.sql_with_params()):
            for place in moments:
                values[place] = values[place].replace(tzinfo=dt.UTC)
            yield at[pk], *values

    def first_place(self, day):
        """The lowest place of a day."""
        return day.toordinal() * A_DAYS_PLACES

    def analyse(self):
        """Nothing to tell the planner."""

    def _run(self, sql, params=()):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []

    def _run_all(self, sql, rows):
        with self.connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _row(place, document):
    characters = " ".join(sorted(set("".join(document.title))))
    return place, characters, *(_stream(getattr(document, name)) for name in FIELDS)


def _stream(found_runs):
    """The bigrams of runs as FTS5 reads them. A gap stands where the end of one run and the start
    of the next would make a phrase that is not there: AB, BC is not ABC.
    """
    words, last = [], ""
    for run in found_runs:
        if len(run) > 1:
            if last == run[0]:
                words.append(_GAP)
            words += map(add, run, run[1:])
            last = run[-1]
    return " ".join(words)


def expression(query, fields):
    """The query in FTS5's language. Only folded letters and digits go into it, and all of them
    inside quotes.
    """
    if query.characters:
        return (
            "{characters} : ("
            + " AND ".join(f'"{character}"' for character in query.characters)
            + ")"
        )
    wanted = " AND ".join(f"({' OR '.join(map(_way, word.ways))})" for word in query.words)
    if fields:
        wanted = f"{{{' '.join(fields)}}} : ({wanted})"
    if query.without:
        return f"({wanted}) NOT ({' OR '.join(map(_way, query.without))})"
    return wanted


def _way(way):
    return "(" + " AND ".join(f'"{" ".join(bigrams(run))}"' for run in way) + ")"
