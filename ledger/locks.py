"""The lock under which something is appended to a chain."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction


def lock_for_appending(key):
    """From here to the end of the transaction nobody else appends, and what the last one appended
    is visible.

    PostgreSQL gives an advisory lock back only after the commit is visible, and under READ
    COMMITTED the next statement sees it; under a stricter level the transaction would look at the
    register as it was before it waited. SQLite began IMMEDIATE: it has been the only writer since
    its first statement.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "ledger.actions 必须在事务内调用：登记与所登记的事项要么都成立，要么都不成立。"
        )
    if connection.vendor == "sqlite":
        if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
            raise ImproperlyConfigured(
                "SQLite 必须设置 transaction_mode=IMMEDIATE，否则登记簿会在并发写入时出错。"
            )
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s), current_setting('transaction_isolation')", [key]
        )
        if cursor.fetchone()[1] != "read committed":
            raise ImproperlyConfigured("登记簿只能在 READ COMMITTED 隔离级别的事务中追加。")
