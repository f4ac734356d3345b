"""The database restarted, stopped, frozen; the disk full: what readers see."""

import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from contextlib import closing

from load import Load, percentile, wait_until
from loopback import PAGES, ROOT, Form

PAGE_SHARE = 0.99
OUTAGE = "public pages >= 99 % (stale allowed), forms 503 + Retry-After, healthz p99 < 1 s, recovery < 2 s"


def idle_restart(portal, report):
    """Restarted while nobody reads: the first request of every pooled connection must not meet a
    dead one.
    """
    portal.warm()
    portal.database.stop()
    portal.database.start()
    time.sleep(1.2)  # what is known of the database is looked at once a second
    statuses = []

    def read(number):
        for step in range(6):
            statuses.append(portal.ask(PAGES[(number + step) % len(PAGES)])[0])
            statuses.append(portal.ask("/healthz/ready")[0])

    _together(read, 8)
    bad = sum(status >= 500 for status in statuses)
    report.add(
        "16",
        "PostgreSQL",
        "restarted while idle",
        "0 answers 5xx",
        f"{bad} of {len(statuses)} answers 5xx",
        bad == 0,
    )


def _together(work, number):
    threads = [threading.Thread(target=work, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def outage(portal, report, key, name, down, up, seconds):
    """`down()`, wait, `up()` under load."""
    portal.warm()
    form = Form(portal)
    with Load(portal, form=form) as load:
        began = time.time()
        down()
        time.sleep(seconds)
        up()
        ended = time.time()
        back = wait_until(lambda: _is_live(portal, form), 30)
        time.sleep(1)
    pages = load.of("page")
    ok = sum(answer.status == 200 for answer in pages) / len(pages)
    stale = sum(answer.is_stale for answer in pages)
    forms = load.of("form", began + 0.05, ended)
    refused = [answer for answer in forms if answer.status == 503 and answer.says_when]
    impolite = [
        answer
        for answer in forms
        if (answer.status != 503 and answer.status >= 500) or answer.status == 0
    ]
    impolite += [answer for answer in forms if answer.status == 503 and not answer.says_when]
    health = percentile([answer.seconds for answer in load.of("health")], 0.99)
    unhealthy = sum(answer.status != 200 for answer in load.of("health"))
    slowest = max(answer.seconds for answer in pages)
    result = (
        f"{ok:.2%} of {len(pages)} pages ({stale} stale, slowest {slowest:.1f} s); forms: {len(refused)} × 503 politely, "
        f"{len(impolite)} otherwise failed, of {len(forms)}, slowest {max((a.seconds for a in forms), default=0):.1f} s; "
        f"healthz p99 {health:.2f} s, {unhealthy} failed; live again after {back if back is None else round(back, 1)} s"
    )
    met = (
        ok >= PAGE_SHARE
        and not impolite
        and health < 1
        and not unhealthy
        and back is not None
        and back < 2
    )
    report.add(key, "PostgreSQL", name, OUTAGE, result, met)


def _is_live(portal, form):
    return "Warning" not in portal.ask("/reports/")[1] and form.post()[0] < 500


def database_drills(portal, report):
    """All of PostgreSQL's."""
    database = portal.database
    idle_restart(portal, report)
    outage(portal, report, "17a", "restarted under load", database.stop, database.start, 0)
    outage(portal, report, "17b", "stopped for 10 s", database.stop, database.start, 10)
    outage(portal, report, "17c", "frozen for 15 s (SIGSTOP)", database.freeze, database.thaw, 15)


DISK = "reads 100 %, writes kept or 503 + Retry-After, integrity ok, heals by itself"


def disk_full(make_portal, folder, report):
    """SQLite in a small file system that is filled to the last byte."""
    name = "disk full"
    if os.geteuid() != 0:
        report.skip("18", "SQLite", name, DISK, "mounting a small file system needs root")
        return
    place = folder / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        report.skip("18", "SQLite", name, DISK, "no small file system can be mounted here")
        return
    portal = make_portal(place)
    try:
        portal.prepare()
        portal.start()
        portal.warm()
        _fill_and_free(portal, place, report)
    finally:
        portal.stop()
        subprocess.run(["umount", str(place)], check=False)


def _sign_in(portal):
    status, headers, _ = Form(portal).post("clerk", "songbei-demo-2026")
    return status, "Retry-After" in headers


def _fill_and_free(portal, place, report):
    before = _sign_in(portal)[0]
    with (place / "filler").open("wb") as filler:
        block = b"0" * 65536
        try:
            while True:
                filler.write(block)
                filler.flush()
        except OSError:
            pass
    for _ in range(40):  # the last bytes
        try:
            with (place / f"filler-{_}").open("wb") as more:
                more.write(b"0" * 4096)
        except OSError:
            break
    with Load(portal) as load:
        writes = [_sign_in(portal) for _ in range(25)]
        # Pages that are not kept are read from the file.
        fresh = [portal.ask(f"/search/?q={number}")[0] for number in range(25)]
    reads = [answer.status for answer in load.of("page")] + fresh
    free = shutil.disk_usage(place).free
    for filler in place.glob("filler*"):
        filler.unlink()
    healed = wait_until(lambda: _sign_in(portal)[0] == before, 20)
    with closing(sqlite3.connect(place / "db.sqlite3")) as database:
        integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
    ok = sum(status == 200 for status in reads)
    refused = sum(status == 503 and polite for status, polite in writes)
    kept = sum(status == before for status, _ in writes)
    result = (
        f"{free} bytes free: reads {ok} of {len(reads)}; writes {refused} × 503, {kept} done, "
        f"{len(writes) - refused - kept} otherwise; integrity {integrity}; writes again "
        + (f"{healed:.1f} s after room came" if healed is not None else "not within 20 s")
    )
    met = (
        ok == len(reads)
        and refused + kept == len(writes)
        and refused > 0
        and integrity == "ok"
        and healed is not None
    )
    report.add("18", "SQLite", "disk full", DISK, result, met)


def power_cut(portal, report, trials=60):
    """A model of the disk, under the pragmas that the settings give; two other settings prove that
    the model finds something.
    """
    name, target = f"power cut, {trials} trials", "0 corrupt, 0 acknowledged lost"
    python = ROOT / ".venv-drills/bin/python"
    if not python.exists():
        report.skip("19", "SQLite", name, target, "make .venv-drills/installed first (apsw)")
        return
    code = "from django.conf import settings as s; print(s.DATABASES['default']['OPTIONS']['init_command'])"
    pragmas = portal.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1]
    done = subprocess.run(
        [str(python), str(ROOT / "deploy/drills/powercut.py"), pragmas, str(trials)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    product, canary = told["product"], told["normal"]["lost"] and told["off"]["corrupt"]
    result = (
        f"{product['corrupt']} corrupt, {product['lost']} lost (the same model: synchronous=NORMAL lost in "
        f"{told['normal']['lost']}, journal_mode=OFF corrupt in {told['off']['corrupt']})"
    )
    met = bool(canary) and not product["corrupt"] and not product["lost"]
    report.add("19", "SQLite", name, target, result, met)
