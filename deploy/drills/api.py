"""`make drill-api`: the demonstration on loopback, its API asked by schemathesis everything its
description allows, and more.

The database is the one DATABASE_URL names (it is written to: one for drills alone), or a file of
its own. Exits with 1 where an answer is not as /api/v1/openapi.json says, or is a 5xx.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRILL = ROOT / ".venv-drills" / "bin" / "st"
EXAMPLES = os.environ.get("EXAMPLES", "60")
SECONDS_TO_START = 60


def environment(folder):
    """Of an installation in `folder`, open for a demonstration."""
    own = {"DEMO": "1", "DATA_DIR": folder, "SECRET_KEY": "for-drills-only-" * 4}
    own["DATABASE_URL"] = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/drill.sqlite3"
    return {**os.environ, **own}


def free_place():
    """Host and port on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def manage(env, *words):
    """A command of manage.py, which must succeed."""
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)


@contextmanager
def installed(*, is_seeded, **own):
    """(folder, variables) of an installation made for this run, or of the one that is ready in the
    folder named by `--prepared`.
    """
    if "--prepared" in sys.argv:
        folder = sys.argv[sys.argv.index("--prepared") + 1]
        yield folder, environment(folder) | own
        return
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder) | own
        manage(env, "migrate", "--noinput", "--verbosity", "0")
        manage(env, "collectstatic", "--noinput", "--verbosity", "0")
        if is_seeded:
            manage(env, "seed")
        yield folder, env


def known(env):
    """Path parameters of an item and a report that are there, as JSON."""
    code = (
        "import json; from disclosure.models import *; report = AnnualReport.objects.published().first();"
        "item = Item.objects.published().filter(annual_report=None).first();"
        "print(json.dumps([{'index_number': item.index_number},"
        " {'organ': report.department.slug, 'year': report.year}]))"
    )
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def wait_for(address, server):
    """Until the server answers. Raises SystemExit where it does not come up."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The portal did not start.")


def main():
    """Start, ask, stop; the exit code of the asking."""
    place = free_place()
    with installed(is_seeded=True, BIND=place, WEB_CONCURRENCY="1") as (folder, env):
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "portal.wsgi",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            wait_for(f"http://{place}/healthz/live", server)
            words = ["run", f"http://{place}/api/v1/openapi.json", "--max-examples", EXAMPLES]
            phases = ["--phases", "coverage,fuzzing", "--seed", "1"]
            hooks = {
                "SCHEMATHESIS_HOOKS": "api_hooks",
                "PYTHONPATH": str(ROOT / "deploy/drills"),
                "KNOWN": known(env),
            }
            return subprocess.run(
                [DRILL, *words, *phases], cwd=folder, env=env | hooks, check=False
            ).returncode
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    sys.exit(main())
