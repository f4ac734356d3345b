"""PostgreSQL: a `tsvector` of bigrams under a GIN index, and the folded text beside it.

No positions: PostgreSQL forgets those beyond the 16,383rd, and a word's beyond its 256th, so that a phrase late in a
long document would not be found. The index gives what holds all pairs, and the text says whether they stand together.
"""

from django.utils import timezone

from disclosure.search.document import FIELDS
from disclosure.search.folding import bigrams

TABLE = "disclosure_searchentry"
FEW = 1_200  # fewer matches than this are simply read and sorted
WINDOW = 20_000  # texts that are read one by one, from the newest, for a common word
MOST_TERMS = 60_000  # a tsvector holds one megabyte
_MARKS = {"title": "t:", "numbers": "n:", "organ": "o:", "summary": "s:"}
_CHARACTER = "c:"
_ITEM_BITS = 40


class PostgresqlEngine:
    """Writes and reads the index: three more columns of `SearchEntry`'s table, which Django need not know."""

    def __init__(self, connection):
        self.connection = connection

    def new_place(self, item):
        """The item's place: by its day, then by its number."""
        return self.first_place(timezone.localdate(item.listed_at)) + item.pk

    def is_of_day(self, place, item):
        """Whether the place stands where the item's day has it."""
        return place == self.new_place(item)

    def write(self, item, document, digest):
        """Put the item into the index, or put it there anew."""
        title, text = (" ".join(document.title), "\n".join(" ".join(getattr(document, name)) for name in FIELDS))
        self._run(
            f"INSERT INTO {TABLE} (item_id, place, digest, terms, title, text)"
            " VALUES (%s, %s, %s, array_to_tsvector(%s::text[]), %s, %s)"
            " ON CONFLICT (item_id) DO UPDATE SET place = excluded.place, digest = excluded.digest,"
            " terms = excluded.terms, title = excluded.title, text = excluded.text",
            [item.pk, self.new_place(item), digest, _terms(document), title, text],
        )

    def walk(self, query, fields, *, below=None, above=None, limit=None, newest=True):
        """Places of matches in order, at most `limit`, between the bounds (which do not belong).

        The planner cannot know how many texts hold a phrase and takes every phrase for a rare one. So a few matches are
        counted first; where there are more, the newest texts are read one by one until enough match; and only what is
        common but not among the newest is gathered and sorted whole.
        """
        where, params = condition(query, fields)
        bounds, within = "TRUE", []
        for bound, sign in ((below, "<"), (above, ">")):
            if bound is not None:
                bounds, within = f"{bounds} AND place {sign} %s", [*within, bound]
        few = self._places(f"SELECT place FROM {TABLE} WHERE {where} AND {bounds} LIMIT %s", [*params, *within, FEW])
        if len(few) < FEW:
            return sorted(few, reverse=newest)[:limit]
        order = f"ORDER BY place {'DESC' if newest else 'ASC'}"
        if limit:
            rows = f"SELECT place, terms, title, text FROM {TABLE} WHERE {bounds} {order} LIMIT %s"
            window = max(WINDOW, 4 * limit)
            sql = f"SELECT place FROM ({rows}) AS newest WHERE {where} {order} LIMIT %s"
            found = self._places(sql, [*within, window, *params, limit])
            if len(found) == limit:
                return found
        sql = f"SELECT place FROM {TABLE} WHERE {where} AND {bounds} {order} LIMIT %s"
        return self._places(sql, [*params, *within, limit])

    def stands(self, query):
        """Whether anything matches."""
        where, params = condition(query, ())
        return bool(self._run(f"SELECT 1 FROM {TABLE} WHERE {where} LIMIT 1", params))

    def among(self, query, fields, places):
        """Those of `places` that match, newest first."""
        where, params = condition(query, fields)
        sql = f"SELECT place FROM {TABLE} WHERE place = ANY(%s) AND {where} ORDER BY place DESC"
        return self._places(sql, [list(places), *params])

    def first_place(self, day):
        """The lowest place of a day."""
        return day.toordinal() << _ITEM_BITS

    def analyse(self):
        """Tell the planner which pairs are common: it walks by day for those and asks the index for the others."""
        self._run(f"ANALYZE {TABLE}")

    def _places(self, sql, params):
        return [place for (place,) in self._run(sql, params)]

    def _run(self, sql, params=()):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []


def _terms(document):
    """Every pair of the document; again, marked, where it stands in a field that ranks; the title's characters."""
    terms = {f"{_CHARACTER}{character}" for run in document.title for character in run}
    for name in FIELDS:
        pairs = {pair for run in getattr(document, name) for pair in bigrams(run)}
        if mark := _MARKS.get(name):
            terms.update(mark + pair for pair in pairs)
        room = MOST_TERMS - len(terms)
        terms.update(pairs if len(pairs) <= room else sorted(pairs)[:room])
    return list(terms)


def condition(query, fields):
    """The query as (SQL, parameters): what the index can say, then what only the text can."""
    if query.characters:
        return "terms @@ %s::tsquery", [_all(_quoted(_CHARACTER + one) for one in query.characters)]
    sql, params = "terms @@ %s::tsquery", [_all(_word(word, fields) for word in query.words)]
    column = "title" if fields == ("title",) else "text"
    for word in query.words:
        if len(word.ways) > 1 or any(len(run) > 2 for run in word.ways[0]):
            sql, params = f"{sql} AND ({_stands(column, word.ways, params)})", params
    if query.without:
        sql = f"{sql} AND NOT ({_stands('text', query.without, params)})"
    return sql, params


def _stands(column, ways, params):
    """SQL: every run of some way stands in the column. Runs hold letters and digits alone, so LIKE needs no escapes."""
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
