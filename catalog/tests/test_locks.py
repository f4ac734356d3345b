"""Waiting for the tree: in turn, not for long, and told so."""

import sqlite3
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection

from catalog import locks
from catalog.locks import TreeBusyError, tree_write
from catalog.tests.test_concurrency import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_writer():
    """Somebody elsewhere who holds the tree."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg2.connect(database_url())
        other.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [locks.TREE_LOCK_KEY])
    try:
        yield other
    finally:
        other.close()


def test_who_waits_too_long_is_told_so_on_either_database(monkeypatch):
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 50)
    with another_writer(), pytest.raises(TreeBusyError, match="稍后再试"), tree_write():
        pytest.fail("the tree was another's")


def test_the_tree_is_to_be_had_again_once_the_other_has_done(monkeypatch):
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 50)
    with another_writer(), pytest.raises(TreeBusyError), tree_write():
        pass
    with tree_write():
        assert locks.tree_write_held()
    assert not connection.in_atomic_block


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own patience")
def test_other_writes_keep_the_patience_of_the_connection(monkeypatch):
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 50)
    before = locks._busy_timeout()
    with tree_write():
        assert locks._busy_timeout() == before
    with another_writer(), pytest.raises(TreeBusyError), tree_write():
        pass
    assert locks._busy_timeout() == before > 0


def test_who_waits_longest_asks_most_often():
    pauses = [locks._ask_again_after(waited) for waited in (0, 19.9, 20, 50, 100, 4_999)]
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[0] > 5 * pauses[-1] > 0
