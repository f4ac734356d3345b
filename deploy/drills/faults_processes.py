"""Web processes killed and reloaded under load, Redis gone, a clock that is wrong."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from load import Load, wait_until
from loopback import PAGES, ROOT, Form, free_port


def _lost(load):
    pages = load.of("page")
    return pages, [answer for answer in pages if answer.status != 200]


def _told(load):
    pages, lost = _lost(load)
    retried = sum(answer.retried for answer in pages)
    errors = sorted({answer.error or str(answer.status) for answer in lost})[:2]
    return (
        f"{len(lost)} lost of {len(pages)} ({retried} asked again on a kept connection), slowest "
        f"{max(answer.seconds for answer in pages):.2f} s{' ' + '; '.join(errors) if errors else ''}"
    )


def worker_killed(portal, report):
    """kill -9 of a worker, five times."""
    with Load(portal, readers=6, pause=0.01) as load:
        for _ in range(5):
            os.kill(portal.workers()[0], signal.SIGKILL)
            time.sleep(2.5)
    name = "worker killed (-9) 5 times under load"
    report.add(
        "21b", portal.database.name, name, "<= 1 lost a kill", _told(load), len(_lost(load)[1]) <= 5
    )


def reloaded(portal, report):
    """HUP, four times."""
    with Load(portal, readers=6, pause=0.01) as load:
        for _ in range(4):
            portal.server.send_signal(signal.SIGHUP)
            time.sleep(4)
    report.add(
        "21a",
        portal.database.name,
        "graceful reload (HUP) 4 times under load",
        "0 lost",
        _told(load),
        not _lost(load)[1],
    )


def redis_gone(make_portal, folder, report, database):
    """The shared cache killed and started again under load."""
    name, target = "Redis killed for 3 s", "0 lost"
    if not shutil.which("redis-server"):
        report.skip("redis", database.name, name, target, "there is no redis-server")
        return
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)]
    redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    portal = make_portal(CACHE_URL=f"rediscache://127.0.0.1:{port}/0")
    try:
        portal.start()
        with Load(portal) as load:
            redis.kill()
            redis.wait()
            time.sleep(3)
            redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            time.sleep(2)
        report.add("redis", database.name, name, target, _told(load), not _lost(load)[1])
    finally:
        portal.stop()
        redis.kill()
        redis.wait()


CLOCK = "pages, sign-in and tick without an error; the register whole when the clock is right again"


def _library():
    found = [*(ROOT / ".venv-drills").glob("lib/python*/site-packages/**/libfaketime.so.1")]
    found += Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return found[0] if found else None


def clock_moved(portal, report, folder):
    """Two and four hundred days to and fro under the running server."""
    name = "clock moved by ±2 and ±400 days"
    library = _library()
    if library is None:
        report.skip("clock", portal.database.name, name, CLOCK, "there is no libfaketime")
        return
    stamp = folder / "faketime"
    stamp.write_text("+0d")
    lie = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(stamp),
        "FAKETIME_NO_CACHE": "1",
    }
    portal.start(**lie)
    faults, asked, unseen = [], 0, 0
    try:
        for offset in ("+2d", "-2d", "+400d", "-400d", "+0d"):
            stamp.write_text(offset)
            time.sleep(1.5)
            form = Form(portal)
            statuses = [*((page, portal.ask(page)[0]) for page in PAGES), ("form", form.post()[0])]
            statuses.append(("ready", portal.ask("/healthz/ready")[0]))
            asked += len(statuses)
            unseen += sum(status == 404 for _, status in statuses)
            faults += [f"{offset} {page}: {status}" for page, status in statuses if status >= 500]
            said = portal.manage("tick", check=False, **lie)
            faults += (
                [f"{offset} tick: {said[-150:]}"]
                if "没有办成" in said or "Traceback" in said
                else []
            )
        said = portal.manage("verify", check=False)
        faults += [said[-300:]] if "处问题" in said else []
    finally:
        portal.stop()
    result = f"{asked} answers and 5 ticks, {len(faults)} faults {faults[:2] or ''} ({unseen} × 404: published later than the clock says)"
    report.add("clock", portal.database.name, name, CLOCK, result, not faults)


def killed_and_reloaded(portal, report):
    """What costs no request, or one a kill."""
    reloaded(portal, report)
    worker_killed(portal, report)
    wait_until(lambda: portal.ask("/healthz/ready")[0] == 200, 20)


def process_drills(portal, report):
    """What one running portal is put through."""
    killed_and_reloaded(portal, report)
