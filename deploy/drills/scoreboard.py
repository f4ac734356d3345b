"""`make scoreboard`: the figures of reliability that need no root, against their targets, on both databases where that matters.

    .venv/bin/python deploy/drills/scoreboard.py [--only 13,14]

Figures that measure time run alone, one after the other; the others two at a time. Results go into results/scoreboard.json (those
of figures that were not run this time stay) and as a table into docs/reliability.md. Exits with 1 where a figure does not hold.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import faults_crash
import faults_database
import faults_migration
import faults_processes
import figures_backup
import figures_front
import figures_tree
from loopback import ROOT, Portal, Postgres, Sqlite
from report import Report

RESULTS = ROOT / "deploy/drills/results/scoreboard.json"
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- scoreboard: written by make scoreboard -->", "<!-- end of scoreboard -->"
# Figure → how it is found out: the module here, or the files of the suite.
HOW = {
    1: "`figures_tree.py`",
    2: "`trees.py`",
    3: "`trees.py`",
    4: "`disclosure/tests/test_desk_model.py`",
    5: "`xss.py`",
    6: "`xss.py`",
    7: "`xss.py`",
    8: "`disclosure/tests/test_uploads.py`",
    9: "`portal/tests/browser/test_policy.py`",
    10: "`portal/tests/test_desk_matrix.py`",
    11: "`api.py`",
    12: "`scan.py`",
    13: "`figures_front.py`",
    14: "`figures_front.py`",
    15: "`disclosure/tests/test_export_cells.py`",
    16: "`faults_database.py`",
    17: "`faults_database.py`",
    18: "`faults_database.py`",
    19: "`powercut.py`",
    20: "`crashing.py`",
    21: "`faults_processes.py`",
    22: "`faults_processes.py`",
    23: "`figures_backup.py`",
    24: "`faults_migration.py`",
    25: "`portal/tests/browser/test_accessibility.py`",
}
# Figure → (files of the suite, what they show, target, variables).
SUITE = {
    4: (
        ["disclosure/tests/test_desk_model.py", "catalog/tests/test_tree_moves.py"],
        "stateful model of tree, workflow, departments",
        "0 failures",
        {"MODEL_EXAMPLES": "500", "MODEL_STEPS": "30"},
    ),
    8: (
        [
            *("disclosure/tests/test_uploads.py", "disclosure/tests/test_hostile_uploads.py"),
            *("disclosure/tests/test_file_contents.py", "disclosure/tests/test_intake_hostile.py"),
        ],
        "hostile files and names",
        "each refused or tamed, 0 × 500",
        {},
    ),
    9: (["portal/tests/browser/test_policy.py"], "CSP violations, public pages and desk", "0, no unsafe-*", {}),
    10: (
        ["portal/tests/test_desk_matrix.py", "portal/tests/test_authorisation_matrix.py"],
        "authorisation matrix",
        "0 surprises, every URL pattern",
        {},
    ),
    15: (["disclosure/tests/test_export_cells.py"], "formula cells in CSV and XLSX", "0, 0", {}),
    25: (
        ["portal/tests/browser/test_accessibility.py", "portal/tests/browser/test_desk_accessibility.py"],
        "axe, keyboard, reflow (pa11y and Lighthouse: not measured)",
        "0 violations",
        {},
    ),
}

# These need no installation that the scoreboard prepares.
ALONE = {*SUITE, 5, 6, 7, 12}


def figure_of(key):
    """The number of a figure: "17b" is of 17."""
    return int(re.match(r"\d+", key)[0])


def passed(number, report):
    """A figure that the suite shows: run its files."""
    files, what, target, environment = SUITE[number]
    there = [file for file in files if (ROOT / file).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", *there]
    with tempfile.TemporaryDirectory() as data:  # the test database lies there: two run at a time
        own = {"DATABASE_URL": f"sqlite:///{data}/db.sqlite3", "DATA_DIR": data, **environment}
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    said = re.sub(
        r" in [\d.]+.*", "", done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    )
    extent = f", {environment['MODEL_EXAMPLES']} × {environment['MODEL_STEPS']} steps" if environment else ""
    report.add(str(number), "SQLite", what, target, f"tests: {said.strip('= ')}{extent}", done.returncode == 0)


def of_markup(numbers, report):
    """5 to 7, by the corpus where it is there."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run(
            [sys.executable, "deploy/drills/xss.py", "--json", file.name],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        told = json.loads(Path(file.name).read_text() or "[]")
    names = {
        5: ("markup attacks by six ways of the ORM", "0 / 7,079 × 6"),
        6: ("attacks executed in Chromium, policy off", "0"),
        7: ("bombs of markup", "< 100 ms each, refused politely"),
    }
    for number, (what, target) in names.items():
        lines = [one for one in told if one["figure"] == number]
        if not lines:
            report.skip(str(number), "SQLite", what, target, (done.stdout.strip() or done.stderr.strip())[-120:])
            continue
        result = "; ".join(f"{one['what']}: {one['value']}" for one in _worst_first(lines))
        report.add(str(number), "SQLite", what, target, result, all(one["is_good"] for one in lines))


