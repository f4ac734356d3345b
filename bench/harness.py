"""What every part of `make bench` uses: installations of its own, servers, a client, a load."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECONDS = 2
CLIENTS = 8


def environment(folder, address, **more):
    """The variables of an installation of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return own | {
        "DEMO": "1",
        "HTTPS": "0",
        "SECRET_KEY": "bench-only-" * 6,
        "DATA_DIR": str(folder),
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LOG_LEVEL": "CRITICAL",
        "WEB_CONCURRENCY": "1",
        **more,
    }


def run(*words, env):
    """Run one of our programs; its output."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        env=env,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def ask(env, expression):
    """The value of an expression over the models."""
    code = f"import json; from disclosure.models import *; print(json.dumps({expression}))"
    return json.loads(run("manage.py", "shell", "-v0", "-c", code, env=env))


class Databases:
    """Seeded databases: one is made, the others are copies of it."""

    def __init__(self, folder):
        self.folder, self.postgres = Path(folder), os.environ.get("DATABASE_URL", "")
        self.static = self.folder / "static"

    def new(self, kind, name):
        """(environment) of a seeded installation on a new database; None where there is no such
        database.
        """
        home = self.folder / f"{kind}-{name}"
        home.mkdir()
        if kind == "sqlite":
            if name != "base":
                shutil.copy(self.base(kind) / "db.sqlite3", home / "db.sqlite3")
            env = environment(home, f"sqlite:///{home / 'db.sqlite3'}")
        else:
            if name != "base":
                self.base(kind)
            self._create(f"bench_{name}", "bench_base" if name != "base" else "template1")
            env = environment(
                home, urlunsplit(urlsplit(self.postgres)._replace(path=f"/bench_{name}"))
            )
        if name == "base":
            run("manage.py", "migrate", "-v0", env=env)
            run("manage.py", "seed", "-v0", env=env)
        if not self.static.exists():
            run(
                "manage.py",
                "collectstatic",
                "--noinput",
                "-v0",
                env=env | {"DATA_DIR": str(self.folder)},
            )
        shutil.rmtree(home / "static", ignore_errors=True)
        (home / "static").symlink_to(self.static)
        return env

    def base(self, kind):
        """The folder of the seeded base."""
        home = self.folder / f"{kind}-base"
        if not home.exists():
            self.new(kind, "base")
        return home

    def _create(self, name, template):
        import psycopg2

        connection = psycopg2.connect(self.postgres)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection.close()


@contextlib.contextmanager
def serving(env, application="portal.wsgi", *, command=None, **more):
    """gunicorn as in production, or another command, on the first core. Gives its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "--pythonpath",
        "bench",
        application,
    ]
    words = command(port) if command else ours
    if shutil.which("taskset"):
        words = ["taskset", "-c", "0", *words]
    with (Path(env["DATA_DIR"]) / "gunicorn.log").open("a") as log:
        process = subprocess.Popen(
            words,
            env={**env, "BIND": f"127.0.0.1:{port}", **more},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield port, process
        finally:
            process.terminate()
            process.wait(40)


def get(port, path, **headers):
    """One page: (status, headers, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"User-Agent": PERSON, **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def rate(port, path, **headers):
    """Requests a second: wrk on the second core, else a loop of our own (slower than the server:
    ratios only).
    """
    if shutil.which("wrk"):
        words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s"]
        for name, value in ({"User-Agent": PERSON} | headers).items():
            words += ["-H", f"{name}: {value}"]
        if shutil.which("taskset"):
            words = ["taskset", "-c", str(min(1, os.cpu_count() - 1)), *words]
        said = subprocess.run(
            [*words, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
        ).stdout
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    connection, number, began = (
        http.client.HTTPConnection("127.0.0.1", port),
        0,
        time.perf_counter(),
    )
    while time.perf_counter() - began < SECONDS:
        connection.request("GET", path, headers={"User-Agent": PERSON, **headers})
        connection.getresponse().read()
        number += 1
    return number / (time.perf_counter() - began)
