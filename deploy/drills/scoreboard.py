"""`make scoreboard`: the figures of reliability that need no root, against their targets, on both
databases where that matters.

    .venv/bin/python deploy/drills/scoreboard.py [--only 13,14] [--databases SQLite]

What counts runs side by side, what measures time alone and afterwards (plan.py). Results go into
results/scoreboard.json as they come (rows of figures that were not run stay) and as a table into
docs/reliability.md. Scanners take longer than all the rest together: with the others they ask a few
pages only (12b); figure 12 is measured by `make drill-scan` and kept here. Exits with 1 where a
figure that was run does not hold.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
import sys
import tempfile
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import faults_crash
import faults_database
import faults_migration
import faults_processes
import figures_backup
import figures_front
import figures_strangers
import figures_suite
import figures_tree
import figures_withdrawn
from loopback import ROOT, Portal, Postgres, Sqlite
from patterns import Once, Pattern, Static
from plan import Foreman, Job, carried_out, figure_of
from report import Report

RESULTS = ROOT / "deploy/drills/results/scoreboard.json"
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- scoreboard: written by make scoreboard -->", "<!-- end of scoreboard -->"
SCANNERS = 12
# Figure → how it is found out: a file beside this one, or the files of the suite.
HOW = {
    **dict.fromkeys((1, 2, 3), ("figures_tree.py", "trees.py")),
    **dict.fromkeys((5, 6, 7), ("xss.py",)),
    11: ("api.py",),
    12: ("scan.py",),
    **dict.fromkeys((13, 14), ("figures_front.py",)),
    **dict.fromkeys((16, 17, 18), ("faults_database.py",)),
    19: ("powercut.py",),
    20: ("crashing.py",),
    21: ("faults_processes.py",),
    22: ("figures_strangers.py", "strangers.py"),
    23: ("figures_backup.py",),
    24: ("faults_migration.py",),
    **{figure: files for figure, (files, *_) in figures_suite.SUITE.items()},
    **{figure: files for figure, (files, *_) in figures_suite.ON_BOTH.items()},
    25: (*figures_suite.SUITE[25][0], "pa11y.py"),
    26: (figures_suite.PEOPLE,),
    28: ("figures_withdrawn.py", "withdrawn.py"),
}


class Installation:
    """The demonstration on one database, prepared when the first drill wants it; and the pattern
    that it and others are copied from.
    """

    def __init__(self, kind, folder, static):
        self.kind, self.folder, self.static, self.portal = kind, folder / kind.name, static, None
        self.pattern = Once(self._pattern)

    def _pattern(self):
        self.folder.mkdir(exist_ok=True)
        return Pattern(self.kind(self.folder), self.folder / "pattern", self.static)

    def has(self, drill, report, *, is_served=True):
        """Run a drill on the portal, which serves or does not."""
        if not self.portal:
            portal = self.pattern().portal(self.folder / "portal", "portal")
            portal.prepare()
            self.portal = portal
        if is_served and not self.portal.server:
            self.portal.start()
        elif not is_served:
            self.portal.stop()
        drill(self.portal, report)

    def lends(self, drill, report):
        """Run a drill that copies the pattern for itself."""
        drill(self.pattern(), report)

    def lends_a_copy(self, drill, report):
        """Run a drill on a portal of its own, which does not serve."""
        name = drill.__name__.strip("_")
        portal = self.pattern().portal(self.folder / name, name)
        portal.prepare()
        drill(portal, report)

    def close(self):
        """Stop both."""
        if self.portal:
            self.portal.stop()
        if self.pattern.made:
            self.pattern().database.close()


def jobs_of(installation):
    """The drills of one installation. Seconds: about, on two cores."""
    name = installation.kind.name

    def job(figures, drill, seconds, *, is_served=True, is_alone=False):
        run = partial(installation.has, drill, is_served=is_served)
        return Job(frozenset(figures), name, run, seconds, name, is_alone)

    def apart(figures, run, drill, seconds):
        return Job(frozenset(figures), name, partial(run, drill), seconds)

    large = figures_backup.Large()
    yield job({1}, figures_tree.clerks_at_once, 30)
    yield job({2}, figures_tree.collisions, 25)
    yield job({13}, figures_front.poisoned, 45)
    yield job({14}, figures_front.attempts, 20)
    yield job({21}, faults_processes.killed_and_reloaded, 45, is_alone=True)
    yield apart({20}, installation.lends_a_copy, faults_crash.crash_drills, 60)
    yield apart({23}, installation.lends_a_copy, figures_backup.hot_backups, 90)
    yield apart({23}, installation.lends_a_copy, large.filled, 60)
    yield apart({11}, installation.lends, figures_suite.of_the_api, 60)
    for figure in figures_suite.ON_BOTH:
        yield apart({figure}, installation.lends, partial(_suite_on, figure), 90)
    yield apart({26}, installation.lends, figures_suite.two_people, 180)
    if installation.kind is Postgres:
        yield job({16, 17}, faults_database.database_drills, 75, is_alone=True)
    yield Job(
        frozenset({22}),
        name,
        partial(installation.lends, figures_strangers.strangers),
        110,
        is_alone=True,
    )
    yield Job(
        frozenset({28}),
        name,
        partial(installation.lends, figures_withdrawn.withdrawn),
        90,
        is_alone=True,
    )
    yield job({24}, faults_migration.migrated_while_serving, 60, is_alone=True)
    yield job({3}, figures_tree.soak, 35, is_served=False, is_alone=True)
    yield job({23}, large.restored, 40, is_served=False, is_alone=True)


def _suite_on(figure, pattern, report):
    figures_suite.suite_on(pattern, figure, report)


def jobs_apart(sqlite):
    """The drills that bring what they need, or copy it."""
    for together, seconds in zip(figures_suite.TOGETHER, (120, 180, 180), strict=True):
        yield (
            together,
            lambda some, report: figures_suite.suite(sqlite.pattern(), some, report),
            seconds,
        )
    yield (
        {5, 6, 7},
        lambda some, report: figures_suite.of_markup(sqlite.pattern(), some, report),
        200,
    )
    yield {18}, lambda _, report: _disk_full(sqlite, report), 40
    yield {25}, lambda _, report: figures_suite.of_pa11y(sqlite.pattern(), report), 150
    bare = Portal(sqlite.folder, Sqlite(sqlite.folder))
    yield {19}, lambda _, report: faults_database.power_cut(bare, report), 30


def _disk_full(sqlite, report):
    pattern = sqlite.pattern()
    faults_database.disk_full(lambda place: pattern.portal(place, "small"), sqlite.folder, report)


def planned(wanted, databases, installations):
    """All jobs for the figures wanted. The scanners look at everything where they are alone; else
    in brief, and on one database.
    """
    if wanted == {SCANNERS}:
        some = [one for one in installations if one.kind.name in databases]
        return [_scanned(one, partial(one.lends, figures_suite.of_scanners), 1_800) for one in some]
    jobs = []
    for installation in installations:
        if installation.kind.name in databases:
            jobs += [job for job in jobs_of(installation) if job.figures & wanted]
    if "SQLite" in databases:
        if SCANNERS in wanted:
            jobs.append(
                _scanned(
                    installations[0],
                    partial(installations[0].lends, figures_suite.of_scanners_in_brief),
                    120,
                )
            )
        for figures, drill, seconds in jobs_apart(installations[0]):
            if some := frozenset(figures & wanted):
                jobs.append(Job(some, "SQLite", partial(drill, some), seconds))
    return jobs


def _scanned(installation, run, seconds):
    return Job(frozenset({SCANNERS}), installation.kind.name, run, seconds)


def measure(wanted, databases, keep):
    """All rows of the figures wanted."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="lantai-scoreboard-") as name:
        folder = Path(name)
        static = Static(folder / "static-files")
        installations = [Installation(kind, folder, static) for kind in (Sqlite, Postgres)]
        try:
            jobs = planned(wanted, databases, installations)
            foreman = Foreman(report, len(jobs), keep)
            carried_out(jobs, foreman)
        finally:
            for installation in installations:
                installation.close()
    print(f"\nSlowest: {foreman.slowest()}")
    return report.rows


