"""The index of either database. Both find every run of two and more characters exactly, without a
dictionary.
"""

from django.db import connection

from search.engines.postgresql import PostgresqlEngine
from search.engines.sqlite import SqliteEngine

_ENGINES = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


def engine():
    """The engine of the database in use."""
    return _ENGINES[connection.vendor](connection)
