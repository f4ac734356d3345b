"""Statements that are composed once: for a page that is not kept, Django takes ten times as long over them as the database."""

import datetime as dt
from functools import lru_cache

from django.db import connection
from django.utils import timezone

# Values nothing else in a statement can equal: where they stand, the real ones go.
_MOMENT = dt.datetime(1911, 10, 10, 11, 11, 11, 111111, tzinfo=dt.UTC)
_KEYS = {str: "\x01key\x01", int: 711_711_711_711}


class Prepared:
    """A queryset of whole rows of one model, of which only the key and the moment differ from time to time.

    `build(key, moment)` gives the queryset; `kind` is the type of the key. What hangs on a row by a foreign key is not
    joined (Django maps a raw statement's columns by their names); annotations become attributes.
    """

    def __init__(self, build, kind):
        self._build, self._kind = build, kind
        self._statement = lru_cache(maxsize=2)(self._composed)  # by database: tests know two

    def _composed(self, vendor):
        """(model, statement, its parameters, the place of each varying one as the name of what goes there)."""
        queryset = self._build(_KEYS[self._kind], _MOMENT)
        sql, params = queryset.query.sql_with_params()
        marks = {value: name for name, value in self._values(_KEYS[self._kind], _MOMENT).items()}
        places = [marks.get(value) for value in params]
        if "key" not in places:
            raise ValueError("the statement does not depend on its key")
        return queryset.model, sql, params, places

    @staticmethod
    def _values(key, moment):
        day = connection.ops.adapt_datefield_value(timezone.localdate(moment))
        return {"key": key, "moment": connection.ops.adapt_datetimefield_value(moment), "day": day}

    def first(self, key, moment=None):
        """The first row for this key as of a moment (default now), or None. One query."""
        model, sql, params, places = self._statement(connection.vendor)
        values = self._values(key, moment or timezone.now())
        filled = [values[place] if place else value for value, place in zip(params, places, strict=True)]
        return next(iter(model._default_manager.raw(sql, filled)), None)
