"""`make drill-faults`: what readers and clerks see while something breaks, on SQLite and on a
PostgreSQL of the drill's own.

    .venv/bin/python deploy/drills/faults.py [--only sqlite|postgresql] [--json FILE] [--drills
    database,disk,processes,…]

Takes about eight minutes. Exits with 1 where a target was missed. What needs root, a program or a
library that is not there is skipped and says so.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import faults_crash
import faults_database
import faults_desk
import faults_migration
import faults_processes
from loopback import ROOT, Portal, Postgres, Sqlite
from report import Report

DRILLS = ("database", "processes", "migration", "desk", "redis", "clock", "disk", "power", "crash")


def _while_serving(portal, report, drills):
    portal.start()
    if "database" in drills and isinstance(portal.database, Postgres):
        faults_database.database_drills(portal, report)
    if "processes" in drills:
        faults_processes.process_drills(portal, report)
    if "migration" in drills:
        faults_migration.migrated_while_serving(portal, report)
    if "desk" in drills:
        faults_desk.submissions_at_once(portal, report)
    portal.stop()


def _of_one(kind, folder, report, drills):
    data = folder / kind.name
    data.mkdir()
    database = kind(data)
    portal = Portal(data, database)
    try:
        portal.prepare()
        if drills & {"database", "processes", "migration", "desk"}:
            _while_serving(portal, report, drills)
        if "redis" in drills:
            faults_processes.redis_gone(
                lambda **more: Portal(data, database, **more), folder, report, database
            )
        if "clock" in drills:
            faults_processes.clock_moved(portal, report, folder)
        if "disk" in drills and kind is Sqlite:
            faults_database.disk_full(lambda place: Portal(place, Sqlite(place)), folder, report)
        if "power" in drills and kind is Sqlite:
            faults_database.power_cut(portal, report)
        if "crash" in drills:
            faults_crash.crash_drills(portal, report)
    finally:
        portal.stop()
        database.close()


def main():
    """Both databases, one after the other."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    words.add_argument("--json")
    words.add_argument("--drills", default=",".join(DRILLS))
    chosen = words.parse_args()
    os.chdir(ROOT)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="lantai-faults-") as name:
        for kind in (Sqlite, Postgres):
            if chosen.only in (None, kind.name.lower()):
                _of_one(kind, Path(name), report, set(chosen.drills.split(",")))
    return report.finish(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
