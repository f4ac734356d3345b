"""`make drill-back`: up from the release before, some work, and back to it, on both databases.

The release's own code (git knows the commit that fixtures/releases/ names) makes and serves an
installation; this code upgrades and serves it, and something is published. Then both ways back, as
docs/operations.md has them: the old code on the database as it is, which keeps what was published
since, and the backup that `upgrade` took, restored by the old code into an empty place. Each time
readers ask.
"""

import json
import sys
import tempfile
from pathlib import Path

from figures_backup import empty_place
from loopback import PAGES, ROOT, Portal, Postgres, Sqlite

sys.path.insert(0, str(ROOT / "deploy"))

from release_fixture import code_of

HOST = {"Host": "www.example.gov.cn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
# An act of publication, by the code that runs.
ACT = (
    "from disclosure.acts import withdraw_item; from disclosure.models import Item; "
    "item = Item.objects.published().filter(annual_report=None).order_by('pk').first(); "
    "withdraw_item(item=item, by=None, reason='{reason}'); print(item.get_absolute_url())"
)


class Back:
    """One installation, up and back twice."""

    def __init__(self, database, folder, old_code):
        self.faults, self.old_code = [], old_code
        own = {
            "DEMO": "0",
            "HTTPS": "1",
            "ALLOWED_HOSTS": f"{HOST['Host']},127.0.0.1",
            "TRUSTED_PROXY_COUNT": "1",
        }
        own |= {"SITE_NAME": "示例区人民政府", "BACKUP_DIR": str(folder / "backups")}
        self.portal = Portal(folder / "data", database, **own)
        self.portal.folder.mkdir()

    def expect(self, what, is_so, said=""):
        """Note what is as promised, and what is not."""
        print(
            f"  {'ok  ' if is_so else 'FAIL'} {what}{'' if is_so else f': {str(said)[-1500:]}'}",
            flush=True,
        )
        if not is_so:
            self.faults.append(what)

    def serve(self, code):
        """Stop what serves, and serve with this code."""
        self.portal.stop()
        self.portal.code = code
        self.portal.start()

    def read(self, whose):
        """Every kind of page is answered."""
        answers = {page: self.portal.ask(page, **HOST)[0] for page in PAGES}
        self.expect(f"readers are served by the {whose}", set(answers.values()) == {200}, answers)

    def act(self, reason):
        """An act of publication; the page says what was done from then on."""
        address = (
            self.portal.manage("shell", "-v", "0", "-c", ACT.format(reason=reason))
            .strip()
            .splitlines()[-1]
        )
        self.portal.manage("tick")
        self.serve(self.portal.code)  # no copy of a worker's own
        self.expect(
            f"{reason}: done and shown", reason in self.portal.ask(address, **HOST)[2].decode()
        )
        return address

    def begin(self):
        """An installation of the release before."""
        self.portal.code = self.old_code
        for words in ("migrate --noinput -v 0", "collectstatic --noinput -v 0"):
            self.portal.manage(*words.split())
        self.portal.manage("seed", "-v", "0", DEMO="1", HTTPS="0")
        self.serve(self.old_code)
        self.read("old version")

    def up(self):
        """This code's upgrade while the old one serves. Nothing of the site but its name is set, as
        it was possible until then.
        """
        self.portal.code = ROOT
        kept = self.portal.manage("upgrade", "--former-defaults").split()
        if list(
            ROOT.glob("portal/migrations/*site_identity.py")
        ):  # the version that takes the defaults away
            is_listed, is_left = (
                "SITE_ID_CODE=2301090001" in kept,
                not any("SITE_NAME" in line for line in kept),
            )
            self.expect(
                "what had a default is listed, what is set is not", is_listed and is_left, kept
            )
        self.portal.environment |= dict(line.split("=", 1) for line in kept)
        said = self.portal.manage("upgrade")
        self.expect(
            "the upgrade backed up before it changed anything",
            said.index("已备份到") < said.index("修改数据库结构"),
            said,
        )
        [self.backup] = Path(self.portal.environment["BACKUP_DIR"]).glob("lantai-*.tar*")
        self.serve(ROOT)
        self.read("new version")
        page = self.portal.ask("/", **HOST)[2].decode()
        self.expect(
            "pages go on saying what they said", "示例区人民政府" in page and "2301090001" in page
        )

    def back_with_the_code(self, acted):
        """The old code on the database as it is."""
        self.expect(
            "the way back is open",
            "可以直接换回" in self.portal.manage("upgrade", "--way-back", self.old_code),
        )
        self.portal.code = self.old_code
        self.portal.manage("collectstatic", "--noinput", "-v", "0")
        self.serve(self.old_code)
        self.read("old version on the new schema")
        self.expect(
            "what was done since is kept", "升级以后" in self.portal.ask(acted, **HOST)[2].decode()
        )
        self.act("退回以后")
        self.portal.manage("verify")
        self.portal.manage("verify_ledger")

    def up_again(self):
        """Another day."""
        self.portal.code = ROOT
        self.portal.manage("upgrade")
        self.serve(ROOT)
        self.read("new version, once more")
        self.portal.manage("verify_ledger")

    def back_with_the_backup(self, acted):
        """The backup from before the upgrade, restored by the old code; what came after it is not
        there.
        """
        own = empty_place(self.portal, "back")
        for name in ("secret-key", "ledger-key"):
            if (key := self.portal.folder / name).exists():
                (Path(own["DATA_DIR"]) / name).write_bytes(key.read_bytes())
                (Path(own["DATA_DIR"]) / name).chmod(0o600)
        self.portal.stop()
        self.portal.environment |= own
        self.portal.code = self.old_code
        self.portal.manage("collectstatic", "--noinput", "-v", "0")
        said = self.portal.manage("restore", self.backup, timeout=900)
        self.expect(
            "the old version restores the backup and proves it", "全部核验通过" in said, said
        )
        self.serve(self.old_code)
        self.read("old version from the backup")
        self.expect(
            "as it was before the upgrade",
            "升级以后" not in self.portal.ask(acted, **HOST)[2].decode(),
        )

    def run(self):
        """All of it."""
        try:
            self.begin()
            self.up()
            acted = self.act("升级以后")
            self.back_with_the_code(acted)
            self.up_again()
            self.back_with_the_backup(acted)
        finally:
            self.portal.stop()


def main():
    """Both databases; the exit code."""
    newest = max(
        (ROOT / "fixtures/releases").glob("*/release.json"),
        key=lambda path: [int(part) for part in path.parent.name.split(".")],
    )
    faults = []
    for kind in (Sqlite, Postgres):
        with tempfile.TemporaryDirectory(prefix="lantai-back-") as name:
            folder = Path(name)
            database = kind(folder / "data")
            try:
                print(f"{newest.parent.name} and back ({kind.name})", flush=True)
                drill = Back(
                    database,
                    folder,
                    code_of(json.loads(newest.read_text())["commit"], folder / "old"),
                )
                drill.run()
                faults += drill.faults
            finally:
                database.close()
    print("every expectation was met" if not faults else f"{len(faults)} expectations were not met")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
