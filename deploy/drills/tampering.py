"""Change every column of every table that a public page reads, in every row, past the portal.

Prints, per column and database, how many changes were tried and how many `verify_ledger` finds;
ends with 1 where one passes that is not named with its reason. An hour.
"""

import os
import subprocess
import sys
import tempfile

from loopback import ROOT

TEST = "opendata/tests/test_whole_state.py"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "-p", "no:cacheprovider", TEST)
STARTS = {  # database → the command, and what stands in its environment
    "SQLite": (PYTEST, {"DATABASE_URL": "sqlite:///test"}),
    "PostgreSQL": ((sys.executable, ".ci/with-postgres", *PYTEST), {}),
}


def main():
    """One database after the other; both are gone through whatever came of the first."""
    failed = []
    for name, (command, own) in STARTS.items():
        print(f"{name}:", flush=True)
        with tempfile.TemporaryDirectory(prefix="lantai-drill-") as folder:
            environment = {**os.environ, **own, "DATA_DIR": folder, "EVERY_ROW": "1"}
            if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
                failed.append(name)
    if failed:
        raise SystemExit(f"changes that nobody notices on {', '.join(failed)}")
    print("every change is noticed, or its column is named with the reason")


if __name__ == "__main__":
    main()
