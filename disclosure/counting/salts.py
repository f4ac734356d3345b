"""The random salts of the days, as the writers of journals need them."""

import datetime as dt
import logging
import secrets
import threading
import time

from django.db import Error
from django.utils import timezone

from disclosure.counting.rule import REPEAT_MS
from disclosure.models import DailySalt

logger = logging.getLogger(__name__)
REST_AFTER_FAILURE = 5.0


class Salts:
    """Today's salt; in the first half hour after midnight yesterday's as well, so that midnight
    repeats no reader.

    Tomorrow's is fetched with today's: at midnight nobody waits for the database.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self.forget()

    def forget(self):
        """Ask the database again at the next view."""
        self._salts, self._until, self._rests_until = (), 0, 0.0
        self._from, self._known = 1, {}

    def at(self, now, *, may_ask=True):
        """The salts in force at a moment (milliseconds), today's first. Empty: unknown, and the
        view is not counted.
        """
        if self._from <= now < self._until:
            return self._salts
        with self._lock:
            if not self._from <= now < self._until:
                self._choose(now, may_ask)
            return self._salts

    def _choose(self, now, may_ask):
        moment = dt.datetime.fromtimestamp(now / 1000, dt.UTC)
        today = timezone.localdate(moment)
        midnight = _milliseconds(today)
        is_early = now < midnight + REPEAT_MS
        days = [today, today - dt.timedelta(1)] if is_early else [today]
        if today not in self._known and may_ask and time.monotonic() >= self._rests_until:
            self._load(today)
        self._salts = tuple(self._known[day] for day in days if day in self._known)
        if today not in self._known:
            self._salts, self._from, self._until = (), 1, 0  # asked again at the next view
            return
        self._from = midnight if is_early else midnight + REPEAT_MS
        self._until = midnight + REPEAT_MS if is_early else _milliseconds(today + dt.timedelta(1))

    def _load(self, today):
        try:
            missing = [
                DailySalt(day=day, salt=secrets.token_bytes(32))
                for day in (today, today + dt.timedelta(1))
            ]
            known = dict(DailySalt.objects.values_list("day", "salt"))
            if any(row.day not in known for row in missing):
                DailySalt.objects.bulk_create(missing, ignore_conflicts=True)
                known = dict(DailySalt.objects.values_list("day", "salt"))
            self._known = {day: bytes(salt) for day, salt in known.items()}
        except Error:
            logger.exception(
                "The salts of the day cannot be read: views are not counted until they can"
            )
            self._rests_until = time.monotonic() + REST_AFTER_FAILURE


def _milliseconds(day):
    return int(timezone.make_aware(dt.datetime.combine(day, dt.time())).timestamp() * 1000)
