"""What this process knows of counts that no roll-up has counted yet: its own views, and those of
its neighbours.

Never the truth, which is the roll-up's, but what a page prints: with the view that is being
counted, and each reader once.
"""

import datetime as dt
import logging
import os
import threading
import time
from contextlib import nullcontext

from django.db import Error
from django.db.models import Subquery

from disclosure.counting.journal import SUFFIX, Journal, folder
from disclosure.counting.rule import REPEAT_MS, is_repeat, line, views
from disclosure.models import Item, JournalMark, RecentVisit, RollUp

logger = logging.getLogger(__name__)
# Neighbours' journals are read at most this often: of a person's two requests the second sees the
# first.
NEIGHBOURS_EVERY_MS = 50
ROLL_UPS_EVERY_MS = 1_000
REST_AFTER_FAILURE_MS = 5_000
VISITORS = 100_000
VISITS_LOADED = 20_000
TOTALS = 50_000
# Of all neighbours' journals no more than this at a time: a storm of views must not occupy all
# workers with each other.
PIECE = 64_000


class Tally:
    """Totals of the database as of roll-up `_number`, and the views written since.

    `patient` makes the context in which the database is asked: a server process lets no reader wait
    long for a number. No lock of memory is held meanwhile.
    """

    patient = nullcontext

    def __init__(self):
        self._journal = Journal()
        self._clear()

    def forget(self):
        """Know nothing, and begin a journal of one's own."""
        self._journal.forget()
        self._clear()

    def _clear(self):
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._number = None
        self._totals, self._pending = {}, {}
        self._visits, self._earlier_visits = {}, {}
        self._read_to = {}
        self._next_neighbours = self._next_check = 0

    # Almost every view of a kept page comes through here: fewer calls, not shorter ones, make it
    # quicker.

    def write(self, at, item, printed, trace, earlier=None, *, may_ask=True):
        """Count a view: one line in the journal, then in memory. Returns the count to print, as
        `number()`.
        """
        if at >= self._next_neighbours or at >= self._next_check:
            self._catch_up(at, may_ask)
        if self._journal.append(line(at, item, trace, earlier), at):
            with self._lock:
                self._note(at, item, trace, earlier)
        total = self._totals.get(item)
        return (
            self._printed(item, printed, at, may_ask)
            if total is None
            else total + self._pending.get(item, 0)
        )

    def number(self, item, printed, now, *, may_ask=True):
        """The count to print: `printed` where the database has no better one to tell."""
        if now >= self._next_neighbours or now >= self._next_check:
            self._catch_up(now, may_ask)
        return self._printed(item, printed, now, may_ask)

    def _printed(self, item, printed, now, may_ask):
        total = self._totals.get(item)
        if total is None:
            total = self._total(item, now) if may_ask else None
        return (printed if total is None else total) + self._pending.get(item, 0)

    def _catch_up(self, now, may_ask):
        # In this order: of a journal met for the first time only what stands after its mark is
        # news.
        if now >= self._next_check and may_ask:
            self._notice_roll_up(now)
        if now >= self._next_neighbours:
            self._read_neighbours(now)

    def _last_counted(self, trace):
        found = self._visits.get(trace)
        return self._earlier_visits.get(trace) if found is None else found

    def _note(self, at, item, trace, earlier):
        if is_repeat(at, trace, earlier, self._last_counted):
            return
        self._visits[trace] = at
        self._pending[item] = self._pending.get(item, 0) + 1
        if len(self._visits) > VISITORS:
            self._visits, self._earlier_visits = {}, self._visits

    # --- Neighbours on this machine -------------------------------------------------------

    def _read_neighbours(self, now):
        if not self._lock.acquire(blocking=False):
            return  # another thread is at it
        try:
            if now < self._next_neighbours:
                return
            self._next_neighbours = now + NEIGHBOURS_EVERY_MS
            left = PIECE
            for name in self._journals():
                if name not in self._journal.names and left > 0:
                    left -= self._read_neighbour(name, left)
        finally:
            self._lock.release()

    def _journals(self):
        try:
            with os.scandir(folder()) as found:
                names = [
                    file.name.removesuffix(SUFFIX) for file in found if file.name.endswith(SUFFIX)
                ]
        except OSError:
            return []
        here = set(names)
        self._read_to = {name: offset for name, offset in self._read_to.items() if name in here}
        self._journal.names &= here
        return names

    def _read_neighbour(self, name, most):
        """Note what is new in a neighbour's journal. How many bytes that was."""
        begin = self._read_to.get(name, 0)
        chunk = piece(name, begin, begin + most)
        self._read_to[name] = begin + len(chunk)
        for view in views(chunk):
            self._note(*view)
        return len(chunk)

    # --- What the database has counted ------------------------------------------------------

    def _notice_roll_up(self, now):
        if not self._asking.acquire(blocking=False):
            return  # another thread is at it
        try:
            self._next_check = now + ROLL_UPS_EVERY_MS
            with self.patient():
                if (RollUp.objects.values_list("number", flat=True).first() or 0) != self._number:
                    self._begin_again(now)
        except Error as error:
            self._rest(now, error)
        finally:
            self._asking.release()

    def _total(self, item, now):
        """The item's total in the database, where it belongs to the roll-up this process knows of."""
        row = None
        try:
            with self.patient():
                row = self._row(item)
                if row and row[1] != self._number and self._asking.acquire(blocking=False):
                    try:
                        self._begin_again(now)
                    finally:
                        self._asking.release()
                    row = self._row(item)
        except Error as error:
            self._rest(now, error)
        if row is None:
            return None
        if row[1] == self._number:
            if len(self._totals) >= TOTALS:
                self._totals = {}
            self._totals[item] = row[0]
        return row[0]

    @staticmethod
    def _row(item):
        """(total, number of the roll-up it is of), in one statement and so of one moment."""
        number = Subquery(RollUp.objects.values("number")[:1])
        row = Item.objects.filter(pk=item).values_list("view_count", number).first()
        return row and (row[0], row[1] or 0)

    def _rest(self, now, error):
        self._next_check = now + REST_AFTER_FAILURE_MS
        logger.warning("Totals of browse counts cannot be read: %s", error)

    def _begin_again(self, now):
        """A roll-up has taken lines from the journals into the totals: what is pending is what
        stands after its marks.
        """
        number, marks = _marks()
        visits = _visits_since(now - REPEAT_MS)
        with self._lock:
            for trace, at in visits:
                if self._last_counted(trace) is None:
                    self._earlier_visits[trace] = at
            self._pending = self._replayed(marks)
            self._number, self._totals = number, {}

    def _replayed(self, marks):
        pending, seen = {}, set()
        for name in self._journals():
            begin, end = marks.get(name, 0), None
            if name not in self._journal.names:
                end = self._read_to[name] = max(begin, self._read_to.get(name, 0))
            for view in views(piece(name, begin, end)):
                # A view counted when it was noted is the one its visitor is remembered by.
                if self._last_counted(view.trace) == view.at and (view.trace, view.at) not in seen:
                    seen.add((view.trace, view.at))
                    pending[view.item] = pending.get(view.item, 0) + 1
        return pending


def piece(name, begin, end=None):
    """The whole lines of a journal between two places (its end); empty where there are none, or the
    file has gone.
    """
    try:
        with open(folder() / (name + SUFFIX), "rb") as file:
            file.seek(begin)
            chunk = file.read() if end is None else file.read(end - begin)
    except OSError:
        return b""
    return chunk[: chunk.rfind(b"\n") + 1]


def _marks():
    """(number of the last roll-up, {journal: how far it is counted}), of one moment."""
    for _ in range(10):
        before = RollUp.objects.values_list("number", flat=True).first() or 0
        marks = dict(JournalMark.objects.values_list("name", "offset"))
        if before == (RollUp.objects.values_list("number", flat=True).first() or 0):
            break
        time.sleep(0.01)
    return before, marks


def _visits_since(milliseconds):
    """Visits that other machines, or this process's forerunners, have counted: (trace,
    milliseconds), newest first.
    """
    since = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    rows = RecentVisit.objects.filter(counted_at__gt=since).order_by("-counted_at")
    return [
        (bytes(visitor).hex().encode(), round(counted_at.timestamp() * 1000))
        for visitor, counted_at in rows.values_list("visitor", "counted_at")[:VISITS_LOADED]
    ]
