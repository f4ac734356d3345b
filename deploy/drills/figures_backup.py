"""Backups of a portal that goes on publishing, each restored into an empty place that proves
itself; and of one with 10,000 items.
"""

import shutil
import threading
import time

from loopback import new_database

TIMES = 6  # on each of two databases
WRITES = """
import time
from disclosure.models import Item
from disclosure.acts import restore_item, withdraw_item
from django.contrib.auth.models import User
office = User.objects.get(username="office")
until = time.monotonic() + {seconds}
item = Item.objects.published().filter(annual_report=None).first()
while time.monotonic() < until:
    withdraw_item(item=item, by=office, reason="示例")
    restore_item(item=item, by=office, note="示例")
    time.sleep(0.05)
"""


def empty_place(portal, name):
    """Variables of an installation with nothing in it, of the same kind."""
    place = portal.folder / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return {"DATA_DIR": str(place), "DATABASE_URL": new_database(portal.database, place, name)}


def _restored(portal, file, name):
    """(whether it proved itself, seconds) of a restore into an empty place."""
    own = empty_place(portal, name)
    (portal.folder / name / "static").symlink_to(portal.folder / "static")
    began = time.monotonic()
    said = portal.manage("restore", file, check=False, **own)
    return ("恢复完成" in said, time.monotonic() - began, said)


def hot_backups(portal, report):
    """Backups of a portal that goes on publishing."""
    good, files = 0, []
    writing = threading.Thread(
        target=portal.manage, args=("shell", "-v", "0", "-c", WRITES.format(seconds=25))
    )
    writing.start()
    for number in range(TIMES):
        files.append(portal.folder / f"hot-{number}.tar")
        portal.manage("backup", files[-1])
    writing.join()
    told = []
    for file in files:
        is_good, _, said = _restored(portal, file, "restored")
        good += is_good
        told += [] if is_good else [said.strip()]
    for said in told:
        print(f"     {said[-1500:]}", flush=True)
    what = f" {told[0].splitlines()[-1][-150:]}" if told and told[0] else ""
    report.add("23a", portal.database.name, "hot backups restored into an empty place, verified", f"{TIMES}/{TIMES}",
               f"{good}/{TIMES}{what}", good == TIMES)  # fmt: skip


class Large:
    """An installation of its own with 10,000 items: how long until a restored one may serve."""

    def filled(self, large, report):
        """Filled and backed up, which is nobody's figure."""
        large.manage("seed", "--items", "10000", "-v", "0", timeout=900)
        self.file = large.folder / "large.tar"
        began = time.monotonic()
        large.manage("backup", self.file)
        self.took = time.monotonic() - began

    def restored(self, portal, report):
        """Restored into an empty place, against the clock."""
        is_good, seconds, said = _restored(portal, self.file, "restoredlarge")
        result = f"backup {self.took:.0f} s, restored and verified in {seconds:.0f} s"
        result += "" if is_good else f": {said[-150:]}"
        report.add("23b", portal.database.name, "10,000 items: until a restored portal may serve", "< 30 s", result,
                   is_good and seconds < 30)  # fmt: skip
