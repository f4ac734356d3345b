"""An installation on loopback for drills: a database of its own, gunicorn as shipped, and requests
to it.
"""

import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib.machinery import SourceFileLoader
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "/",
    "/catalog/",
    "/catalog/personnel/",
    "/reports/",
    "/reports/songbei/2009/",
    "/guide/",
    "/register/",
    "/sitemap/",
)


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A PostgreSQL of the drill's own, which it may stop, freeze and start again."""

    name = "PostgreSQL"

    def __init__(self, folder):
        loader = SourceFileLoader("with_postgres", str(ROOT / ".ci/with-postgres"))
        module = importlib.util.module_from_spec(
            importlib.util.spec_from_loader("with_postgres", loader)
        )
        loader.exec_module(module)
        place = Path(tempfile.mkdtemp(prefix="lantai-drill-postgres-"))
        self.folder, self.server = place, module.PrivateServer(place)
        self.url = self.server.start()
        self.port = int(self.url.rpartition(":")[2].partition("/")[0])
        self.environment = {"DATABASE_URL": self.url, "PG_PROGRAMS": str(self.server.programs)}

    def stop(self):
        """A clean shutdown that cuts clients off (pg_ctl stop -m fast)."""
        self.server.process.send_signal(signal.SIGINT)
        self.server.process.wait(60)

    def start(self):
        """Start again on the same data and port."""
        if not self.server.serve(self.port):
            raise SystemExit("PostgreSQL did not start again")

    def _all(self):
        parent = str(self.server.process.pid)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", parent], capture_output=True, text=True, check=False
        )
        return [int(parent), *map(int, children.stdout.split())]

    def freeze(self):
        """SIGSTOP to every process of the server: connections stay open and nothing answers."""
        for process in self._all():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def thaw(self):
        """Go on."""
        for process in self._all():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def close(self):
        """Away with it."""
        self.thaw()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Sqlite:
    """A file in the data folder."""

    name = "SQLite"

    def __init__(self, folder):
        self.environment = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}

    def close(self):
        """Nothing runs."""


def new_database(database, folder, name, template=None):
    """The address of an empty database, or of a copy of another: a file in the folder, or one more
    on the same server.
    """
    if not isinstance(database, Postgres):
        return f"sqlite:///{folder}/db.sqlite3"  # a copy came with the folder
    connection = psycopg2.connect(database.url)
    connection.autocommit = True  # CREATE DATABASE stands outside transactions
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return urlsplit(database.url)._replace(path=f"/{name}").geturl()


class Portal:
    """The demonstration in `folder`, served by gunicorn with the shipped configuration. `code`: the
    folder whose manage.py is run.
    """

    code = ROOT

    def __init__(self, folder, database, **environment):
        self.folder, self.database, self.server = Path(folder), database, None
        self.port = free_port()
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(folder),
            "SECRET_KEY": "for-drills-only-" * 4,
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "WARNING",
            **(database.environment if database else {}),
            **environment,
        }

    def prepare(self):
        """Database, static files, demonstration content."""
        for words in ("migrate --noinput -v 0", "collectstatic --noinput -v 0", "seed -v 0"):
            self.manage(*words.split())

    def manage(self, *words, check=True, timeout=900, **environment):
        """Run a command of manage.py; what it said. Raises SystemExit where it fails and `check` is
        set.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=self.code,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if check and done.returncode:
            raise SystemExit(
                f"manage.py {' '.join(map(str, words))}:\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
            )
        return done.stdout + done.stderr

    def start(self, **environment):
        """Serve; returns once it answers."""
        log = (self.folder / "gunicorn.log").open("a")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "portal.wsgi",
        ]
        self.server = subprocess.Popen(
            command,
            cwd=self.code,
            env={**self.environment, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        until = time.monotonic() + 90
        while time.monotonic() < until and self.server.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("/healthz/ready")[0] == 200:
                    return
            time.sleep(0.2)
        raise SystemExit(
            f"The portal did not start:\n{(self.folder / 'gunicorn.log').read_text()[-3000:]}"
        )

    def workers(self):
        """Process numbers of gunicorn's workers."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.server.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(number) for number in listed.stdout.split()]

    def stop(self):
        """Stop serving."""
        if self.server:
            self.server.terminate()
            try:
                self.server.wait(45)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
                self.server.wait()
            self.server = None

    def ask(self, path, method="GET", body=None, *, timeout=45, **headers):
        """(status, headers, body) over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Host": f"127.0.0.1:{self.port}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def warm(self):
        """Have every worker keep every page: what is shown while the database is away."""
        for _ in range(12):
            for page in PAGES:
                self.ask(page)

    def script(self, name, *words, timeout=600):
        """The JSON that a script of this folder prints last, run inside the installation."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "deploy/drills" / name), *map(str, words)],
            cwd=ROOT,
            env={
                **self.environment,
                "PYTHONPATH": str(ROOT),
                "DJANGO_SETTINGS_MODULE": "portal.settings",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if done.returncode:
            raise SystemExit(f"{name}:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])


class Form:
    """A reader of the sign-in form, which needs the database to answer."""

    def __init__(self, portal):
        self.portal = portal
        _, headers, body = portal.ask("/admin/login/")
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        self.token = (
            body.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        )

    def post(self, username="nobody-of-this-name", password="wrong-" * 3):
        """(status, headers, body) of a sign-in."""
        return self.portal.ask(
            "/admin/login/",
            "POST",
            f"csrfmiddlewaretoken={self.token}&username={username}&password={password}",
            **{"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"},
        )