LOAD = os.getloadavg()[0]


def machine():
    """The machine in general words."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {LOAD:.1f} in the minute before"


def stored():
    """What was found before, by figure."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else []


def table(rows):
    """The table for docs/reliability.md."""
    marks = {True: "yes", False: "**no**", None: "not measured"}
    lines = [
        "| # | figure | database | how | target | result | holds | on |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['key']} | {row['drill']} | {row['database']} | {_how(row)} | {row['target']} | "
        f"{row['result'].replace('|', '/')} | {marks[row['met']]} | {row['on']} |"
        for row in rows
    ]
    return "\n".join(lines)


def _how(row):
    return ", ".join(f"`{file}`" for file in HOW[figure_of(row["key"])])


def merged(old, new, *, is_over):
    """Rows kept from before, with those found anew in their place; a run that is over replaces all
    of a figure, whatever its keys.
    """

    def name(row):
        figure = figure_of(row["key"])
        return figure if is_over and figure != SCANNERS else row["key"], row["database"]

    again = {name(row) for row in new}
    rows = [*(row for row in old if name(row) not in again), *new]
    return sorted(
        rows, key=lambda row: (figure_of(row["key"]), row["key"], row["database"] != "SQLite")
    )


def written(rows, minutes=None):
    """Keep the results and put the table where it stands in the page. `minutes`: of a run of all
    figures that came to its end.
    """
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    page = PAGE.read_text()
    timed = re.search(r"The last whole run took .*", page) if minutes is None else None
    took = (
        timed[0]
        if timed
        else f"The last whole run took {minutes:.1f} minutes on {machine()}."
        if minutes
        else "No run of all figures has been timed yet."
    )
    held = sum(row["met"] is True for row in rows)
    text = (
        f"{BEGIN}\n{held} of {len(rows)} rows hold, {sum(row['met'] is None for row in rows)} not measured.\n"
        f"{took}\n\n{table(rows)}\n{END}"
    )
    PAGE.write_text(
        re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: text, page, flags=re.DOTALL)
    )