def _worst_first(lines):
    """Of many lines that are good the number tells enough."""
    bad = [one for one in lines if not one["is_good"]]
    return bad or (
        lines if len(lines) < 4 else [{"what": f"{len(lines)} counts of faults", "value": "all as they must be"}]
    )


def of_the_api(database, report):
    """11: every parameter the API knows and does not."""
    if not (ROOT / ".venv-drills/bin/st").exists():
        report.skip("11", database.name, "API fuzzed", "0 × 5xx", "make .venv-drills/installed first")
        return
    done = subprocess.run(
        [sys.executable, "deploy/drills/api.py"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.url if database.name == "PostgreSQL" else "", "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    cases = re.findall(r"([\d,]+) (?:generated|passed)", done.stdout)
    report.add("11", database.name, "API fuzzed by schemathesis; hostile addresses are in the suite", "0 × 5xx",
               f"{cases[0] if cases else '?'} cases, exit code {done.returncode}", done.returncode == 0)  # fmt: skip


def timed(kind, folder, wanted, report):
    """Figures of one installation of one database, one after the other."""
    data = folder / kind.name
    data.mkdir()
    database = kind(data)
    portal = Portal(data, database)
    steps = [
        ({16, 17} if kind is Postgres else set(), faults_database.database_drills, True),
        ({21, 22}, faults_processes.process_drills, True),
        ({13, 14}, figures_front.front_figures, True),
        ({1, 2, 3}, figures_tree.tree_figures, True),
        ({24}, faults_migration.migrated_while_serving, True),
        ({19} if kind is Sqlite else set(), faults_database.power_cut, False),
        ({20}, faults_crash.crash_drills, False),
        ({23}, figures_backup.backups, False),
    ]
    try:
        portal.prepare()
        for numbers, run, is_served in steps:
            if numbers & wanted:
                guarded(numbers, kind.name, report, _with, run, is_served, portal, report)
        portal.stop()
        if 18 in wanted and kind is Sqlite:
            guarded(
                {18}, kind.name, report, faults_database.disk_full, lambda at: Portal(at, Sqlite(at)), folder, report
            )
        if 11 in wanted:
            guarded({11}, kind.name, report, of_the_api, database, report)
    finally:
        portal.stop()
        database.close()


def _with(run, is_served, portal, report):
    """A drill, on a portal that serves or does not."""
    if is_served and not portal.server:
        portal.start()
    elif not is_served:
        portal.stop()
    run(portal, report)


def guarded(numbers, database, report, run, *words):
    """One drill that breaks must not take the others with it."""
    began = time.monotonic()
    try:
        run(*words)
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        for number in sorted(numbers):
            if not any(figure_of(row.key) == number and row.database == database for row in report.rows):
                said = str(error).strip().splitlines() or [repr(error)]
                report.add(str(number), database, "the drill itself broke", "–", said[-1][:150], False)
    print(f"     {sorted(numbers)}: {time.monotonic() - began:.0f} s", flush=True)


def measure(wanted):
    """All rows of the figures wanted."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="lantai-scoreboard-") as name, ThreadPoolExecutor(2) as two:
        for kind in (Sqlite, Postgres) if wanted - ALONE else ():
            timed(kind, Path(name), wanted, report)
        jobs = [
            two.submit(guarded, {number}, "SQLite", report, passed, number, report) for number in SUITE.keys() & wanted
        ]
        if wanted & {5, 6, 7}:
            jobs.append(two.submit(guarded, wanted & {5, 6, 7}, "SQLite", report, of_markup, wanted, report))
        for job in jobs:
            job.result()
    if 12 in wanted:
        report.skip("12", "–", "scanners with a canary", "0, canary found", "no scanner is part of the drills")
    return report.rows


def machine():
    """The machine in general words."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[2]:.1f} in the last quarter of an hour"


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
        f"| {row['key']} | {row['drill']} | {row['database']} | {HOW[figure_of(row['key'])]} | {row['target']} | "
        f"{row['result'].replace('|', '/')} | {marks[row['met']]} | {row['on']} |"
        for row in rows
    ]
    return "\n".join(lines)


def written(rows, seconds):
    """Keep the results and put the table where it stands in the page."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    held = sum(row["met"] is True for row in rows)
    text = (
        f"{BEGIN}\n{held} of {len(rows)} rows hold, {sum(row['met'] is None for row in rows)} not measured. "
        f"The last run took {seconds / 60:.0f} minutes on {machine()}.\n\n{table(rows)}\n{END}"
    )
    page = PAGE.read_text()
    PAGE.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: text, page, flags=re.DOTALL))


def main():
    """Run, keep, print; the exit code."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--only", default="", help="numbers of figures, by commas")
    chosen = words.parse_args()
    os.chdir(ROOT)
    wanted = {int(word) for word in chosen.only.split(",") if word} or set(HOW)
    began = time.monotonic()
    found = [asdict(row) | {"on": str(dt.date.today())} for row in measure(wanted)]
    kept = [row for row in stored() if figure_of(row["key"]) not in wanted]
    rows = sorted([*kept, *found], key=lambda row: (figure_of(row["key"]), row["key"], row["database"] != "SQLite"))
    written(rows, time.monotonic() - began)
    print(f"\n{table(found)}")
    return int(any(row["met"] is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
