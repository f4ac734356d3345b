"""Keeping the index: in the transaction of every act of publication, and building it anew."""

from functools import partial

from django.db import connection, transaction

from disclosure.choices import Status
from disclosure.models import Item, SearchEntry
from disclosure.search.document import compose
from disclosure.search.engines import engine
from disclosure.search.engines.beside import Beside
from disclosure.search.engines.sqlite import TABLE, SqliteEngine
from disclosure.search.reading import read

BATCH = 500  # items read at once
MOST_AT_ONCE = 4_000  # items written in one transaction
MOST_CHARACTERS = 4_000_000  # of their documents
MANY = (
    2_000  # missing items for which PostgreSQL rather makes the index anew than to tell it of each
)


def index_item(item, *, is_last_try=False):
    """Bring the index up to what the item now says. Call inside the transaction that changed the
    item.

    Published items are indexed, whether or not the public may read them already: every search asks
    `published()`.
    """
    if item.status != Status.PUBLISHED:
        SearchEntry.objects.filter(item=item).delete()
        return
    [source] = read([item.pk])
    document = compose(source)
    entry, digest = SearchEntry.objects.filter(item=item).first(), document.digest
    if entry is None or entry.digest != digest or not engine().is_of_day(entry.place, source):
        engine().write(source, document, digest)
    if not is_last_try and item.attachments.filter(extracted=None).exists():
        # A new file is read after the commit, before this is called (hooks run in order): then its
        # words are there.
        transaction.on_commit(partial(_index_again, item.pk), robust=True)


@transaction.atomic
def _index_again(pk):
    if item := Item.objects.filter(pk=pk).first():
        index_item(item, is_last_try=True)


def rebuild(progress=iter):
    """Build the index anew while the portal is in use, and take out what does not belong. Returns
    how many items.

    `progress` wraps the list of batches. Searches read the old index until the new one is complete.
    """
    SearchEntry.objects.exclude(item__status=Status.PUBLISHED).delete()
    (_build_beside if connection.vendor == "sqlite" else _build_anew)(progress)
    return SearchEntry.objects.count()


def index_missing(progress=iter):
    """Index what was published past the acts (an import, an upgrade). Returns how many items."""
    ids = _ids(missing_items())
    if connection.vendor == "postgresql" and len(ids) > max(MANY, SearchEntry.objects.count()):
        _build_anew(progress)
        return len(ids)
    if ids:
        engine().expect_many()
    for portion in _portions(progress(_batches(ids))):
        _write_missing(portion)
    if ids:
        engine().analyse()
    return len(ids)


def missing_items():
    """Published items that no search finds, because they are not in the index."""
    return _published().filter(search_entry=None)


def _published():
    return Item.objects.filter(status=Status.PUBLISHED).order_by("listed_at", "pk")


def _ids(items):
    return list(items.values_list("pk", flat=True))


def _batches(ids):
    """Ids (or places) in order of their places: FTS5 writes fastest that way."""
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _portions(batches):
    """(item, document, digest)s of batches of ids, as many together as one transaction writes: a
    table of FTS5 takes few large ones in a fraction of the time of many small, but nobody else
    writes meanwhile, and texts may be long.
    """
    portion, size = [], 0
    for ids in batches:
        for item in read(ids):
            document = compose(item)
            portion.append((item, document, document.digest))
            size += document.size
            if len(portion) >= MOST_AT_ONCE or size >= MOST_CHARACTERS:
                yield portion
                portion, size = [], 0
    if portion:
        yield portion


@transaction.atomic
def _write_missing(portion):
    """Those that no act has indexed or taken away since they were read."""
    missing = set(_ids(missing_items().filter(pk__in=[item.pk for item, _, _ in portion])))
    if portion := [one for one in portion if one[0].pk in missing]:
        engine().write_all(portion)


def _build_anew(progress):
    """PostgreSQL: a second table, indexed when it is full."""
    beside = Beside(connection)
    beside.begin()
    for portion in _portions(progress(_batches(_ids(_published())))):
        beside.write_all(portion)
    beside.finish()


def _build_beside(progress):
    """SQLite: fill a second table portion by portion, so that no writer waits long; then put it in
    the first one's place.
    """
    fresh = SqliteEngine(connection, f"{TABLE}_new")
    index_missing()
    fresh.drop()
    fresh.create()
    entries = SearchEntry.objects.order_by("place")
    places = dict(entries.values_list("item_id", "place"))
    for portion in _portions(progress(_batches(list(places)))):
        _copy(fresh, portion, places)
    with transaction.atomic():  # nobody else writes from here on
        now = dict(entries.values_list("item_id", "place"))
        changed = [pk for pk, place in now.items() if places.get(pk) != place]
        for portion in _portions(_batches(changed)):
            _copy(fresh, portion, now)
        SqliteEngine(connection).drop()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {fresh.table} RENAME TO {TABLE}")


@transaction.atomic
def _copy(fresh, portion, places):
    """Write a portion into the new table, under the places its items have."""
    fresh.insert((places[item.pk], document) for item, document, _ in portion)
    fresh.keep_digests((digest, item.pk, places[item.pk]) for item, _, digest in portion)
