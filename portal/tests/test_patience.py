"""Nobody waits for a database that is known to be away."""

import psycopg2
import pytest
from django.db import connection
from psycopg2 import extensions

from portal.front import patience


@pytest.mark.django_db
def test_a_wait_ends_once_the_database_is_known_to_be_away(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is no server")
    monkeypatch.setattr(patience, "LONGEST_WHILE_DOWN", 0.1)
    own = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    patience.install()
    patience.note(is_down=True)
    try:
        with pytest.raises(psycopg2.OperationalError, match="did not answer in time"):
            own.cursor().execute("SELECT pg_sleep(20)")
    finally:
        patience.note(is_down=False)
        extensions.set_wait_callback(None)
        own.close()
