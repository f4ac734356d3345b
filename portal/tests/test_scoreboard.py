"""`make scoreboard`: what it names is there, and one drill that breaks takes no other with it."""

import importlib.util
import json
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings

DRILLS = settings.BASE_DIR / "deploy/drills"


@pytest.fixture(scope="module")
def how():
    """{figure: files}, as the scoreboard says it."""
    listed = subprocess.run(
        [sys.executable, DRILLS / "scoreboard.py", "--list"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {int(figure): files for figure, files in json.loads(listed.stdout).items()}


@pytest.fixture
def plan():
    spec = importlib.util.spec_from_file_location("drill_plan", DRILLS / "plan.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_figure_is_found_out_somehow(how):
    assert sorted(how) == [*range(1, 29), 30]
    assert all(how.values())


def test_every_file_named_is_there(how):
    named = {file for files in how.values() for file in files}
    assert [
        file
        for file in named
        if not ((settings.BASE_DIR if "/" in file else DRILLS) / file).is_file()
    ] == []


def test_what_is_kept_is_of_these_figures(how, plan):
    kept = json.loads((DRILLS / "results/scoreboard.json").read_text())
    assert {plan.figure_of(row["key"]) for row in kept} <= set(how)


class Rows(list):
    """A report that only keeps its rows."""

    @property
    def rows(self):
        return self

    def add(self, key, database, *words):
        self.append(type("Row", (), {"key": key, "database": database, "words": words}))


def carried_out(plan, jobs):
    report, kept = Rows(), []
    plan.carried_out(jobs, plan.Foreman(report, len(jobs), lambda rows: kept.append(len(rows))))
    return report, kept


def test_one_drill_that_breaks_is_a_row_and_the_others_go_on(plan):
    def breaks(report):
        raise SystemExit("no such program")

    def tells(report):
        report.add("14a", "SQLite", "told")

    jobs = [
        plan.Job(frozenset({7}), "SQLite", breaks, 9),
        plan.Job(frozenset({14}), "SQLite", tells, 5),
    ]
    report, kept = carried_out(plan, jobs)
    assert sorted((row.key, row.words[-1]) for row in report) == [("14a", "told"), ("7", False)]
    assert kept[-1] == 2


def test_two_drills_never_share_an_installation_and_two_installations_go_side_by_side(plan):
    busy, most, clashes, lock = set(), [0], [], threading.Lock()

    def work(place):
        def run(report):
            with lock:
                clashes.extend({place} & busy)
                busy.add(place)
                most[0] = max(most[0], len(busy))
            time.sleep(0.02)
            with lock:
                busy.discard(place)

        return run

    jobs = [
        plan.Job(frozenset({n}), place, work(place), 5, place)
        for n in range(1, 5)
        for place in ("SQLite", "PostgreSQL")
    ]
    carried_out(plan, jobs)
    assert clashes == []
    assert most == [2]  # there are but two, whatever the lanes


def test_what_measures_time_goes_alone_and_last(plan):
    running, seen = [0], []

    def work(name):
        def run(report):
            running[0] += 1
            seen.append((name, running[0]))
            time.sleep(0.01)
            running[0] -= 1

        return run

    alone = [plan.Job(frozenset({3}), "SQLite", work("alone"), 99, "SQLite", True)]
    counts = [plan.Job(frozenset({n}), "", work("counts"), 1) for n in range(4, 8)]
    carried_out(plan, alone + counts)
    assert seen[-1] == ("alone", 1)
    assert len(seen) == 5
