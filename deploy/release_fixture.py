"""Keep what a released version wrote: `make release-fixture VERSION=0.2.0 COMMIT=v0.2.0`.

Into fixtures/releases/VERSION/: `release.json`, the commit and the last migration of each app, and
`rows.json.xz`, every row of that version's own demonstration. From then on the tests upgrade it to
whatever the code has become, on both databases (portal/tests/test_releases.py), migrations may only
expand what it had (test_upgrade.py), and `make drill-deploy` upgrades a running server from that
commit. Run it with the packages that version wants.
"""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# `dumpdata` cuts moments to milliseconds, and the register's hashes are of the whole.
DUMP = """
import json, sys
from django.apps import apps
from django.core.serializers import serialize, sort_dependencies
models = sort_dependencies([(app, None) for app in apps.get_app_configs()], allow_cycles=True)
rows = [row for model in models for row in serialize("python", model._base_manager.order_by("pk"))]
json.dump(rows, sys.stdout, ensure_ascii=False, default=lambda value: getattr(value, "isoformat", value.__str__)())
"""


def main(version, commit):
    """Check out, seed, write down."""
    commit = commit_of(commit)
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        folder = Path(name)
        code, data = folder / "code", folder / "data"
        data.mkdir()
        code_of(commit, code)
        database = data / "db.sqlite3"
        environment = {
            **os.environ,
            "DEMO": "1",
            "SECRET_KEY": "for-tests-only-" * 4,
            "DATA_DIR": str(data),
            "DATABASE_URL": f"sqlite:///{database}",
        }
        for command in ("migrate --noinput", "seed"):
            _run(
                [sys.executable, "manage.py", *command.split(), "--verbosity", "0"],
                code,
                environment,
            )
        rows = _run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", DUMP],
            code,
            environment,
        )
        release = {"version": version, "commit": commit, "migrations": _last_migrations(database)}
    place = ROOT / "fixtures" / "releases" / version
    place.mkdir(parents=True, exist_ok=True)
    (place / "release.json").write_text(json.dumps(release, indent=1) + "\n")
    (place / "rows.json.xz").write_bytes(lzma.compress(rows, preset=9))


def commit_of(name):
    """The commit a tag or another name stands for."""
    return _run(["git", "rev-parse", f"{name}^{{commit}}"], ROOT).decode().strip()


def code_of(commit, folder):
    """Put the code as it was into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = _run(["git", "archive", commit], ROOT)
    subprocess.run(["tar", "--extract", "--no-same-owner", "-C", folder], input=archive, check=True)  # noqa: S603, S607
    return folder


def _run(command, folder, environment=None):
    return subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout


def _last_migrations(database):
    """{app: name}"""
    connection = sqlite3.connect(database)
    try:
        return dict(
            connection.execute(
                "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
            )
        )
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
