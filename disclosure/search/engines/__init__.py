"""The index of either database. Both find every run of two and more characters exactly, without a
dictionary.
"""

from django.db import connection

from disclosure.search.engines.postgresql import PostgresqlEngine
from disclosure.search.engines.sqlite import SqliteEngine

# Fields a run may stand in, from where it says most about an item to where it says least.
SCOPES = {
    "numbers": ("numbers",),
    "title": ("title",),
    "head": ("title", "numbers", "organ"),
    "summary": ("title", "numbers", "organ", "summary"),
    "all": (),
}
_ENGINES = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


def engine():
    """The engine of the database in use."""
    return _ENGINES[connection.vendor](connection)
