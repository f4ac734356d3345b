"""Strangers who want files nobody has made and try passwords, without pause: kept pages go on, and
every file comes in the end.

    .venv/bin/python deploy/drills/dear_work.py [strangers] [seconds]

On SQLite and, where DATABASE_URL names one, PostgreSQL. Says what honest readers saw before and
meanwhile, what the strangers were told, and how long the last file took after they had gone, with a
worker beside the web processes. Ends with 1 where a target is missed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from load import Load
from loopback import ROOT, Form, Portal, Postgres, Sqlite

STRANGERS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
SLOWEST = 0.5  # seconds, p99 of kept pages on two cores that make files at the same time
FILES = """
import json
from disclosure.models import Item
print(json.dumps([item.get_absolute_url().rstrip("/") + ".pdf" for item in Item.objects.published().filter(annual_report=None)[:60]]))
"""


def besiege(portal, files, told, stop, number):
    """One stranger: now a file, now a password, at once again."""
    form, step = None, number
    while not stop.is_set():
        try:
            if number % 2:
                form = form or Form(portal)
                told["sign-in", form.post(username=f"stranger-{number}-{step}")[0]] += 1
            else:
                told["file", portal.ask(files[step % len(files)])[0]] += 1
        except OSError as error:
            told["error", type(error).__name__] += 1
        step += 7


def seen(load):
    """(number of answers, failures, median, 99th hundredth) of kept pages, in seconds."""
    pages = [answer for answer in load.answers if answer.kind != "form"]
    times = sorted(answer.seconds for answer in pages)
    failed = sum(answer.status != 200 for answer in pages)
    return len(pages), failed, statistics.median(times), times[int(len(times) * 0.99)]


def every_file(portal, files):
    """Seconds until each file has been given out, asked for as a browser does: again after a while."""
    began, left = time.monotonic(), list(files)
    while left and time.monotonic() - began < 180:
        left = [path for path in left if portal.ask(path)[0] != 200]
        if left:
            time.sleep(1)
    return time.monotonic() - began, len(left)


def drill(database):
    """One database; whether the targets were met."""
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as name:
        database = database(Path(name))
        portal = Portal(name, database)
        portal.prepare()
        files = json.loads(portal.manage("shell", "-v", "0", "-c", FILES).strip().splitlines()[-1])
        portal.start()
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work", "-v", "0"], cwd=ROOT, env=portal.environment
        )
        try:
            portal.warm()
            with Load(portal) as quiet:
                time.sleep(5)
            told, stop = Counter(), threading.Event()
            strangers = [
                threading.Thread(target=besiege, args=(portal, files, told, stop, number))
                for number in range(STRANGERS)
            ]
            with Load(portal) as besieged:
                for stranger in strangers:
                    stranger.start()
                time.sleep(SECONDS)
                stop.set()
                for stranger in strangers:
                    stranger.join(60)
            seconds, missing = every_file(portal, files)
        finally:
            worker.terminate()
            worker.wait(120)
            portal.stop()
            database.close()
    return report(database.name, seen(quiet), seen(besieged), told, seconds, missing)


def report(name, quiet, besieged, told, seconds, missing):
    """Print what was seen."""
    print(f"{name}: {STRANGERS} strangers, {SECONDS} s")
    for when, (number, failed, median, slowest) in (("before", quiet), ("meanwhile", besieged)):
        print(
            f"  kept pages {when}: {number} answers, {failed} failed, p50 {median * 1000:.0f} ms, p99 {slowest * 1000:.0f} ms"
        )
    print(
        f"  strangers were told: {', '.join(f'{kind} {status}: {count}' for (kind, status), count in sorted(told.items(), key=str))}"
    )
    print(f"  all files given out {seconds:.0f} s after they had gone, {missing} missing")
    return besieged[1] == 0 and besieged[3] < SLOWEST and missing == 0


def main():
    """SQLite, and PostgreSQL where its wheel is there."""
    chosen = os.environ.pop("ONLY", "sqlite,postgresql").split(",")
    kinds = [kind for kind in (Sqlite, Postgres) if kind.name.lower() in chosen]
    if not all(drill(kind) for kind in kinds):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
