"""`make drill-procedures`: the commands of docs/operations.md, typed as written, on an empty
installation of either database.

Every step is a line or a part of a line that has to stand in the manual word for word; what stands
for something there (FILE, NAME, 2026 …) is filled in, and it is run by `sh` in the code's folder as
a production installation (no DEMO). Then what the manual promises of it is looked at. Left out:
what needs root (accounts, systemd, nginx), a container engine, or another machine. Exits with 1
where a step is not in the manual, fails, or does not do what is said.
"""

import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures_backup import empty_place
from loopback import ROOT, Portal, Postgres, Sqlite

MANUAL = re.sub(r"\s+", " ", (ROOT / "docs/operations.md").read_text())
PROGRAM = "deploy/lantai-manage "
HOST = {"Host": "www.example.gov.cn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
GONE_WITHIN = 3.0  # seconds
PUBLISHED = "from disclosure.models import Item; item = Item.objects.published().filter(annual_report=None).first(); "


class Walk:
    """One installation, walked through from the first command to the last."""

    def __init__(self, database, folder):
        self.folder, self.faults, self.done = folder, [], 0
        self.portal = Portal(folder, database, DEMO="0", HTTPS="1", ALLOWED_HOSTS="www.example.gov.cn", TRUSTED_PROXY_COUNT="1",
                             DATA_DIR=str(folder), BACKUP_DIR=str(folder / "backups"), SITE_NAME="示例区人民政府",
                             SITE_ID_CODE="0000000000", SITE_DOMAIN="www.example.gov.cn", SITE_ORGANISER="示例区政府办公室")  # fmt: skip
        del self.portal.environment["SECRET_KEY"]

    def expect(self, what, is_so, said=""):
        """Note what is as promised, and what is not."""
        self.done += 1
        print(
            f"  {'ok  ' if is_so else 'FAIL'} {what}{'' if is_so else f': {said[-1500:]}'}",
            flush=True,
        )
        if not is_so:
            self.faults.append(what)

    def type(self, line, *, exits=0, **filled):
        """Run a piece of the manual; what it said. `filled`: words of it and what stands in their
        place.
        """
        environment = self.with_variables(
            {**self.portal.environment, **filled.pop("environment", {})}
        )
        if re.sub(r"\s+", " ", line) not in MANUAL:
            self.expect(f"`{line}` stands in docs/operations.md", is_so=False)
        typed = line
        for word, value in filled.items():
            typed = typed.replace(word, str(value))
        if typed.startswith("manage.py"):
            typed = PROGRAM + typed.removeprefix("manage.py ")
        done = subprocess.run(
            ["sh", "-c", typed],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.expect(
            line,
            done.returncode == exits,
            f"exit code {done.returncode}: {done.stdout}{done.stderr}",
        )
        return done.stdout + done.stderr

    def with_variables(self, environment):
        """The environment, and what is the portal's in it as an environment file for
        `deploy/lantai-manage`.
        """
        path = self.folder / "lantai.env"
        own = {name: value for name, value in environment.items() if os.environ.get(name) != value}
        path.write_text("".join(f"{name}='{value}'\n" for name, value in own.items()))
        return {**environment, "LANTAI_ENV_FILE": str(path), "LANTAI_VENV": sys.prefix}

    def shell(self, code):
        """What a line of Python in the installation prints: preparation, not procedure."""
        return self.portal.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1:]

    def page(self, path):
        """Status of a page, as nginx asks for it."""
        return self.portal.ask(path, **HOST)[0]

    # --- The sections of the manual -----------------------------------------------------------
    def install(self):
        """Install, and content that the rest can be tried with."""
        key = self.folder / "secret-key"
        made = self.type("python3 -c 'import secrets; print(secrets.token_urlsafe(50))'")
        key.write_text(made)
        key.chmod(0o600)
        self.type(f"{PROGRAM}migrate")
        self.type(f"{PROGRAM}collectstatic --noinput")
        self.type(f"{PROGRAM}check --deploy")
        self.portal.manage("seed", "-v", "0", DEMO="1", HTTPS="0")
        self.portal.start()
        self.expect("/healthz/ready answers 200", self.portal.ask("/healthz/ready")[0] == 200)
        self.expect("the first page is served", self.page("/") == 200)

    def watch(self):
        """What is run by hand or by timers."""
        for line in (
            *(
                "manage.py check_tree",
                "manage.py verify_ledger",
                "manage.py verify",
                "manage.py tick",
                "manage.py sweep_files",
            ),
            *(
                "manage.py check_reports",
                "manage.py reindex",
                "manage.py read_attachments",
                "manage.py bulk_data",
            ),
            *("manage.py register_published", "manage.py roll_up_counts"),
        ):
            self.type(line)
        said = self.type("manage.py doctor")  # nothing grave
        self.expect("doctor says what to do", "→" in said, said)
        package = self.folder / "2026.zip"
        line = f"{PROGRAM}deposit_package --year 2026 /var/backups/lantai/2026.zip"
        self.type(line, **{"/var/backups/lantai/2026.zip": package, "--year 2026": "--year 2010"})
        self.expect("the package is there", package.exists())

    def back_up(self):
        """Back up and look at it."""
        self.type(f"{PROGRAM}backup --keep 14")
        self.file = max((self.folder / "backups").glob("lantai-*.tar*"))
        self.type(f"{PROGRAM}verify --backup FILE", FILE=self.file)

    def upgrade(self):
        """The same version once more."""
        self.type(f"{PROGRAM}upgrade --check")
        self.type(f"{PROGRAM}upgrade")
        self.type(
            "kill -HUP <process id of gunicorn's master>",
            **{"<process id of gunicorn's master>": self.portal.server.pid},
        )
        self.expect(
            "afterwards /healthz/ready answers 200", self.portal.ask("/healthz/ready")[0] == 200
        )

    def leaked(self):
        """Personal data has been published: pulled without the desk, and gone from the package of
        open data.
        """
        code = (
            f"{PUBLISHED}print(item.index_number, item.get_absolute_url(), item.title, sep='\\t')"
        )
        number, address, title = self.shell(code)[0].split("\t")
        self.expect("the page is public", title in self.portal.ask(address, **HOST)[2].decode())
        self.expect("and so is the data package", bool(self.packages()))
        self.type("manage.py pull_item 索引号", 索引号=number)
        time.sleep(GONE_WITHIN)  # "Within three seconds"
        answers = [self.portal.ask(address, **HOST) for _ in range(4)]  # of every process
        is_notice = all(
            number in body.decode() and title not in body.decode() for _, _, body in answers
        )
        self.expect("and is a notice then, which does not name it", is_notice, str(answers[0]))
        self.expect("the data package is taken away", not self.packages(), str(self.packages()))
        self.type("manage.py tick")
        text = gzip.decompress(self.packages()[-1].read_bytes()).decode() if self.packages() else ""
        self.expect(
            "and written anew without it", bool(text) and title not in text and number not in text
        )

    def packages(self):
        """The files of items in packages of open data."""
        return sorted(
            (self.folder / "bulk").glob("*-items.jsonl.gz"), key=lambda path: path.stat().st_mtime
        )

    def defaced(self):
        """Somebody wrote past the portal, which `verify` and `verify_ledger` find; the backup
        brings back what stood there.
        """
        self.shell(f"{PUBLISHED}Item.objects.filter(pk=item.pk).update(title='改过的标题')")
        said = self.type("manage.py verify_ledger", exits=1)
        self.expect(
            "verify_ledger names the entry whose page differs", "页面内容被改动过" in said, said
        )
        self.type("manage.py verify", exits=1)

    def lost(self):
        """The database is lost: restored into an empty place, which is then served."""
        self.portal.stop()
        own = empty_place(self.portal, "restored")
        there = {"environment": own}
        for name in (
            "secret-key",
            "ledger-key",
            "confidential-key",
        ):  # kept apart: the backup is not encrypted
            (Path(own["DATA_DIR"]) / name).write_bytes((self.folder / name).read_bytes())
            (Path(own["DATA_DIR"]) / name).chmod(0o600)
        self.type(f"{PROGRAM}collectstatic --noinput", **there)
        self.type(f"{PROGRAM}restore FILE", FILE=self.file, **there)
        self.type("manage.py verify", **there)
        self.portal.environment |= own
        self.portal.start()
        self.expect("the restored portal is served", self.page("/") == 200)

    def keys(self):
        """Rotate, unlock, reset."""
        self.type("manage.py ledger_key --rotate")
        self.type("manage.py verify_ledger")
        self.type("manage.py confidential_key --rotate")
        self.type("manage.py unlock_login NAME", NAME="office")
        self.type("manage.py reset_second_factor NAME", NAME="office")

    def run(self):
        """All of it, in the order in which an installation meets it."""
        sections = ("install", "watch", "back_up", "upgrade", "leaked", "defaced", "lost", "keys")
        try:
            for name in sections:
                print(f"{name} ({self.portal.database.name})", flush=True)
                getattr(self, name)()
        finally:
            self.portal.stop()


def main():
    """Both databases, or one; the exit code."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--databases", default="SQLite,PostgreSQL", help="one of them, or both")
    chosen, faults = words.parse_args().databases.split(","), []
    os.chdir(ROOT)
    for kind in (one for one in (Sqlite, Postgres) if one.name in chosen):
        with tempfile.TemporaryDirectory(prefix="lantai-procedures-") as name:
            database = kind(name)
            try:
                walk = Walk(database, Path(name))
                walk.run()
            finally:
                database.close()
            print(f"{kind.name}: {walk.done - len(walk.faults)} of {walk.done} as written")
            faults += walk.faults
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
