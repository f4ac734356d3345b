"""PostgreSQL: a `tsvector` of bigrams under a GIN index, and the folded text beside it.

No positions: PostgreSQL forgets those beyond the 16,383rd, and a word's beyond its 256th, so that a
phrase late in a long document would not be found. The index gives what holds all pairs, and the
text says whether they stand together.
"""

from itertools import chain

from django.db.models import F

from documents.folding import bigrams
from search.document import FIELDS
from search.kinds import KIND_BITS, OWN_BITS, own_key
from search.lookups import InKeys
from search.models import SearchEntry

TABLE = SearchEntry._meta.db_table
FEW = 1_200  # fewer matches than this are simply read and sorted
WINDOW = 12_000  # texts that are rather read one by one, from the newest, than all matches gathered
MOST_GATHERED = 100_000  # matches that are rather gathered than more texts read
GATHERED_COSTS = 4  # titles read in their order, of which the next is mostly at hand
MOST_TERMS = 60_000  # a tsvector holds one megabyte
BY_INDEX = "SET LOCAL enable_seqscan = off; "
_MARKS = {"title": "t:", "numbers": "n:", "organ": "o:", "summary": "s:"}
_CHARACTER = "c:"
TITLE = ("title",)
_KEY_BITS = KIND_BITS + OWN_BITS
_KEY_MASK = (1 << _KEY_BITS) - 1


