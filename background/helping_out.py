"""Where no worker runs, `tick` does what waits, a little at a time; and what is done and old is
forgotten.
"""

import time

from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from background.jobs import take_up_what_was_left
from background.models import ALIVE_FOR, FAILED_KEPT, KEPT, Job, Worker
from background.workers import heartbeat, is_anybody_working

SECONDS = 40  # a tick comes every minute


def do_what_waits():
    """A step of tick: (jobs done, jobs that failed). With a worker it only looks after what the
    dead left.
    """
    take_up_what_was_left()
    if is_anybody_working() or not Job.objects.open().exists():
        return 0, 0
    began, until = timezone.now(), time.monotonic() + SECONDS
    with heartbeat(is_worker=False):
        while time.monotonic() < until and DBTaskResult.objects.ready().exists():
            call_command(
                "db_worker",
                queue_name="*",
                batch=True,
                max_tasks=1,
                startup_delay=False,
                reload=False,
                verbosity=0,
            )
    finished = Job.objects.filter(finished_at__gte=began)
    return finished.filter(state=Job.State.DONE).count(), finished.filter(
        state=Job.State.FAILED
    ).count()


def forget_old_jobs():
    """A step of tick."""
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=KEPT.days,
        failed_min_age_days=FAILED_KEPT.days,
        verbosity=0,
    )
    Worker.objects.filter(seen_at__lt=timezone.now() - 10 * ALIVE_FOR).delete()
    return Job.objects.prune(), 0
