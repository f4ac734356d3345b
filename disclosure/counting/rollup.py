"""From journals to counts: every line once, however often, wherever and by how many at once this is
run.
"""

import datetime as dt
import fcntl
import logging
import os
import time
from collections import Counter

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from disclosure.counting.journal import SUFFIX, folder
from disclosure.counting.rule import REPEAT_MS, is_repeat, views
from disclosure.models import (
    DailySalt,
    DailyViews,
    Item,
    JournalMark,
    RecentVisit,
    RollUp,
    SiteViews,
)

logger = logging.getLogger(__name__)
BATCH_BYTES = 1_000_000
ROWS_A_STATEMENT = 300
# A clock that runs ahead of ours must not file views under a day to come.
LARGEST_SKEW_MS = 5 * 60 * 1000
ABANDONED_SECONDS = 3600
MARKS_KEPT = dt.timedelta(days=7)


def roll_up():
    """Count all lines of this machine's journals. Returns how many views were counted.

    Lines and counts meet in one transaction: the mark of how far a journal is counted is written
    with the counts. A process that dies in between has counted nothing. The row of `RollUp` lets
    one run at a time, on all machines.
    """
    counted = 0
    while True:
        names = _journals()
        more, number = _roll_up_batch(names) if names else (False, 0)
        counted += number
        if not more:
            break
    _remove_finished(names)
    _forget()
    return counted


def _journals():
    try:
        return sorted(
            path.name.removesuffix(SUFFIX)
            for path in folder().iterdir()
            if path.name.endswith(SUFFIX)
        )
    except OSError:
        return []


@transaction.atomic
def _roll_up_batch(names):
    """Count up to `BATCH_BYTES` of every journal. (Whether there may be more, how many views
    counted).
    """
    RollUp.objects.bulk_create([RollUp()], ignore_conflicts=True)
    RollUp.objects.select_for_update().get()
    marks = dict(JournalMark.objects.filter(name__in=names).values_list("name", "offset"))
    read, moved, longest = [], [], 0
    for name in names:
        chunk = _chunk(name, marks.get(name, 0))
        longest = max(longest, len(chunk))
        if chunk:
            read += views(chunk)
            moved.append(
                JournalMark(
                    name=name, offset=marks.get(name, 0) + len(chunk), marked_at=timezone.now()
                )
            )
    if not moved:
        return False, 0
    counted = _counted(sorted(read))
    _add(counted)
    JournalMark.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["name"], update_fields=["offset", "marked_at"]
    )
    RollUp.objects.update(number=F("number") + 1)
    return longest > BATCH_BYTES // 2, len(counted)


def _chunk(name, begin):
    try:
        with open(folder() / (name + SUFFIX), "rb") as file:
            file.seek(begin)
            chunk = file.read(BATCH_BYTES)
    except OSError as error:
        logger.warning("Journal %s cannot be read: %s", name, error)
        return b""
    return chunk[: chunk.rfind(b"\n") + 1]


def _counted(read):
    """Of views in the order of time those that count. Notes the visits."""
    latest = int(time.time() * 1000) + LARGEST_SKEW_MS
    read = [view if view.at <= latest else view._replace(at=latest) for view in read]
    last = _last_counted({trace for view in read for trace in (view.trace, view.earlier) if trace})
    counted, noted = [], {}
    for view in read:
        if not is_repeat(view.at, view.trace, view.earlier, last.get):
            counted.append(view)
            last[view.trace] = noted[view.trace] = max(view.at, last.get(view.trace, 0))
    visits = [
        RecentVisit(visitor=bytes.fromhex(trace.decode()), counted_at=_moment(at))
        for trace, at in noted.items()
    ]
    RecentVisit.objects.bulk_create(
        visits,
        ROWS_A_STATEMENT,
        update_conflicts=True,
        unique_fields=["visitor"],
        update_fields=["counted_at"],
    )
    return counted


def _last_counted(traces):
    found, traces = {}, sorted(traces)
    for start in range(0, len(traces), ROWS_A_STATEMENT):
        some = [bytes.fromhex(trace.decode()) for trace in traces[start : start + ROWS_A_STATEMENT]]
        for visitor, counted_at in RecentVisit.objects.filter(visitor__in=some).values_list(
            "visitor", "counted_at"
        ):
            found[bytes(visitor).hex().encode()] = round(counted_at.timestamp() * 1000)
    return found


def _moment(milliseconds):
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def _add(counted):
    """Add views to the days, to the totals of the items and to the site's days. Items that have
    gone are left out.
    """
    by_day = Counter((view.item, timezone.localdate(_moment(view.at))) for view in counted)
    items = sorted({item for item, _ in by_day})
    known = set()
    for start in range(0, len(items), ROWS_A_STATEMENT):
        known.update(
            Item.objects.filter(pk__in=items[start : start + ROWS_A_STATEMENT]).values_list(
                "pk", flat=True
            )
        )
    by_day = {key: number for key, number in by_day.items() if key[0] in known}
    adapt = connection.ops.adapt_datefield_value
    _upsert(
        DailyViews,
        ("item_id", "day"),
        [(item, adapt(day), number) for (item, day), number in sorted(by_day.items())],
    )
    site, totals = Counter(), Counter()
    for (item, day), number in by_day.items():
        site[day] += number
        totals[item] += number
    _upsert(SiteViews, ("day",), [(adapt(day), number) for day, number in sorted(site.items())])
    with connection.cursor() as cursor:
        # One by one and in the order of their keys: two writers cannot block each other in a
        # circle.
        sql = f"UPDATE {Item._meta.db_table} SET view_count = view_count + %s WHERE id = %s"  # noqa: S608
        cursor.executemany(sql, [(number, item) for item, number in sorted(totals.items())])


def _upsert(model, key, rows):
    """Add the last value of each row to `views` of the row with this key."""
    table, columns = model._meta.db_table, ", ".join((*key, "views"))
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        marks = ", ".join(["(" + ", ".join(["%s"] * (len(key) + 1)) + ")"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {marks}"  # noqa: S608
                f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET views = {table}.views + excluded.views",
                [value for row in some for value in row],
            )


def _remove_finished(names):
    """Delete journals whose writer has gone and whose lines are all counted; a torn last line goes
    with its file.
    """
    marks = dict(JournalMark.objects.filter(name__in=names).values_list("name", "offset"))
    for name in names:
        path = folder() / (name + SUFFIX)
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while the writer lives
                if not _chunk(name, marks.get(name, 0)):
                    path.unlink()
        except OSError:
            continue
    for path in folder().glob("*.new"):  # its writer died before the first line
        if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
            path.unlink(missing_ok=True)


def _forget():
    """Delete what can no longer decide whether a view is a repeat, and marks of journals long gone."""
    now = timezone.now()
    before = now - dt.timedelta(milliseconds=REPEAT_MS)
    DailySalt.objects.filter(day__lt=timezone.localdate(before)).delete()
    RecentVisit.objects.filter(counted_at__lt=before - dt.timedelta(minutes=30)).delete()
    JournalMark.objects.filter(marked_at__lt=now - MARKS_KEPT).delete()


def size_waiting():
    """Bytes in journals of this machine, for whoever watches whether roll-ups run."""
    return sum(os.path.getsize(folder() / (name + SUFFIX)) for name in _journals())