class PostgresqlEngine:
    """Writes and reads the index: three more columns of `SearchEntry`'s table, which Django need
    not know. `table`: another one while it is built anew.
    """

    AT_ONCE = 1_000  # hits that are rather asked one by one whether they stand in a narrower scope
    ASKS_FROM_THE_WIDEST = False  # the pairs of titles are few beside those of the texts

    def __init__(self, connection, table=TABLE):
        self.connection, self.table, self._gathered = connection, table, None

    def new_place(self, indexed):
        """The place of what is `Indexed`: by its day, then by its key."""
        return self.first_place(indexed.day) + indexed.key

    def is_of_day(self, place, indexed):
        """Whether the place stands where the day of what is `Indexed` has it."""
        return place == self.new_place(indexed)

    def write_all(self, portion):
        """Put what is `Indexed` into the index, or put it there anew. One statement: each list is a
        column.
        """
        rows = [
            (one.key, self.new_place(one), one.digest, *_texts(one.document)) for one in portion
        ]
        self._run(
            f"INSERT INTO {self.table} (item_id, place, digest, terms, title, text)"
            " SELECT item_id, place, digest, array_to_tsvector(string_to_array(terms, ' ')), title, text"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])"
            " AS given (item_id, place, digest, terms, title, text)"
            " ON CONFLICT (item_id) DO UPDATE SET place = excluded.place, digest = excluded.digest,"
            " terms = excluded.terms, title = excluded.title, text = excluded.text",
            [list(column) for column in zip(*rows, strict=True)],
        )

    def expect_many(self):
        """Nothing to prepare: what is much is built beside (`Beside`)."""

    def walk(self, query, fields, *, below=None, above=None, limit=None, newest=True):
        """Places of matches in order, at most `limit`, between the bounds (which do not belong).

        The planner cannot know what reading a text costs, nor how many texts hold a phrase, so the
        way is chosen here. The newest texts are read one by one; where those show that it would
        take too many, all that can match is gathered from the index and the newest of it are read.
        In several fields at once the text does not show where they end, and what few items can
        match is asked of the index at once; not between bounds, where it would look at all that
        lies beyond.
        """
        bounds, question = (below, above), (query, fields)
        if self._gathered and self._gathered[0] == question:  # a walk that goes on
            within = [place for place in self._gathered[1] if _lies_between(place, *bounds)]
            return self._standing(query, fields, within, limit, newest)
        if limit is None:
            return self._standing(
                query, fields, self._candidates(query, fields, bounds, None), None, newest
            )
        if len(fields) > 1 and bounds == (None, None):
            few = self._candidates(query, fields, bounds, FEW)
            if len(few) < FEW:
                return self._standing(query, fields, few, limit, newest)
        found = self._read(query, fields, bounds, limit, newest, window=2 * limit)
        if len(found) == limit:
            return found
        if self._is_gathered_sooner(fields, len(found), limit):
            gathered = self._candidates(query, fields, bounds, MOST_GATHERED)
            if len(gathered) < MOST_GATHERED:
                self._gathered = question, gathered
                return self._standing(query, fields, gathered, limit, newest)
        return found + self._read(query, fields, bounds, limit - len(found), newest, skip=2 * limit)

    def _is_gathered_sooner(self, fields, found, limit):
        """Whether all matches are rather gathered than further texts read, after so many of the
        first `2 * limit` were matches.
        """
        to_read = (limit - found) * 2 * limit / max(found, 1)  # if they go on as they began
        if to_read <= WINDOW:
            return False
        if not fields or not found:
            return True
        # A word of every twentieth title stands in more of them than need be read in their order.
        (entries,) = self._run("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [TABLE])[
            0
        ]
        return GATHERED_COSTS * entries * found / (2 * limit) < to_read

    def _candidates(self, query, fields, bounds, limit):
        """Places, in no order, that hold all pairs; a title, which is short, is read as well.
        `place + 0`: or the planner might enter by the places, and read what the index knows in
        every text.
        """
        terms, params = _terms_wanted(query, fields), []
        within, more = _bounds("place + 0", *bounds)
        if fields == TITLE:
            where, params = _text_holds(query, fields, only_what_pairs_leave_open=True)
            within = f"{where} AND {within}"
        sql = f"SELECT place FROM {TABLE} WHERE terms @@ %s::tsquery AND {within} LIMIT %s"
        return self._places(sql, [terms, *params, *more, limit], by_index=True)

    def _standing(self, query, fields, places, limit, newest):
        """Those of `_candidates` whose text holds the words, in order, at most `limit`."""
        places = sorted(places, reverse=newest)
        where, params = _text_holds(query, fields, only_what_pairs_leave_open=True)
        if where == "TRUE" or fields == TITLE:
            return places[:limit]
        found, start, size = [], 0, 2 * (limit or FEW)
        sql = f"SELECT place FROM {TABLE} WHERE place = ANY(%s) AND {where}"
        while start < len(places) and (limit is None or len(found) < limit):
            chunk = self._places(sql, [places[start : start + size], *params])
            found += sorted(chunk, reverse=newest)
            start, size = start + size, 4 * size
        return found[:limit]

    def _read(self, query, fields, bounds, limit, newest, *, window=None, skip=0):
        """The first `limit` matches among so many texts from one end on, read one by one; of all
        where no `window` is given.
        """
        within, more = _bounds("place", *bounds)
        where, params = _said_of_each(query, fields)
        order = f"ORDER BY place {'DESC' if newest else 'ASC'}"
        rows = f"SELECT place, terms, title, text FROM {TABLE} WHERE {within} {order} LIMIT %s OFFSET %s"
        sql = f"SELECT place FROM ({rows}) AS ordered WHERE {where} {order} LIMIT %s"
        return self._places(sql, [*more, window, skip, *params, limit])

    def count(self, query, most):
        """How many entries match, at most `most`."""
        where, params = condition(query, ())
        return len(self._run(f"SELECT 1 FROM {TABLE} WHERE {where} LIMIT %s", [*params, most]))

    def named(self, items, kind):
        """What `among` knows rows of a kind by: their keys in the index, a query's only column."""
        return items.annotate(indexed_as=kind.outer_key(F("pk"))).values_list(
            "indexed_as", flat=True
        )

    def among(self, query, fields, keys, *, limit, below=None, above=None, newest=True):
        """Places of those of `keys` that match, in order, at most `limit`."""
        where, params = _said_of_each(query, fields)
        within, more = _bounds("place", below, above)
        order = f"ORDER BY place {'DESC' if newest else 'ASC'} LIMIT %s"
        sql = f"SELECT place FROM {TABLE} WHERE item_id = ANY(%s) AND {where} AND {within} {order}"
        return self._places(sql, [list(keys), *params, *more, limit])

    def at(self, query, fields, places):
        """Those of a few places that match, newest first."""
        where, params = _said_of_each(query, fields)
        sql = f"SELECT place FROM {TABLE} WHERE place = ANY(%s) AND {where} ORDER BY place DESC"
        return self._places(sql, [list(places), *params])

    def rows(self, items, kind, places, fields):
        """(place, the values of `fields`) of those of `items`, rows of a kind, that stand at these
        places. By the rows' own keys, which are part of the places: in a join the gate's condition
        on categories has the planner read the whole archive.
        """
        at = {own_key(place): place for place in places if kind.holds(place & _KEY_MASK)}
        return (
            (at[pk], *values)
            for pk, *values in items.filter(InKeys(F("pk"), at)).values_list("pk", *fields)
        )

    def first_place(self, day):
        """The lowest place of a day."""
        return day.toordinal() << _KEY_BITS

    def analyse(self):
        """Tell the planner which pairs are common: it walks by day for those and asks the index for
        the others.
        """
        self._run(f"ANALYZE {TABLE}")

    def _places(self, sql, params, *, by_index=False):
        return [place for (place,) in self._run(sql, params, by_index=by_index)]

    def _run(self, sql, params=(), *, by_index=False):
        """Rows of a statement. `by_index`: the planner takes the reading of every text for cheaper
        than it is.
        """
        with self.connection.cursor() as cursor:
            cursor.execute(f"{BY_INDEX}{sql}" if by_index else sql, params or None)
            rows = cursor.fetchall() if cursor.description else []
            if by_index and self.connection.in_atomic_block:
                cursor.execute("SET LOCAL enable_seqscan = DEFAULT")
            return rows


