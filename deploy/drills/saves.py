"""Two people at once against a model of the states, on both databases at the same time.

    MODEL_EXAMPLES=500 MODEL_STEPS=30 .venv/bin/python deploy/drills/saves.py

Each line says of which database it speaks. One that fails does not stop the other; ends with 1
where either failed.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

from loopback import ROOT

TEST = "disclosure/tests/test_two_people.py"
PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "--capture=sys",
    "--no-header",
    TEST,
)
STARTS = {  # database → the command, and what stands in its environment
    "SQLite": (PYTEST, {"DATABASE_URL": "sqlite:///test"}),
    "PostgreSQL": ((sys.executable, ".ci/with-postgres", *PYTEST), {}),
}


def run(name, failed):
    """The model on one database; `failed` takes its name where there is a difference."""
    command, own = STARTS[name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as folder:
        words = (*command, f"--basetemp={folder}/tmp")
        environment = {**os.environ, **own, "DATA_DIR": folder}
        running = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for line in running.stdout:
            print(f"{name}: {line.rstrip()}", flush=True)
    if running.wait():
        failed.append(name)
    print(f"{name}: over after {(time.monotonic() - began) / 60:.0f} minutes", flush=True)


def main():
    """Both, each in a thread of its own."""
    failed = []
    threads = [threading.Thread(target=run, args=(name, failed)) for name in STARTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"差异 / differences: {', '.join(sorted(failed))}")
    print("0 differences on both databases")


if __name__ == "__main__":
    main()
