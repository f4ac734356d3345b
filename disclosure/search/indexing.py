"""Keeping the index: in the transaction of every act of publication, and building it anew."""

from functools import partial

from django.db import connection, transaction

from disclosure.choices import Status
from disclosure.models import Item, SearchEntry
from disclosure.search.document import compose
from disclosure.search.engines import engine
from disclosure.search.engines.sqlite import TABLE, SqliteEngine

BATCH = 200


def index_item(item, *, is_last_try=False):
    """Bring the index up to what the item now says. Call inside the transaction that changed the item.

    Published items are indexed, whether or not the public may read them already: every search asks `published()`.
    """
    if item.status != Status.PUBLISHED:
        SearchEntry.objects.filter(item=item).delete()
        return
    document = compose(item)
    entry, digest = SearchEntry.objects.filter(item=item).first(), document.digest
    if entry is None or entry.digest != digest or not engine().is_of_day(entry.place, item):
        engine().write(item, document, digest)
    if not is_last_try and item.attachments.filter(extracted=None).exists():
        # A new file is read after the commit, before this is called (hooks run in order): then its words are there.
        transaction.on_commit(partial(_index_again, item.pk), robust=True)


@transaction.atomic
def _index_again(pk):
    if item := Item.objects.filter(pk=pk).first():
        index_item(item, is_last_try=True)


def rebuild(progress=iter):
    """Build the index anew while the portal is in use, and take out what does not belong. Returns how many items.

    `progress` wraps the list of batches. Searches read the old index until the new one is complete.
    """
    SearchEntry.objects.exclude(item__status=Status.PUBLISHED).delete()
    if connection.vendor == "sqlite":
        number = _build_beside(progress)
    else:
        number = sum(_write_batch(batch) for batch in progress(_batches(_published())))
    engine().analyse()
    return number


def index_missing(progress=iter):
    """Index what was published past the acts (an import, an upgrade). Returns how many items."""
    number = sum(_write_batch(batch) for batch in progress(_batches(missing_items())))
    if number:
        engine().analyse()
    return number


def missing_items():
    """Published items that no search finds, because they are not in the index."""
    return _published().filter(search_entry=None)


def _published():
    return Item.objects.filter(status=Status.PUBLISHED).order_by("listed_at", "pk")


def _batches(items):
    """Ids in order of their places: FTS5 writes fastest that way."""
    ids = list(items.values_list("pk", flat=True))
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _load(ids):
    items = Item.objects.filter(pk__in=ids).select_related("department", "annual_report")
    return items.prefetch_related("joint_departments", "attachments__extracted").order_by("listed_at", "pk")


def _write_batch(ids):
    with transaction.atomic():
        items = [item for item in _load(ids) if item.status == Status.PUBLISHED]
        for item in items:
            document = compose(item)
            engine().write(item, document, document.digest)
    return len(items)


def _build_beside(progress):
    """SQLite: fill a second table batch by batch, so that no writer waits long; then put it in the first one's place."""
    fresh = SqliteEngine(connection, f"{TABLE}_new")
    index_missing()
    fresh.drop()
    fresh.create()
    entries = SearchEntry.objects.order_by("place")
    places = list(entries.values_list("place", flat=True))
    for batch in progress([places[start : start + BATCH] for start in range(0, len(places), BATCH)]):
        _copy(fresh, entries.filter(place__in=batch))
    with transaction.atomic():  # nobody else writes from here on
        known = set(places)
        changed = [place for place in entries.values_list("place", flat=True) if place not in known]
        _copy(fresh, entries.filter(place__in=changed))
        SqliteEngine(connection).drop()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {fresh.table} RENAME TO {TABLE}")
    return entries.count()


def _copy(fresh, entries):
    """Write the items of entries into the new table, under the places they have."""
    found = dict(entries.values_list("item_id", "place"))
    composed = [(item, compose(item)) for item in _load(list(found))]
    with transaction.atomic():
        for item, document in composed:
            fresh.insert(found[item.pk], document)
            SearchEntry.objects.filter(item=item, place=found[item.pk]).update(digest=document.digest)