def _lies_between(place, below, above):
    return (below is None or place < below) and (above is None or place > above)


def _bounds(column, below, above):
    """(SQL, parameters) of the bounds that are given."""
    given = [(sign, bound) for sign, bound in (("<", below), (">", above)) if bound is not None]
    return " AND ".join(f"{column} {sign} %s" for sign, _ in given) or "TRUE", [
        bound for _, bound in given
    ]


def _texts(document):
    return (
        " ".join(_terms(document)),
        " ".join(document.title),
        "\n".join(" ".join(getattr(document, name)) for name in FIELDS),
    )


def _terms(document):
    """Every pair of the document; again, marked, where it stands in a field that ranks; the title's
    characters.
    """
    terms = {f"{_CHARACTER}{character}" for run in document.title for character in run}
    for name in FIELDS:
        pairs = set(chain.from_iterable(map(bigrams, getattr(document, name))))
        if mark := _MARKS.get(name):
            terms.update(mark + pair for pair in pairs)
        room = MOST_TERMS - len(terms)
        terms.update(pairs if len(pairs) <= room else sorted(pairs)[:room])
    return list(terms)


def condition(query, fields):
    """The query as (SQL, parameters): what the index can say, then what only the text can."""
    where, params = _text_holds(query, fields, only_what_pairs_leave_open=True)
    return f"terms @@ %s::tsquery AND {where}", [_terms_wanted(query, fields), *params]


def _said_of_each(query, fields):
    """The query as (SQL, parameters) for rows that are read one by one: the text says it alone, and
    the terms, which take as long to unpack, are asked only where the text does not show in which of
    several fields it stands.
    """
    return condition(query, fields) if len(fields) > 1 else _text_holds(query, fields)


def _terms_wanted(query, fields):
    if query.characters:
        return _all(_quoted(_CHARACTER + one) for one in query.characters)
    pairs = [way for way in query.without if _are_pairs(way)]
    return _all(
        [
            *(_word(word, fields) for word in query.words),
            *(f"!{_all(map(_quoted, way))}" for way in pairs),
        ]
    )


def _are_pairs(way):
    return all(len(run) == 2 for run in way)


def _text_holds(query, fields, *, only_what_pairs_leave_open=False):
    """The query as (SQL, parameters) asked of the text alone, of the title where that is the only
    field; of several fields the text does not know where they end. A run of two characters is a
    pair, of which the index leaves nothing open.
    """
    if query.characters:
        asked = () if only_what_pairs_leave_open else query.characters
        return " AND ".join(["title LIKE %s"] * len(asked)) or "TRUE", [f"%{one}%" for one in asked]
    column, words, without, params = (
        "title" if fields == TITLE else "text",
        query.words,
        query.without,
        [],
    )
    if only_what_pairs_leave_open:
        words = [word for word in words if len(word.ways) > 1 or not _are_pairs(word.ways[0])]
        without = [way for way in without if not _are_pairs(way)]
    parts = [f"({_stands(column, word.ways, params)})" for word in words]
    if without:
        parts.append(f"NOT ({_stands('text', without, params)})")
    return " AND ".join(parts) or "TRUE", params


def _stands(column, ways, params):
    """SQL: every run of some way stands in the column. Runs hold letters and digits alone, so LIKE
    needs no escapes.
    """
    params += [f"%{run}%" for way in ways for run in way]
    return " OR ".join(f"({' AND '.join([f'{column} LIKE %s'] * len(way))})" for way in ways)


def _word(word, fields):
    marks = [_MARKS[name] for name in fields] or [""]
    return _any(_all(_run(run, marks) for run in way) for way in word.ways)


def _run(run, marks):
    return _any(_all(_quoted(mark + pair) for pair in bigrams(run)) for mark in marks)


def _all(parts):
    return f"({' & '.join(dict.fromkeys(parts))})"


def _any(parts):
    return f"({' | '.join(dict.fromkeys(parts))})"


def _quoted(term):
    return f"'{term}'"
