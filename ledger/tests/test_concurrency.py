"""Many processes append at once, and some die in the middle: one unbroken chain."""

import multiprocessing
import os
import signal

import pytest
from django.db import connections, transaction

from ledger import actions
from ledger.models import Checkpoint, Entry, SigningKey
from ledger.tests.builders import make_entry, standalone_faults
from ledger.verification import verify_chain

PROCESSES = 8
EACH = 25
fork = multiprocessing.get_context("fork")


def append_many(worker, start):
    """Append in transactions of their own, one in five of them first tried and rolled back."""
    start.wait()
    for number in range(EACH):
        if number % 5 == 0:
            with transaction.atomic():
                make_entry(subject_title="不会留下")
                transaction.set_rollback(True)
        make_entry(subject_key=f"{worker}-{number}", payload={"files": [{"name": "a", "sha256": f"{number:064x}"}]})
    connections.close_all()
    os._exit(0)


def die_in_the_middle(worker, start):
    """Append, and be killed before the commit, while the others wait for the lock."""
    start.wait()
    with transaction.atomic():
        make_entry(subject_key=f"dead-{worker}")
        os.kill(os.getpid(), signal.SIGKILL)


def run(*processes):
    start = fork.Event()
    running = [fork.Process(target=target, args=(number, start)) for number, target in enumerate(processes)]
    connections.close_all()  # a child must not inherit an open connection
    for process in running:
        process.start()
    start.set()
    for process in running:
        process.join(300)
    return [process.exitcode for process in running]


@pytest.mark.django_db(transaction=True)
def test_200_appends_from_8_processes_with_some_killed_leave_one_unbroken_chain():
    exits = run(*[append_many] * PROCESSES, *[die_in_the_middle] * 6)
    assert exits == [0] * PROCESSES + [-signal.SIGKILL] * 6
    entries = list(Entry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, PROCESSES * EACH + 1))
    assert {entry.subject_key for entry in entries} == {f"{w}-{n}" for w in range(PROCESSES) for n in range(EACH)}
    assert verify_chain() == []
    assert standalone_faults() == []


def checkpoint_once(worker, start):
    start.wait()
    actions.make_checkpoint()
    connections.close_all()
    os._exit(0)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_checkpoint_and_one_key():
    make_entry()
    assert run(*[checkpoint_once] * 4) == [0] * 4
    assert (Checkpoint.objects.count(), SigningKey.objects.count()) == (1, 1)
    assert verify_chain() == []
