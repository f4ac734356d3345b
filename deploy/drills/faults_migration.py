"""A migration applied by `manage.py upgrade` while readers read and long transactions hold the
tables open.
"""

import contextlib
import copy
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from load import Load, percentile
from loopback import ROOT

# A migration of the app of items, as a later version would bring it: a new column with a default of
# the database's own, and an index.
MIGRATION = '''"""Made by the drill, in its own copy of the code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "{last}")]
    operations = [
        migrations.AddField("item", "drilled", models.CharField(max_length=20, db_default="", default="")),
        migrations.AddIndex("item", models.Index(fields=["drilled"], name="drilled_at_upgrade")),
    ]
'''
NOT_CODE = shutil.ignore_patterns(".*", "var", "bench", "docs", "__pycache__")
TARGET = "0 errors, slowest page < 0.5 s"


# Holds the table until somebody has waited for it, two seconds more, and again after three.
LONG_READER = """
import time
from django.db import connection, transaction
from disclosure.models import Item
def is_waited_for():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
while True:
    with transaction.atomic():
        Item.objects.values_list("pk").first()
        print("reading", flush=True)
        while not is_waited_for():
            time.sleep(0.02)
        time.sleep(2)
    time.sleep(3)
"""


class LongReaders:
    """Exports that hold the table, one after the other: ALTER TABLE has to wait behind them."""

    def __init__(self, portal):
        self.command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LONG_READER]
        self.environment = portal.environment

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE
        )
        self.process.stdout.readline()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def _newer(portal):
    """(the same installation with a later version of the code, the name of the migration before
    that version's own).
    """
    with tempfile.TemporaryDirectory(prefix="lantai-newer-") as place:
        newer = copy.copy(portal)
        newer.code = shutil.copytree(ROOT, Path(place, "code"), ignore=NOT_CODE)
        folder = newer.code / "disclosure/migrations"
        last = max(path.stem for path in folder.glob("[0-9]*.py"))
        file = folder / f"{int(last[:4]) + 1:04}_drill_of_an_upgrade.py"
        file.write_text(MIGRATION.format(last=last))
        yield newer, last


def migrated_while_serving(portal, report):
    """The portal goes on with the code it has; the upgrade is made by a copy of it with one
    migration more.
    """
    pages = [f"/search/?q={number}" for number in range(60)] + [
        "/reports/",
        "/catalog/personnel/",
        "/",
    ]
    is_postgres = portal.database.name == "PostgreSQL"
    with _newer(portal) as (newer, last):
        with (
            Load(portal, pages=pages, pause=0.1) as load,
            LongReaders(portal) if is_postgres else contextlib.nullcontext(),
        ):
            began = time.time()
            said = newer.manage("upgrade", "--no-backup")
            took = time.time() - began
        newer.manage("migrate", "disclosure", last, "-v", "0")
    answers = load.of("page", began)
    slowest = max(answer.seconds for answer in answers)
    lost = [answer for answer in answers if answer.status != 200]
    waits = len(re.findall(r"次让开", said))
    result = (
        f"{len(lost)} errors of {len(answers)}, slowest {slowest:.2f} s (p99 {percentile([a.seconds for a in answers], 0.99):.2f} s); "
        f"upgrade in {took:.0f} s, gave way {waits} times"
    )
    met = not lost and slowest < 0.5 and "升级完成" in said and (waits > 0 or not is_postgres)
    report.add(
        "24", portal.database.name, "column and index added while serving", TARGET, result, met
    )
