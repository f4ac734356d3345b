"""Keeping the index: in the transaction of every act of publication, and building it anew."""

from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from search.document import Document
from search.engines import engine
from search.engines.beside import Beside
from search.engines.sqlite import TABLE, SqliteEngine
from search.kinds import Source, all_kinds, own_key
from search.models import SearchEntry

BATCH = 500  # rows read at once
MOST_AT_ONCE = 4_000  # entries written in one transaction
MOST_CHARACTERS = 4_000_000  # of their documents
MANY = 2_000  # missing entries for which PostgreSQL rather makes the index anew than to tell it of each


class Indexed(NamedTuple):
    """What an engine writes of one thing."""

    key: int  # `Kind.key`
    day: object
    document: Document
    digest: str


def index(kind, pk):
    """Bring the index up to what a row of a kind now says. Call inside the transaction that changed
    the row. LookupError if there is none.
    """
    found = [_indexed(kind, source) for source in kind.read([pk])]
    if not found:
        raise LookupError(f"{kind.name} {pk}")
    entry = SearchEntry.objects.filter(key=found[0].key).first()
    if (
        entry is None
        or entry.digest != found[0].digest
        or not engine().is_of_day(entry.place, found[0])
    ):
        engine().write_all(found)


def unindex(kind, pks):
    """Take rows of a kind out of the index."""
    SearchEntry.objects.of(kind, pks).delete()


def missing(kind):
    """Members of a kind that no search finds, because they are not in the index."""
    entries = SearchEntry.objects.filter(key=kind.outer_key(OuterRef("pk")))
    return kind.members().filter(~Exists(entries))


def rebuild(progress=iter):
    """Build the index anew while the portal is in use, and take out what does not belong. Returns
    how many entries.

    `progress` wraps the list of batches. Searches read the old index until the new one is complete;
    what is taken away meanwhile is taken from both.
    """
    remove_strangers()
    (_build_beside if connection.vendor == "sqlite" else _build_anew)(progress)
    return SearchEntry.objects.count()


def index_missing(progress=iter):
    """Index what was published past the acts (an import, an upgrade). Returns how many entries. What
    an interruption left out is added by the next call.
    """
    keys = _missing_keys()
    if connection.vendor == "postgresql" and len(keys) > max(MANY, SearchEntry.objects.count()):
        _build_anew(progress)
        return len(keys)
    if keys:
        engine().expect_many()
    for portion in _portions(progress(_batches(keys))):
        _write_missing(portion)
    if keys:
        engine().analyse()
    return len(keys)


def remove_strangers():
    """Take out entries of what does not belong into the index any more, or of no kind at all."""
    of_no_kind = SearchEntry.objects.all()
    for kind in all_kinds():
        entries = SearchEntry.objects.of_kind(kind)
        of_no_kind = of_no_kind.exclude(key__range=kind.keys)
        own = F("key") - kind.key(0) if kind.number else F("key")
        members = kind.members().order_by().filter(pk=OuterRef("own"))
        entries.alias(own=own).exclude(Exists(members)).delete()
    of_no_kind.delete()


def _missing_keys():
    return [
        kind.key(pk) for kind in all_kinds() for pk in missing(kind).values_list("pk", flat=True)
    ]


def _indexed(kind, source: Source):
    document = source.document
    return Indexed(kind.key(source.pk), source.day, document, document.digest)


def _read(keys):
    """What is to be written of these keys."""
    for kind in all_kinds():
        if pks := [own_key(key) for key in keys if kind.holds(key)]:
            for source in kind.read(pks):
                yield _indexed(kind, source)


def _batches(keys):
    """Keys in order of their places: FTS5 writes fastest that way."""
    return [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]


def _portions(batches):
    """What is written of batches of keys, as much together as one transaction writes: a table of
    FTS5 takes few large ones in a fraction of the time of many small, but nobody else writes
    meanwhile, and texts may be long.
    """
    portion, size = [], 0
    for keys in batches:
        for one in _read(keys):
            portion.append(one)
            size += one.document.size
            if len(portion) >= MOST_AT_ONCE or size >= MOST_CHARACTERS:
                yield portion
                portion, size = [], 0
    if portion:
        yield portion


@transaction.atomic
def _write_missing(portion):
    """Those that no act has indexed or taken away since they were read."""
    keys = [one.key for one in portion]
    still = {
        kind.key(pk)
        for kind in all_kinds()
        for pk in missing(kind)
        .filter(pk__in=[own_key(key) for key in keys if kind.holds(key)])
        .values_list("pk", flat=True)
    }
    if portion := [one for one in portion if one.key in still]:
        engine().write_all(portion)


def _build_anew(progress):
    """PostgreSQL: a second table, indexed when it is full."""
    beside = Beside(connection)
    beside.begin()
    keys = [
        kind.key(pk) for kind in all_kinds() for pk in kind.members().values_list("pk", flat=True)
    ]
    for portion in _portions(progress(_batches(keys))):
        beside.write_all(portion)
    beside.finish(remove_strangers)


def _build_beside(progress):
    """SQLite: fill a second table portion by portion, so that no writer waits long; then put it in
    the first one's place.
    """
    fresh = SqliteEngine(connection, f"{TABLE}_new")
    index_missing()
    fresh.drop()
    fresh.create()
    entries = SearchEntry.objects.order_by("place")
    places = dict(entries.values_list("key", "place"))
    for portion in _portions(progress(_batches(list(places)))):
        _copy(fresh, portion, places)
    with transaction.atomic():  # nobody else writes from here on
        now = dict(entries.values_list("key", "place"))
        changed = [key for key, place in now.items() if places.get(key) != place]
        for portion in _portions(_batches(changed)):
            _copy(fresh, portion, now)
        SqliteEngine(connection).drop()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {fresh.table} RENAME TO {TABLE}")


@transaction.atomic
def _copy(fresh, portion, places):
    """Write a portion into the new table, under the places its entries have."""
    fresh.insert((places[one.key], one.document) for one in portion)
    fresh.keep_digests((one.digest, one.key, places[one.key]) for one in portion)
