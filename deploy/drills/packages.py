"""Harm a package of reports and the nightly package in every way that needs no signing key.

Prints each tampering and whether the program in the package finds it, with the standard library
alone; ends with 1 where one passes.
"""

import os
import subprocess
import sys
import tempfile

from loopback import ROOT

TESTS = {
    "年度报告数据包（24 种）": "disclosure/tests/test_tampered_packages.py",
    "每夜的数据包（13 种）": "opendata/tests/test_tampered_nightly.py",
}
PYTEST = (sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "-p", "no:cacheprovider")


def main():
    """One package after the other; both are gone through whatever came of the first."""
    failed = []
    for name, test in TESTS.items():
        print(f"{name}:", flush=True)
        with tempfile.TemporaryDirectory(prefix="lantai-drill-") as folder:
            environment = {**os.environ, "DATABASE_URL": "sqlite:///test", "DATA_DIR": folder}
            if subprocess.run((*PYTEST, test), cwd=ROOT, env=environment, check=False).returncode:
                failed.append(name)
    if failed:
        raise SystemExit(f"tamperings that nobody notices: {', '.join(failed)}")
    print("37 of 37 are found")


if __name__ == "__main__":
    main()
