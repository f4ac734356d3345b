"""Statements that are composed once: for a page that is not kept, Django takes ten times as long
over them as the database.
"""

import datetime as dt
from functools import lru_cache

from django.db import connection
from django.utils import timezone

# Values nothing else in a statement can equal: where they stand, the real ones go.
_MOMENT = dt.datetime(1911, 10, 10, 11, 11, 11, 111111, tzinfo=dt.UTC)
_KEYS = {str: "\x01key\x01", int: 711_711_711_711}


class Prepared:
    """A queryset of whole rows of one model, of which only the key and the moment differ from time
    to time.

    `build(key, moment)` gives the queryset; `kind` is the type of the key. What hangs on a row by a
    foreign key is not joined; annotations become attributes.
    """

    def __init__(self, build, kind):
        self._build, self._kind = build, kind
        self._statement = lru_cache(maxsize=2)(self._composed)  # by database: tests know two

    def _composed(self, vendor):
        queryset = self._build(_KEYS[self._kind], _MOMENT)
        return _Statement(queryset, self._values(_KEYS[self._kind], _MOMENT))

    @staticmethod
    def _values(key, moment):
        day = connection.ops.adapt_datefield_value(timezone.localdate(moment))
        return {"key": key, "moment": connection.ops.adapt_datetimefield_value(moment), "day": day}

    def first(self, key, moment=None):
        """The first row for this key as of a moment (default now), or None. One query."""
        statement = self._statement(connection.vendor)
        return statement.first(self._values(key, moment or timezone.now()))


class _Statement:
    """SQL with the place of each varying parameter, and how a row becomes an object: what Django's
    compiler knows, kept.
    """

    def __init__(self, queryset, samples):
        compiler = queryset.query.get_compiler(connection=connection)
        self.model = queryset.model
        self.sql, self.params = compiler.as_sql()
        marks = {value: name for name, value in samples.items()}
        self.places = [marks.get(value) for value in self.params]
        if "key" not in self.places:
            raise ValueError("the statement does not depend on its key")
        if compiler.klass_info.get("related_klass_infos"):
            raise ValueError("a prepared statement reads one table's rows")
        chosen = compiler.klass_info["select_fields"]
        self.fields = [compiler.select[place][0].target.attname for place in chosen]
        self.start, self.end = chosen[0], chosen[-1] + 1
        self.annotations = list(compiler.annotation_col_map.items())
        # Functions of the database's module; they know their connection, but ask it for nothing but
        # its time zone.
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        self.converters = [(place, *found) for place, found in converters.items()]

    def first(self, values):
        """The first row as an object, or None."""
        filled = [
            values[place] if place else value
            for value, place in zip(self.params, self.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            row = cursor.fetchone()
        if row is None:
            return None
        row = list(row)
        for place, functions, expression in self.converters:
            for convert in functions:
                row[place] = convert(row[place], expression, connection)
        found = self.model.from_db(connection.alias, self.fields, row[self.start : self.end])
        for name, place in self.annotations:
            setattr(found, name, row[place])
        return found
