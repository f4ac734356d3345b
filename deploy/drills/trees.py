"""Inside an installation: clerks in processes of their own change the category tree at once. Prints
JSON.

trees.py collide ROUNDS          two clerks at the very same moment, the tree looked at after every round
trees.py soak STEPS SECONDS      four clerks, each so many steps or so many seconds
"""

import json
import os
import random
import sys
import time
from functools import partial
from multiprocessing import get_context

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.db import DatabaseError, connections  # noqa: E402
from load import percentile  # noqa: E402

from catalog import actions  # noqa: E402
from catalog.integrity import tree_faults  # noqa: E402
from catalog.locks import TreeBusyError, tree_write  # noqa: E402
from catalog.models import Category  # noqa: E402
from catalog.tests.builders import put_under  # noqa: E402

FORK = get_context("fork")
MOST = 120  # categories the clerks themselves keep


def chosen(chance, name, office):
    """One structural change as the desk makes it, to be called: the clerk chose from a page that
    was read before.
    """
    own = (
        Category.objects.filter(slug__startswith="drill-")
        .order_by("?")
        .values_list("pk", flat=True)[:MOST]
    )
    own = [Category(pk=pk) for pk in own]
    act = chance.random()
    if len(own) < 10 or (act < 0.35 and len(own) < MOST):
        parent = chance.choice(own) if own else Category.objects.get(parent=None)
        return partial(_add, name, parent, chance.randrange(50))
    if act < 0.7:
        return partial(put_under, chance.choice(own), chance.choice(own))
    if act < 0.85:
        return partial(
            actions.shift_category,
            category=chance.choice(own),
            step=chance.choice((-1, 1)),
            by=office,
        )
    return partial(actions.delete_category, category=chance.choice(own), by=office)


def _add(name, parent, position):
    with tree_write():
        parent = Category.objects.get(pk=parent.pk)
        Category.objects.create(name=name, slug=name, parent=parent, position=position)


REFUSED = (ValidationError, actions.CategoryInUseError, Category.DoesNotExist)


def clerk(who, steps, seconds, barrier, told):
    """Work; what it took and what went wrong goes into the queue."""
    connections.close_all()
    chance, office = random.Random(who), User.objects.get(username="office")
    times, failures, busy, until = [], [], 0, time.monotonic() + seconds
    for number in range(steps):
        if time.monotonic() > until:
            break
        change = chosen(chance, f"drill-{os.getpid()}-{number}", office)
        if barrier:
            barrier.wait()
        began = time.perf_counter()
        try:
            change()
        except REFUSED:
            pass
        except TreeBusyError:
            busy += 1
        except DatabaseError as error:
            failures.append(f"{type(error).__name__}: {error}"[:200])
        times.append(time.perf_counter() - began)
        if barrier:
            barrier.wait()
            barrier.wait()  # the tree is looked at
    told.put({"times": times, "failures": failures, "busy": busy})


def started(number, steps, seconds, barrier=None):
    """The queue and the processes of so many clerks."""
    told = FORK.Queue()
    connections.close_all()
    clerks = [
        FORK.Process(target=clerk, args=(who, steps, seconds, barrier, told))
        for who in range(number)
    ]
    for one in clerks:
        one.start()
    return told, clerks


def result(told, clerks, corrupt):
    """What all of them told."""
    answers = [told.get(timeout=120) for _ in clerks]
    for one in clerks:
        one.join()
    times = [seconds for answer in answers for seconds in answer["times"]]
    failures = [failure for answer in answers for failure in answer["failures"]]
    return {
        "steps": len(times), "corrupt": corrupt, "failures": failures, "busy": sum(answer["busy"] for answer in answers),
        "p99": percentile(times, 0.99), "categories": Category.objects.count(),
    }  # fmt: skip


def collide(rounds):
    """Two clerks, let go at the same moment."""
    barrier = FORK.Barrier(3)
    told, clerks = started(2, rounds, 10_000, barrier)
    corrupt = 0
    for _ in range(rounds):
        barrier.wait()
        barrier.wait()
        corrupt += bool(tree_faults())
        barrier.wait()
    return result(told, clerks, corrupt)


def soak(steps, seconds):
    """Four clerks who do not stop."""
    told, clerks = started(4, steps, seconds)
    return result(told, clerks, 0) | {"corrupt": len(tree_faults())}


if __name__ == "__main__":
    os.environ["PYTHONWARNINGS"] = "ignore"
    mode, *numbers = sys.argv[1:]
    print(json.dumps({"collide": collide, "soak": soak}[mode](*map(int, numbers))))
