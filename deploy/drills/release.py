"""`make drill-release`: a contractor without internet. Builds the release, unpacks the offline
package, installs it with the network switched off and the distribution's own Python, and asks the
portal which version it is.
"""

import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "deploy" / "drills")]

from loopback import free_port  # noqa: E402  after the folders they lie in

from portal import __version__  # noqa: E402

PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable


def main() -> None:
    """Say each step; end with 1 at the first that fails."""
    archive = ROOT / "dist" / f"lantai-{__version__}-offline-{platform.machine()}.tar.gz"
    with tempfile.TemporaryDirectory(prefix="release-drill-") as folder:
        with tarfile.open(archive) as opened:
            opened.extractall(folder)
        code = Path(folder) / f"lantai-{__version__}"
        environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "DEMO": "1", "LANG": "C.UTF-8"}
        print("断网安装 / Installing with the network off …", flush=True)
        offline(["make", "install", f"PYTHON={PYTHON}"], code, environment)
        for command in (
            ["version"],
            ["migrate", "--verbosity=0"],
            ["collectstatic", "--noinput", "--verbosity=0"],
            ["check"],
        ):
            offline([".venv/bin/python", "manage.py", *command], code, environment)
        port = free_port()
        server = subprocess.Popen(
            [
                ".venv/bin/python",
                "-m",
                "gunicorn",
                "--config",
                "deploy/gunicorn.conf.py",
                "portal.wsgi",
            ],
            cwd=code,
            env={
                **environment,
                "PORT": str(port),
                "BIND": f"127.0.0.1:{port}",
                "WEB_CONCURRENCY": "1",
            },
        )
        try:
            said = asked(f"http://127.0.0.1:{port}/healthz/live")
        finally:
            server.terminate()
            server.wait()
        if __version__ not in said:
            sys.exit(f"版本不符 / Another version: {said}")
        print(f"断网安装成功 / Installed without a network: {said}")


def asked(address: str) -> str:
    """The answer of a server that is starting: half a minute at most."""
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    sys.exit(f"没有应答 / No answer: {address}")


def offline(command: list[str], code: Path, environment: dict[str, str]) -> None:
    """Run in a network namespace of its own, where there is nothing but this machine."""
    isolated = (
        ["unshare", "--net", *command]
        if os.geteuid() == 0
        else ["unshare", "--user", "--map-root-user", "--net", *command]
    )
    subprocess.run(isolated, cwd=code, env=environment, check=True)


if __name__ == "__main__":
    main()
