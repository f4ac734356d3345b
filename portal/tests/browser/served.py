"""The portal as `make run` serves it, with its demonstration and a database of its own, for tests that read."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings

STARTS_WITHIN_SECONDS = 60
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


class Served:
    """A running portal: `url`, and `ask()` for facts of its database."""

    def __init__(self, url, environment):
        self.url, self.environment = url, environment

    def __add__(self, path):
        return self.url + path

    def __str__(self):
        return self.url

    def ask(self, expression):
        """The value of a Python expression over the models, through JSON."""
        code = f"import json; from disclosure.models import *; print(json.dumps({expression}))"
        return json.loads(self.manage("shell", "--verbosity", "0", "-c", code))

    def manage(self, *words):
        """Run a command of manage.py; its output."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.environment,
            cwd=settings.BASE_DIR,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout


@contextmanager
def serve(folder):
    """Set up, seed and serve the portal from `folder`."""
    with _database(folder) as address, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        environment = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_", "COV_"))
            },
            "DEMO": "1",
            "SECRET_KEY": "for-tests-only-" * 4,
            "DATA_DIR": str(folder),
            "DATABASE_URL": address,
            "BIND": bind,
            "WEB_CONCURRENCY": "1",
            "LOG_LEVEL": "WARNING",
        }
        portal = Served(f"http://{bind}", environment)
        for command in (("migrate", "--noinput"), ("collectstatic", "--noinput"), ("seed",)):
            portal.manage(*command, "--verbosity", "0")
        with _gunicorn(portal, folder / "gunicorn.log"):
            yield portal


@contextmanager
def _gunicorn(portal, log):
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "portal.wsgi"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command, env=portal.environment, cwd=settings.BASE_DIR, stdout=output, stderr=output, start_new_session=True
        )
        try:
            _wait_for(portal.url + "/healthz/live", server, log)
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
def _database(folder):
    """A new database beside that of the tests: a file, or one more on the same PostgreSQL."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"demonstration_{WORKER}"
    address = urlsplit(os.environ["DATABASE_URL"])
    _execute(address.geturl(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield address._replace(path=f"/{name}").geturl()
    _execute(address.geturl(), f"DROP DATABASE {name} WITH (FORCE)")


def _execute(address, *statements):
    connection = psycopg2.connect(address)
    try:
        connection.autocommit = True  # CREATE DATABASE stands outside transactions
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
