"""The worker outlives a database that is away or busy for longer than it waits."""

import signal

import pytest
from django.db import OperationalError

from background.management.commands import work


@pytest.fixture
def _signals_are_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db
@pytest.mark.usefixtures("_signals_are_as_before")
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
