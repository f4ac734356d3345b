"""The portal as `make run` serves it, with its demonstration and a database of its own, for tests
that read, back up and restore.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings

STARTS_WITHIN_SECONDS = 60
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
# Made once for all processes of a test run, and copied: an installation whose tables are there, and
# one with the demonstration.
MIGRATED, SEEDED = "migrated", "seeded"


class Served:
    """A running portal: `url`, and `ask()` for facts of its database."""

    def __init__(self, url, environment):
        self.url, self.environment = url, environment
        self.process = None  # gunicorn, while it serves

    def __add__(self, path):
        return self.url + path

    def __str__(self):
        return self.url

    def ask(self, expression):
        """The value of a Python expression over the models, through JSON."""
        code = f"import json; from disclosure.models import *; print(json.dumps({expression}))"
        return json.loads(self.manage("shell", "--verbosity", "0", "-c", code))

    def manage(self, *words, **environment):
        """Run a command of manage.py; its output. One that fails raises AssertionError with what it
        said.
        """
        done = self.run(*words, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *words, **environment):
        """Run a command of manage.py, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            env={**self.environment, **environment},
            cwd=settings.BASE_DIR,
            text=True,
            capture_output=True,
            check=False,
        )


@contextmanager
def installation(folder, name="demonstration", *, like=None):
    """An installation in `folder` with a database of its own, empty or like MIGRATED or SEEDED;
    nothing runs yet.
    """
    with _database(folder, f"{name}_{WORKER}", like) as address:
        yield _installed(folder, address)


def _installed(folder, address):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    own = ("DJANGO_", "PYTEST_", "COV_")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(own)
    } | {
        "DEMO": "1",
        "SECRET_KEY": "for-tests-only-" * 4,
        "DATA_DIR": str(folder),
        "DATABASE_URL": address,
        "BIND": bind,
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
    }
    return Served(f"http://{bind}", environment)


@contextmanager
def _shared(folder, name):
    """A folder of all processes of a test run, to be filled by the first that comes; the others
    wait until it is.
    """
    shared = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared / name


def collect_static(portal, folder):
    """Static files for the installation: hashed and compressed once for all installations of a test
    run.
    """
    folder.mkdir(exist_ok=True)
    with _shared(folder, "collected") as collected:
        if not collected.is_dir():
            portal.manage("collectstatic", "--noinput", "--verbosity", "0", DATA_DIR=str(collected))
    (folder / "static").symlink_to(collected / "static")


@contextmanager
def serve(folder):
    """Serve the portal with its demonstration from `folder`."""
    with installation(folder, like=SEEDED) as portal:
        collect_static(portal, folder)
        with _gunicorn(portal, folder / "gunicorn.log"):
            yield portal


@contextmanager
def _template(folder, kind):
    """An installation that nobody serves or changes.

    Held while it is copied: PostgreSQL copies no database that another connection is copying. Its
    database there stays until the next run, since no process knows that it is the last.
    """
    with _shared(folder, kind) as made:
        if not made.is_dir():
            name = _name_of(kind)
            _execute_where_served(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            _make_database(made, name, MIGRATED if kind == SEEDED else None, beside=folder)
            words = ("seed",) if kind == SEEDED else ("migrate", "--noinput")
            _installed(made, _address(made, name)).manage(*words, "--verbosity", "0")
        yield made


def _name_of(kind):
    return f"template_{kind}"


def _make_database(folder, name, like, *, beside):
    """A database as a copy of a template, which is held until the copy is made, with its files; or
    an empty one.

    `beside`: a folder of this process, from which the place of the templates follows.
    """
    with ExitStack() as until_copied:
        template = ""
        if like:
            made = until_copied.enter_context(_template(beside, like))
            shutil.copytree(
                made, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static")
            )
            template = f"TEMPLATE {_name_of(like)}"
        _execute_where_served(f"CREATE DATABASE {name} {template}")


@contextmanager
def _gunicorn(portal, log):
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "portal.wsgi",
    ]
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            env=portal.environment,
            cwd=settings.BASE_DIR,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait_for(portal.url + "/healthz/live", server, log)
            portal.process = server
            yield
        finally:
            server.terminate()
            server.wait(40)


def _wait_for(address, server, log):
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=2).read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the portal did not start:\n{log.read_text()[-3000:]}")


@contextmanager
def _database(folder, name, like):
    """A new database beside that of the tests: a file, or one more on the same PostgreSQL."""
    _execute_where_served(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _make_database(folder, name, like, beside=folder)
    try:
        yield _address(folder, name)
    finally:
        _execute_where_served(f"DROP DATABASE {name} WITH (FORCE)")


def _address(folder, name):
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{folder / 'db.sqlite3'}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _execute_where_served(*statements):
    """Nothing on SQLite, where a database is a file of the folder."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        _execute(os.environ["DATABASE_URL"], *statements)


def _execute(address, *statements):
    connection = psycopg2.connect(address)
    try:
        connection.autocommit = True  # CREATE DATABASE stands outside transactions
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