def main():
    """Run, keep, print; the exit code."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--only", default="", help="numbers of figures, by commas")
    words.add_argument("--databases", default="SQLite,PostgreSQL", help="one of them, or both")
    words.add_argument("--list", action="store_true", help="only say how each figure is found out")
    chosen = words.parse_args()
    os.chdir(ROOT)
    wanted = {int(word) for word in chosen.only.split(",") if word} or set(HOW)
    if unknown := wanted - set(HOW):
        words.error(f"no such figure: {', '.join(map(str, sorted(unknown)))}")
    if chosen.list:
        print(json.dumps(HOW))
        return 0
    began, today, before = time.monotonic(), str(dt.date.today()), stored()
    databases = set(chosen.databases.split(","))

    def keep(rows, minutes=None, *, is_over=False):
        found = [asdict(row) | {"on": today} for row in rows]
        written(merged(before, found, is_over=is_over), minutes)
        return found

    rows = measure(wanted, databases, keep)
    minutes = (time.monotonic() - began) / 60
    is_whole = wanted == set(HOW) and len(databases) == 2
    found = keep(rows, minutes if is_whole else None, is_over=True)
    print(f"\n{table(merged([], found, is_over=True))}")
    print(
        f"\n{sum(row['met'] is True for row in found)} of {len(found)} rows hold, after {minutes:.1f} minutes"
    )
    return int(any(row["met"] is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
