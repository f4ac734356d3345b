"""Several processes ask for jobs and do them; one is killed in the middle."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from background.jobs import take_up_what_was_left
from background.models import Job
from background.tests import tasks
from background.tests.test_jobs import hand_over, now
from background.tests.working import do_all
from ledger.tests.forking import run_at_once


@pytest.mark.django_db(transaction=True)
def test_eight_who_ask_at_once_get_one_job_and_four_workers_do_it_once(tmp_path):
    file = str(tmp_path / "lines")
    assert run_at_once(*[partial(hand_over, tasks.write_line, file=file)] * 8) == [0] * 8
    assert Job.objects.count() == 1
    for number in range(6):
        hand_over(tasks.write_line, f"further-{number}", file=file)
    assert run_at_once(*[do_all] * 4) == [0] * 4
    assert (tmp_path / "lines").read_text() == "done\n" * 7
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_followed_by_another(tmp_path):
    job = hand_over(tasks.die_once, file=str(tmp_path / "died"))
    assert run_at_once(do_all) != [0]
    connection.close()
    assert (now(job).state, now(job).attempts) == (Job.State.RUNNING, 1)
    Job.objects.update(alive_at=timezone.now() - dt.timedelta(minutes=2))
    take_up_what_was_left()
    assert run_at_once(do_all) == [0]
    assert (now(job).state, now(job).attempts, now(job).done) == (Job.State.DONE, 2, 1)
