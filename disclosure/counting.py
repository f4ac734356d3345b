"""Browse counts (浏览次数): which page views count, and how one is written.

Nothing that says who read what is kept: a visitor is a hash under a random salt of the day. The salt and the hashes
go as soon as they can no longer decide whether a view is a repeat (docs: the page /about/counts/ tells the public).
"""

import datetime as dt
import hashlib
import logging
import secrets
from contextlib import contextmanager

from django.db import Error, connection, transaction
from django.utils import timezone

from disclosure.models import DailySalt, DailyViews, Item, RecentVisit
from disclosure.visitors import address_of, is_page_view, is_read_by_a_person

logger = logging.getLogger(__name__)

REPEAT_AFTER = dt.timedelta(minutes=30)
# A reader waits no longer than this for the count of his view; then the view is lost, not the page.
LONGEST_WAIT_MS = 1000


def count_view(request, item):
    """Count the request as a view of the item where it is one, and set `item.view_count` to the number to print.

    A database that cannot write costs the view, never the page: the error is logged.
    """
    if request.environ.get("lantai.for_everybody"):  # the page cache counts each delivery of what is rendered now
        request.environ["lantai.counted"] = item.pk
        return
    try:
        if is_page_view(request):
            item.view_count = _record(request.META, item, timezone.now()) or item.view_count
    except Error:
        logger.exception("browse count of item %s not written", item.pk)


def count_for_cache(environ, pk, printed):
    """Count the delivery of a kept page that shows item `pk`. Returns the number to print."""
    item = Item(pk=pk)
    try:
        counted = is_read_by_a_person(environ) and _record(environ, item, timezone.now())
        return counted or Item.objects.filter(pk=pk).values_list("view_count", flat=True).first() or printed
    except Error:
        logger.exception("browse count of item %s not written", pk)
        return printed


def _record(environ, item, now):
    """Write one view. Returns the new total, or None for a repeat within `REPEAT_AFTER`.

    All transactions take their locks in one order (visit, day, item), so they cannot block each other in a circle.
    """
    with _brief_transaction():
        salts = _salts(now)
        today = timezone.localdate(now)
        traces = {day: visitor_hash(environ, item, salt) for day, salt in salts.items()}
        if _seen_before_midnight(traces, today, now) or not _note_visit(traces[today], now):
            return None
        _add_to_day(item, today)
        return _add_to_total(item)


@contextmanager
def _brief_transaction():
    """A transaction whose statements give up on another writer's lock after `LONGEST_WAIT_MS`."""
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    if connection.vendor == "sqlite":  # BEGIN IMMEDIATE itself waits, so the wait is the connection's, and is put back
        _execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_MS}")
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT_MS}")
            yield
    finally:
        if connection.vendor == "sqlite":
            _execute(f"PRAGMA busy_timeout = {int(usual * 1000)}")


def _salts(now):
    """The salts that still matter by day: today's, and in the first half hour after midnight yesterday's as well."""
    today, oldest = timezone.localdate(now), timezone.localdate(now - REPEAT_AFTER)
    salts = dict(DailySalt.objects.values_list("day", "salt"))
    if today not in salts:
        DailySalt.objects.bulk_create([DailySalt(day=today, salt=secrets.token_bytes(32))], ignore_conflicts=True)
        salts = dict(DailySalt.objects.values_list("day", "salt"))
    if min(salts) < oldest:
        _forget(oldest, now)
    return {day: bytes(salt) for day, salt in salts.items() if oldest <= day <= today}


def _forget(oldest, now):
    """Delete salts of days before `oldest`, and the visits that no longer matter. Of several at once, one does it."""
    gone, _ = DailySalt.objects.filter(day__lt=oldest).delete()
    if gone:
        RecentVisit.objects.filter(counted_at__lte=now - REPEAT_AFTER).delete()


def visitor_hash(environ, item, salt):
    """Sixteen bytes that stand for this visitor on this item as long as the salt lives."""
    parts = (
        address_of(environ),
        environ.get("HTTP_USER_AGENT", ""),
        environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        str(item.pk),
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), key=salt, digest_size=16).digest()


def _seen_before_midnight(traces, today, now):
    """Whether yesterday's salt shows a view counted less than `REPEAT_AFTER` ago."""
    earlier = [trace for day, trace in traces.items() if day != today]
    recent = RecentVisit.objects.filter(visitor__in=earlier, counted_at__gt=now - REPEAT_AFTER)
    return bool(earlier) and recent.exists()


def _note_visit(trace, now):
    """Remember the visit unless it is a repeat; True where it counts.

    One statement decides, so of two simultaneous requests of one visitor exactly one counts.
    """
    table, adapt = RecentVisit._meta.db_table, connection.ops.adapt_datetimefield_value
    return bool(
        _returning(
            f"INSERT INTO {table} (visitor, counted_at) VALUES (%s, %s) ON CONFLICT (visitor) DO UPDATE"  # noqa: S608
            f" SET counted_at = excluded.counted_at WHERE {table}.counted_at <= %s RETURNING 1",
            [trace, adapt(now), adapt(now - REPEAT_AFTER)],
        )
    )


def _add_to_day(item, day):
    """One more view in the item's row of the day."""
    table = DailyViews._meta.db_table
    _returning(
        f"INSERT INTO {table} (item_id, day, views) VALUES (%s, %s, 1)"  # noqa: S608
        f" ON CONFLICT (item_id, day) DO UPDATE SET views = {table}.views + 1 RETURNING 1",
        [item.pk, connection.ops.adapt_datefield_value(day)],
    )


def _add_to_total(item):
    """One more view in the total lists read. Returns it, with the views others counted since the item was loaded."""
    rows = _returning(
        f"UPDATE {Item._meta.db_table} SET view_count = view_count + 1 WHERE id = %s RETURNING view_count",  # noqa: S608
        [item.pk],
    )
    return rows[0][0] if rows else None


def _execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _returning(sql, values):
    """Run one writing statement; its returned rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
