"""Work in several processes at once, each with connections of its own."""

import contextlib
import multiprocessing
import os

from django.db import connections

_fork = multiprocessing.get_context("fork")


def run_at_once(*tasks):
    """Fork a process for each task, start all at the same moment; their exit codes (None: not done
    after five minutes).
    """
    start = _fork.Event()
    running = [_fork.Process(target=_child, args=(task, start)) for task in tasks]
    connections.close_all()
    for process in running:
        process.start()
    start.set()
    for process in running:
        process.join(300)
    return [process.exitcode for process in running]


def _child(task, start):
    # Closing them in the parent is not enough: while an event loop runs in it (after a browser
    # test) Django keeps connections for the loop apart from those of the thread, and a child, in
    # which no loop runs, finds the thread's, open.
    for alias in connections:
        with contextlib.suppress(AttributeError):
            del connections[alias]
    start.wait()
    task()
    connections.close_all()
    os._exit(0)
