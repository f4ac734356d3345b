"""Who does the jobs: a process that says every few seconds that it lives."""

import logging
import os
import socket
import threading
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils import timezone

from background.models import ALIVE_FOR, Job, Worker

BEAT = 10  # seconds
logger = logging.getLogger(__name__)


def present_worker():
    """The name of this process among all machines."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def is_anybody_working():
    """Whether some machine has a worker that lives."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - ALIVE_FOR).exists()


def beat():
    """Say that this process lives, and so do the jobs it does."""
    now = timezone.now()
    Worker.objects.update_or_create(name=present_worker(), defaults={"seen_at": now})
    Job.objects.filter(state=Job.State.RUNNING, worker=present_worker()).update(alive_at=now)


@contextmanager
def heartbeat(*, every_beat=lambda: None, is_worker=True):
    """Within it a thread says that this process lives. `every_beat`: what else is looked after that
    often.

    `is_worker`: whether others may rely on it; the jobs of one that only helps out are kept alive
    as well.
    """
    stop = threading.Event()
    thread = threading.Thread(
        target=_go_on, args=(stop, every_beat, is_worker), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(BEAT)
        if is_worker:
            Worker.objects.filter(name=present_worker()).delete()


def _go_on(stop, every_beat, is_worker):
    while True:
        try:
            if is_worker:
                beat()
            else:
                Job.objects.filter(state=Job.State.RUNNING, worker=present_worker()).update(
                    alive_at=timezone.now()
                )
            every_beat()
        except DatabaseError:  # it is away or busy: the next beat will do
            logger.warning("The worker could not say that it lives", exc_info=True)
        finally:
            connection.close()
        if stop.wait(BEAT):
            return
