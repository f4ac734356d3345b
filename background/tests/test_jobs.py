"""Jobs are done once, whoever asks however often; what dies is taken up again; what cannot be done
says so.
"""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from background import helping_out, jobs
from background.jobs import enqueue, take_up_what_was_left
from background.models import Job, Worker
from background.tests import tasks
from background.tests.working import do_all
from background.workers import beat, is_anybody_working

pytestmark = pytest.mark.django_db


def hand_over(work, key="one", **arguments):
    return enqueue(work, key=key, label="示例任务", **arguments)


def now(job):
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_and_says_so(tmp_path):
    job = hand_over(tasks.write_line, file=str(tmp_path / "lines"))
    assert job.state == Job.State.WAITING
    do_all()
    assert now(job).state == Job.State.DONE
    assert now(job).finished_at
    assert (tmp_path / "lines").read_text() == "done\n"


def test_of_a_key_one_is_open_at_a_time(tmp_path):
    file = str(tmp_path / "lines")
    assert hand_over(tasks.write_line, file=file) == hand_over(tasks.write_line, file=file)
    do_all()
    again = hand_over(tasks.write_line, file=file)
    assert again.state == Job.State.WAITING
    assert Job.objects.count() == DBTaskResult.objects.count() == 2


def test_a_job_is_there_only_if_what_wanted_it_is():
    with transaction.atomic():
        hand_over(tasks.fail)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_one_that_breaks_says_a_sentence_and_not_the_fault(caplog):
    job = hand_over(tasks.fail)
    do_all()
    assert now(job).state == Job.State.FAILED
    assert "联系运维人员" in now(job).words
    assert "示例故障" not in now(job).words
    assert "示例故障" in caplog.text


def test_one_that_cannot_be_done_says_why():
    job = hand_over(tasks.refuse)
    do_all()
    assert (now(job).state, now(job).words) == (Job.State.FAILED, "没有这份报告，请重新选择。")


def test_a_long_one_gives_others_their_turn(tmp_path):
    long = hand_over(tasks.in_slices, "long", total=10)
    short = hand_over(tasks.write_line, "short", file=str(tmp_path / "lines"))
    do_all()
    assert (now(long).done, now(long).total, now(long).state) == (10, 10, Job.State.DONE)
    assert now(short).finished_at < now(long).finished_at


def test_one_that_is_to_be_tried_later_waits_and_says_why():
    job = hand_over(tasks.not_today)
    do_all()
    assert (now(job).state, now(job).words) == (Job.State.WAITING, "对方没有应答，稍后再试。")
    assert DBTaskResult.objects.ready().count() == 0
    assert DBTaskResult.objects.get(
        pk=now(job).task_result
    ).run_after > timezone.now() + dt.timedelta(minutes=50)


def abandoned(job):
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING,
        attempts=1,
        worker="gone:1",
        alive_at=timezone.now() - dt.timedelta(minutes=2),
    )


def test_what_a_dead_worker_left_is_taken_up_again(tmp_path):
    job = hand_over(tasks.write_line, file=str(tmp_path / "lines"))
    DBTaskResult.objects.update(status="RUNNING")
    abandoned(job)
    do_all()
    assert now(job).state == Job.State.RUNNING  # nobody would ever come back to it
    assert take_up_what_was_left() == 1
    assert take_up_what_was_left() == 0
    do_all()
    assert (now(job).state, now(job).attempts) == (Job.State.DONE, 2)


def test_after_three_deaths_it_has_failed_and_says_so():
    job = hand_over(tasks.refuse)
    abandoned(job)
    Job.objects.update(attempts=3)
    take_up_what_was_left()
    assert (now(job).state, "连续 3 次中断" in now(job).words) == (Job.State.FAILED, True)


def test_a_worker_that_was_only_slow_writes_nothing_any_more():
    job = hand_over(tasks.in_slices, total=3)
    mine = jobs._take_up(job.pk)
    Job.objects.filter(pk=job.pk).update(worker="other:2", attempts=2)
    with pytest.raises(jobs.JobFailedError):
        jobs.progress(mine, 1)
    jobs._finish(mine, Job.State.DONE, "")
    assert now(job).state == Job.State.RUNNING


def test_a_job_an_older_program_did_not_know_waits_for_a_newer_one(tmp_path):
    job = hand_over(tasks.write_line, file=str(tmp_path / "lines"))
    DBTaskResult.objects.update(task_path="background.tests.tasks.of_the_next_release")
    do_all()
    assert now(job).state == Job.State.WAITING
    assert take_up_what_was_left() == 0  # still unknown here
    DBTaskResult.objects.update(task_path=tasks.write_line.module_path)
    assert take_up_what_was_left() == 1
    DBTaskResult.objects.update(run_after=timezone.now())
    do_all()
    assert now(job).state == Job.State.DONE


def test_a_job_of_the_version_before_is_done_under_todays_name(tmp_path, settings):
    former = "background.tests.former.write_line"
    settings.FORMER_JOBS = {former: tasks.write_line.module_path}
    job = hand_over(tasks.write_line, file=str(tmp_path / "lines"))
    DBTaskResult.objects.update(task_path=former)
    do_all()
    assert take_up_what_was_left() == 1
    DBTaskResult.objects.update(run_after=timezone.now())
    do_all()
    assert now(job).state == Job.State.DONE


def test_the_public_cannot_fill_the_queue(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_PUBLIC", 3)
    for number in range(3):
        hand_over(tasks.refuse, str(number), is_public=True)
    with pytest.raises(jobs.TooManyJobsError):
        hand_over(tasks.refuse, "4", is_public=True)
    assert hand_over(tasks.refuse, "2", is_public=True)
    assert hand_over(tasks.refuse, "of the desk")


@pytest.mark.django_db(transaction=True)
def test_where_nobody_works_tick_does_and_where_somebody_does_it_leaves_it(tmp_path):
    job = hand_over(tasks.write_line, file=str(tmp_path / "lines"))
    beat()
    assert helping_out.do_what_waits() == (0, 0)
    Worker.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=5))
    assert not is_anybody_working()
    hand_over(tasks.refuse, "two")
    assert helping_out.do_what_waits() == (1, 1)
    assert now(job).state == Job.State.DONE


def test_old_rows_go(tmp_path):
    for key in ("old", "new"):
        hand_over(tasks.write_line, key, file=str(tmp_path / "lines"))
    do_all()
    past = timezone.now() - dt.timedelta(days=8)
    Job.objects.filter(key="old").update(finished_at=past)
    DBTaskResult.objects.filter(pk=Job.objects.get(key="old").task_result).update(finished_at=past)
    assert helping_out.forget_old_jobs() == (1, 0)
    assert Job.objects.get().key == "new"
    assert DBTaskResult.objects.count() == 1
