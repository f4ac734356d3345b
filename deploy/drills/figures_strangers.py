"""Figure 22: what strangers do to the shipped nginx, which runs as www-data, while honest people
read.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from front import Site
from loopback import PAGES
from strangers import KINDS, Readers, crowd

SECONDS = 15  # of each kind
TARGET = "honest readers 100 %, p99 < 100 ms, no process ends"
MOST_GATHERED = 12 * 24 * 1024**2  # bytes on nginx's disk: as many copies as are taken at once


def strangers(pattern, report):
    """Every kind, one after the other."""
    if not shutil.which("nginx"):
        for key, name in _keys():
            report.skip(key, pattern.database.name, name, TARGET, "there is no nginx")
        return
    folder = Path(tempfile.mkdtemp(prefix="lantai-strangers-"))
    folder.chmod(0o755)
    try:
        address = pattern.put(folder / "data", "strangers")
        _drilled(folder, address, pattern.database, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keys():
    return [(f"22{letter}", name) for letter, name in zip("abcde", KINDS, strict=True)]


def _drilled(folder, address, database, report):
    environment = {
        "DEMO": "1",
        "SECRET_KEY": "for-drills-only-" * 4,
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
    }
    site = Site(folder, folder / "data", os.environ | environment | {"DATABASE_URL": address})
    try:
        site.start()
        for (key, name), kind in zip(_keys(), KINDS.values(), strict=True):
            report.add(key, database.name, name, TARGET, *_one(site, kind))
    finally:
        site.stop()


def _one(site, kind):
    """(result, whether it holds)."""
    before, gathered = site.processes(), 0
    with Readers(site.nginx.https, PAGES):  # every worker has made every page
        time.sleep(3)
    with crowd(kind, site.nginx.https), Readers(site.nginx.https, PAGES) as readers:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            gathered = max(gathered, site.nginx.gathered())
            time.sleep(0.5)
    ended = len(set(before) - set(site.processes()))
    p99 = readers.slower_than(0.99)
    result = (
        f"{len(readers.answers) - len(readers.lost)} of {len(readers.answers)} answered, p99 {p99 * 1000:.0f} ms, "
        f"{ended} processes ended, {gathered / 1e6:.0f} MB gathered {readers.lost[:2] or ''}"
    )
    return result, not readers.lost and p99 < 0.1 and not ended and gathered <= MOST_GATHERED
