"""A bulk import of 10,000 rows in the queue, while somebody else saves small things and readers
read.

    .venv/bin/python deploy/drills/large_import.py [rows]

On SQLite and, where it is there, PostgreSQL (ONLY=sqlite for one). Says how long another writer
waited at most, what readers saw of kept pages, how long both steps took and how much memory the
worker used. Ends with 1 where a target is missed.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from load import Load, percentile
from loopback import ROOT, Portal, Postgres, Sqlite

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
LONGEST_WAIT = 1.0  # seconds of a writer beside it
MOST_MEMORY = 400  # MB of the worker


def drill(database):
    """One database; whether the targets were met."""
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as name:
        database = database(Path(name))
        portal = Portal(name, database)
        portal.prepare()
        portal.start()
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work", "-v", "0"], cwd=ROOT, env=portal.environment
        )
        try:
            portal.warm()
            with Load(portal) as load:
                told = portal.script("large_import_hands.py", ROWS, timeout=7200)
            memory = _peak_memory(worker.pid)
        finally:
            worker.terminate()
            worker.wait(120)
            portal.stop()
            database.close()
    return report(database.name, told, load, memory)


def _peak_memory(process):
    """MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return 0


def report(name, told, load, memory):
    """Print what was seen; whether it is good enough."""
    pages = [answer for answer in load.answers if answer.kind != "form"]
    failed = sum(answer.status != 200 for answer in pages)
    slowest = percentile([answer.seconds for answer in pages], 0.99)
    print(
        f"{name}: {ROWS} rows, {told['made']} made; checked in {told['check']:.0f} s, written in {told['import']:.0f} s"
    )
    print(
        f"  another writer: {told['writes']} times, p50 {told['p50'] * 1000:.0f} ms, p99 {told['p99'] * 1000:.0f} ms, "
        f"at most {told['longest'] * 1000:.0f} ms; while rows could be seen in part: {told['halves']}"
    )
    print(
        f"  kept pages: {len(pages)} answers, {failed} failed, p99 {slowest * 1000:.0f} ms; worker {memory:.0f} MB"
    )
    print(json.dumps({"database": name, **told, "memory": memory}))
    is_whole = told["made"] == ROWS and told["halves"] == 0 and told["marks"] == 0
    return is_whole and told["longest"] < LONGEST_WAIT and memory < MOST_MEMORY and failed == 0


def main():
    """SQLite, and PostgreSQL where its wheel is there."""
    chosen = os.environ.pop("ONLY", "sqlite,postgresql").split(",")
    kinds = [kind for kind in (Sqlite, Postgres) if kind.name.lower() in chosen]
    if not all(list(map(drill, kinds))):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
