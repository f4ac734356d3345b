"""Several processes change the tree at once; it stays sound, on both databases."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from catalog.integrity import tree_faults
from catalog.models import Category
from catalog.tests.builders import make_category

PROCESSES, STEPS = 4, 25


def database_url():
    """The test database, as another process reaches it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, password = quote(values["USER"] or "", safe=""), quote(values["PASSWORD"] or "", safe="")
    return f"postgres://{user}:{password}@{quote(values['HOST'] or '', safe='')}:{values['PORT'] or ''}/{values['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_clerks_in_several_processes_leave_a_sound_tree():
    make_category("政务公开", slug="root")
    env = {**os.environ, "DATABASE_URL": database_url(), "SECRET_KEY": "x" * 50, "DEMO": "1"}
    command = [sys.executable, "-m", "catalog.tests.stress"]
    workers = [
        subprocess.Popen(
            [*command, str(seed), str(STEPS)],
            cwd=settings.BASE_DIR,
            env=env,
            stderr=subprocess.PIPE,
        )
        for seed in range(1, PROCESSES + 1)
    ]
    errors = [worker.communicate(timeout=120)[1].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * PROCESSES, "\n".join(errors)
    assert Category.objects.count() > PROCESSES
    assert tree_faults() == []
