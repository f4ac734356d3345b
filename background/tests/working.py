"""A worker within a test."""

import pytest
from django.core.management import call_command
from django_tasks_db.management.commands import db_worker


def do_all(most=None):
    """What a worker does until nothing is left that is due, or `most` jobs are done.

    It closes connections as Django does between requests; within the transaction of a test that
    would be its end.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db_worker, "close_old_connections", lambda: None)
        how = {
            "batch": True,
            "startup_delay": False,
            "reload": False,
            "verbosity": 0,
            "interval": 0,
        }
        call_command("db_worker", queue_name="*", max_tasks=most, **how)
