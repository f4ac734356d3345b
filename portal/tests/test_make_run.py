"""`make run` refuses what it must refuse before it changes anything."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from catalog.models import Department
from catalog.tests.builders import make_department

pytestmark = pytest.mark.any_database


def words_of_make(*words):
    """The commands that make would run, in order."""
    done = subprocess.run(
        ["make", "-n", "run", *words],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    return done.stdout


def test_it_asks_whether_it_may_before_it_migrates():
    words = words_of_make("BIND=0.0.0.0:8000", "PORT=8765")
    asked = [
        words.index(word)
        for word in ("deploy/gunicorn.conf.py\n", "seed --check", "manage.py migrate")
    ]
    assert asked == sorted(asked)


@pytest.mark.parametrize(
    ("bind", "code"),
    [("0.0.0.0:8000", 1), ("[::]:8000", 1), ("127.0.0.1:8000", 0), ("unix:/run/a", 0)],
)
def test_an_address_that_others_reach_is_refused_by_the_file_itself(bind, code):
    environment = {
        name: value for name, value in os.environ.items() if name != "TRUSTED_PROXY_COUNT"
    }
    done = subprocess.run(
        [sys.executable, "deploy/gunicorn.conf.py"],
        cwd=settings.BASE_DIR,
        env=environment | {"BIND": bind},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert ("没有启动" in done.stderr) == bool(code)


@pytest.mark.parametrize(("tables", "code"), [([], 0), (["others_of_somebody"], 1)])
def test_a_database_of_another_program_is_left_as_it_is(tables, code, tmp_path):
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as database:
        for table in tables:
            database.execute(f"CREATE TABLE {table} (id INTEGER)")
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO": "1",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "only-for-tests-" * 5,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "seed", "--check"],
        cwd=settings.BASE_DIR,
        env=environment | {"DATABASE_URL": f"sqlite:///{path}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert ("别的程序的数据表" in done.stderr) == bool(code)
    with sqlite3.connect(path) as database:
        assert [name for (name,) in database.execute("SELECT name FROM sqlite_master")] == tables


@pytest.mark.django_db
def test_a_district_of_ones_own_is_refused_by_the_look_too(settings):
    settings.DEMO = True
    call_command("seed", check=True)
    assert not Department.objects.exists()
    make_department("青山区财政局")
    with pytest.raises(CommandError, match="不是演示内容"):
        call_command("seed", check=True)
