"""Many processes append at once, and some die in the middle: one unbroken chain."""

import os
import signal
from functools import partial

import pytest
from django.db import transaction

from ledger import actions
from ledger.models import Checkpoint, Entry, SigningKey
from ledger.tests.builders import make_entry, standalone_faults
from ledger.tests.forking import run_at_once
from ledger.verification import verify_chain

PROCESSES = 8
EACH = 25


def append_many(worker):
    """Append in transactions of their own, one in five of them first tried and rolled back."""
    for number in range(EACH):
        if number % 5 == 0:
            with transaction.atomic():
                make_entry(subject_title="不会留下")
                transaction.set_rollback(True)
        make_entry(
            subject_key=f"{worker}-{number}",
            payload={"files": [{"name": "a", "sha256": f"{number:064x}"}]},
        )


def die_in_the_middle(worker):
    """Append, and be killed before the commit, while the others wait for the lock."""
    with transaction.atomic():
        make_entry(subject_key=f"dead-{worker}")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_200_appends_from_8_processes_with_some_killed_leave_one_unbroken_chain():
    tasks = [append_many] * PROCESSES + [die_in_the_middle] * 6
    exits = run_at_once(*(partial(task, number) for number, task in enumerate(tasks)))
    assert exits == [0] * PROCESSES + [-signal.SIGKILL] * 6
    entries = list(Entry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, PROCESSES * EACH + 1))
    assert {entry.subject_key for entry in entries} == {
        f"{w}-{n}" for w in range(PROCESSES) for n in range(EACH)
    }
    assert verify_chain() == []
    assert standalone_faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_checkpoint_and_one_key():
    make_entry()
    assert run_at_once(*[actions.make_checkpoint] * 4) == [0] * 4
    assert (Checkpoint.objects.count(), SigningKey.objects.count()) == (1, 1)
    assert verify_chain() == []
