"""Figure 28: how soon a withdrawal is gone from every cache on every machine, and what an outage
shows of it.
"""

import shutil
import tempfile
from pathlib import Path

from withdrawn import GONE_WITHIN, drilled

WHAT = "withdrawn: pages of two web processes (as two machines), of nginx and of Redis, copies for an outage, an outage"
TARGET = f"gone within {GONE_WITHIN:.0f} s, no outage shows it"
PROGRAMS = ("nginx", "redis-server", "openssl")


def withdrawn(pattern, report):
    """28, on a copy of the demonstration."""
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        report.skip("28", pattern.database.name, WHAT, TARGET, f"there is no {', '.join(missing)}")
        return
    with tempfile.TemporaryDirectory(prefix="lantai-withdrawn-") as name:
        address = pattern.put(Path(name, "data"), "withdrawn")
        told, is_good = drilled(Path(name), address, _handed_over)
    report.add("28", pattern.database.name, WHAT, TARGET, told, is_good)


def _handed_over(drill):
    """The copy belongs to the service from now on."""
    drill.service.data_folder(drill.folder / "data")
    drill.manage("mend_modes")
