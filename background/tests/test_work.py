"""The worker outlives a database that is away or busy for longer than it waits."""

import pytest
from django.db import OperationalError

from background.management.commands import work


@pytest.mark.any_database
def test_it_goes_on_where_the_database_was_busy(monkeypatch):
    asked = []

    def worker_of_the_library(name, **options):
        asked.append(name)
        if len(asked) == 1:
            raise OperationalError("database is locked")

    monkeypatch.setattr(work, "call_command", worker_of_the_library)
    monkeypatch.setattr(work, "ASKED_AGAIN_AFTER", 0)
    work.work_until_told(0)
    assert asked == ["db_worker", "db_worker"]
