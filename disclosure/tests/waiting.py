"""One who begins something while another holds the first item and acts: two connections, real
transactions.
"""

import threading
import time

from django.db import connection, transaction

from disclosure.models import Item

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def begun_meanwhile(task, act):
    """What `task` returns. It begins while `act` is under way, and goes on only after it; raises
    what it raised.
    """
    answers, faults = [], []

    def begin():
        try:
            answers.append(task())
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=begin)
    with transaction.atomic():
        Item.objects.select_for_update().order_by(
            "pk"
        ).first()  # on SQLite the transaction itself is the lock
        other.start()
        _until_it_waits(other)
        act()
    other.join(30)
    if faults:
        raise faults[0]
    return answers[0]


def _until_it_waits(other):
    deadline = time.monotonic() + (10 if connection.vendor == "postgresql" else 0.5)
    while time.monotonic() < deadline and other.is_alive():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
        time.sleep(0.05)
