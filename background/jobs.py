"""Handing over a job, and doing it: once, again where its worker died, and never with half a result
taken for a whole one.

A job is done by a function of a module, `@job def make_file(job, *, index_number): …`. Handing it
over writes two rows in the caller's transaction (`Job`, and the queue's own), so a job is there
exactly when what wanted it is. A function may be run twice (a worker that was thought dead): it has
to lead to the same.
"""

import functools
import logging
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from background.models import LONGEST_ADDRESS, Job
from background.workers import present_worker

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3  # times a worker may die over it, or fail to know what it is
LOST_FOR = timedelta(seconds=30)  # an older program does not know the job; a newer one will
MOST_PUBLIC = 200  # jobs of the public that may wait at once
_SENTENCE = "办理时出错，没有完成，故障已经记录。请稍后再试；还不行的，请联系运维人员查看日志。"
_DIED = f"处理程序连续 {MOST_ATTEMPTS} 次中断，没有完成。请联系运维人员查看日志后重新提出。"


class JobFailedError(Exception):
    """It cannot be done; the text is the sentence its readers see."""


class TryLaterError(Exception):
    """Not now; again after so many seconds.

    `words`: what its readers see meanwhile. `is_progress`: a slice was done, so it is no failure.
    """

    def __init__(self, seconds, words="", *, is_progress=False):
        super().__init__(words)
        self.seconds, self.words, self.is_progress = seconds, words, is_progress


class TooManyJobsError(Exception):
    """The public has handed over more than can be done soon; nothing was taken."""


def job(function):
    """The function as a task of the queue; `enqueue` is handed what it gives."""

    @functools.wraps(function)
    def run(job_id, arguments):
        with _taken_up(job_id) as mine:
            if mine is not None:
                function(mine, **arguments)

    return task(run)


def enqueue(
    work, *, key, label, by=None, is_public=False, address="", priority=0, after=0, **arguments
):
    """Hand over a job. Of a key that is open already, that one; nothing is written twice.

    `after`: seconds. `address`: where its result is. `arguments`: of the function, as JSON has
    them. Raises TooManyJobsError.
    """
    if found := Job.objects.open().filter(key=key).first():
        return found
    if is_public and Job.objects.open().filter(is_public=True).count() >= MOST_PUBLIC:
        raise TooManyJobsError
    try:
        with transaction.atomic():
            shared = {"requested_by": by, "is_public": is_public}
            new = Job.objects.create(
                key=key, label=label[:200], address=address[:LONGEST_ADDRESS], **shared
            )
            _queue(new, work.using(priority=priority), arguments, after)
    except IntegrityError:  # somebody else was quicker
        return Job.objects.open().filter(key=key).first() or Job.objects.filter(key=key).latest(
            "queued_at"
        )
    return new


def _queue(waiting, work, arguments, after=0):
    later = timezone.now() + timedelta(seconds=after) if after else None
    result = work.using(run_after=later).enqueue(str(waiting.pk), arguments)
    Job.objects.filter(pk=waiting.pk).update(task_result=result.id)


def progress(mine, done, total=None, words=""):
    """Note how far a job is; one short statement. Raises JobFailedError where the job is no longer
    this worker's.
    """
    fields = {"done": done, "words": words[:300], "alive_at": timezone.now()}
    if total is not None:
        fields["total"] = total
    if not _own(mine).update(**fields):
        raise JobFailedError("这个任务已由别的程序接着办理。")
    for name, value in fields.items():
        setattr(mine, name, value)


def _own(mine):
    """The row, while it is this attempt's: whoever was thought dead and comes back writes nothing."""
    return Job.objects.filter(
        pk=mine.pk, state=Job.State.RUNNING, attempts=mine.attempts, worker=mine.worker
    )


@contextmanager
def _taken_up(job_id):
    """The job, for its function; None where there is nothing to do any more. What becomes of it is
    written down.
    """
    mine = _take_up(job_id)
    try:
        yield mine
    except TryLaterError as error:
        _put_back(mine, error)
    except JobFailedError as error:
        _finish(mine, Job.State.FAILED, str(error))
    except Exception:
        logger.exception("The job %s failed: %s", mine.pk, mine.label)
        _finish(mine, Job.State.FAILED, _SENTENCE)
        raise
    else:
        if mine is not None:
            _finish(mine, Job.State.DONE, mine.words)


def _take_up(job_id):
    now = timezone.now()
    with transaction.atomic():
        mine = Job.objects.select_for_update().filter(pk=job_id, state=Job.State.WAITING).first()
        if mine is None:
            return None
        mine.state, mine.worker, mine.alive_at = Job.State.RUNNING, present_worker(), now
        mine.started_at, mine.attempts = mine.started_at or now, mine.attempts + 1
        mine.save(update_fields=["state", "worker", "alive_at", "started_at", "attempts"])
    return mine


def _finish(mine, state, words):
    _own(mine).update(state=state, words=words[:300], finished_at=timezone.now())


def _put_back(mine, error):
    with transaction.atomic():
        attempts = mine.attempts - 1 if error.is_progress else mine.attempts
        words = error.words[:300] or mine.words
        if _own(mine).update(state=Job.State.WAITING, words=words, attempts=attempts):
            _queue_again(mine, error.seconds)


def _queue_again(waiting, after):
    """With the arguments it was handed over with, under the name its function has now."""
    before = DBTaskResult.objects.get(pk=waiting.task_result)
    before.task_path = settings.FORMER_JOBS.get(before.task_path, before.task_path)
    _queue(waiting, before.task, before.args_kwargs["args"][1], after)


def take_up_what_was_left():
    """Jobs whose worker died wait again, or have failed after three times; so do those an older
    program did not know. How many.
    """
    unknown = Job.objects.filter(
        state=Job.State.WAITING,
        task_result__in=DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).values("pk"),
    )
    return sum(_take_over(left) for left in [*Job.objects.abandoned()[:100], *unknown[:100]])


def _take_over(left):
    """Whether it was this process that did."""
    same = Job.objects.filter(
        pk=left.pk, state=left.state, attempts=left.attempts, task_result=left.task_result
    )
    has_failed = left.attempts >= MOST_ATTEMPTS
    lost = left.state == Job.State.WAITING
    with transaction.atomic():
        if has_failed:
            return bool(
                same.update(state=Job.State.FAILED, words=_DIED, finished_at=timezone.now())
            )
        if not same.update(state=Job.State.WAITING, attempts=left.attempts + lost, worker=""):
            return False
        DBTaskResult.objects.filter(pk=left.task_result, status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.FAILED, finished_at=timezone.now()
        )
        try:
            _queue_again(left, LOST_FOR.total_seconds() if lost else 0)
        except (
            ImportError,
            AttributeError,
            DBTaskResult.DoesNotExist,
        ):  # this program does not know it either
            logger.warning("The job %s is unknown to this version", left.pk)
            transaction.set_rollback(True)
            return False
    return True
