"""The one lock every structural write of the category tree takes, before it loads anything.

mptt keeps `lft`/`rght`/`tree_id` by reading and then updating many rows; two writers at once corrupt the tree, and a
writer that loaded its objects before taking the lock corrupts it just the same (docs/decisions/0003-one-tree-lock.md).
"""

import threading
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

TREE_LOCK_KEY = 0x1A47A1  # any constant, the same in every process
_held = threading.local()


@contextmanager
def tree_write():
    """Hold the tree for writing until the outermost transaction ends. Load categories only inside.

    PostgreSQL: a transaction-level advisory lock. SQLite: the transaction itself, which must begin IMMEDIATE.
    Re-entrant in one thread.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        mode = connection.settings_dict["OPTIONS"].get("transaction_mode")
        if mode != "IMMEDIATE":
            raise ImproperlyConfigured("SQLite 必须设置 transaction_mode=IMMEDIATE，否则目录树会在并发写入时损坏。")
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK_KEY])
        _held.depth = getattr(_held, "depth", 0) + 1
        try:
            yield
        finally:
            _held.depth -= 1


def tree_write_held():
    """Whether this thread is inside `tree_write()`."""
    return getattr(_held, "depth", 0) > 0
