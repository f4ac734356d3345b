#!/usr/bin/env python3
"""How soon a withdrawal is gone: from two web processes that are two machines, from nginx, from its kept copies in an outage, from Redis.

    .venv/bin/python deploy/drills/withdrawn.py --prepared FOLDER     (DATABASE_URL: a seeded database; or .ci/with-postgres in front)

nginx, Redis and both web processes run on loopback from the files of this folder, as for `make drill-deploy`. Readers ask without a
pause while another process withdraws an item. Exits with 1 where it takes longer than promised, or an outage shows it again.
"""

import argparse
import contextlib
import http.client
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy/drills"), str(ROOT)]

import redis  # noqa: E402

from deploy import HOST, Drill  # noqa: E402
from portal.pagecache.promptness import GONE_WITHIN  # noqa: E402

ROUNDS = 5
READERS_PAUSE = 0.02  # seconds
NODES = ("8001", "8002")
_ITEMS = (
    "import json; from disclosure.models import Item; from django.utils import timezone;"
    "rows = Item.objects.published().filter(annual_report=None).order_by('-listed_at')[:%d];"
    "print(json.dumps([[one.index_number, one.title, one.get_absolute_url(), one.category.slug] for one in rows]))"
)
_PULL = (
    "import time; from disclosure.actions import pull_item; from disclosure.models import Item;"
    "item = Item.objects.get(index_number='%s'); pull_item(item=item, by=None); print(time.time())"
)


class Withdrawals(Drill):
    """Two machines: each web process has its own journals and its own mark; nginx stands on the first."""

    def mark(self, port):
        """The file by which that machine's nginx knows that its copies are old."""
        return self.folder / "data" / ("kept-copies-are-old" if port == NODES[0] else f"mark-{port}")

    def serve(self):
        """Everything started."""
        self.environment["LOG_LEVEL"] = "ERROR"
        self.start_redis()
        for port in NODES:
            self.environment |= self._as_machine(f"journal-{port}", self.mark(port))
            self.start_web(port)
        for port in NODES:
            self.wait_until_ready(port)
        # Whoever withdraws is a third process: what it clears at once is not what is measured.
        self.environment |= self._as_machine("journal-x", self.folder / "mark-x")
        self.start_nginx()
        time.sleep(1)

    def _as_machine(self, journal, mark):
        return {"JOURNAL_DIR": str(self.folder / journal), "KEPT_COPIES_MARK": str(mark)}

    def shell(self, code):
        """What a line of Python prints in the portal's shell."""
        return self.manage("shell", "-v", "0", "-c", code)

    def direct(self, port, path):
        """The page as one web process gives it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return connection.getresponse().read().decode("utf-8", "replace")

    def through(self, path):
        """The page as nginx gives it."""
        return self.ask(path)[2].decode("utf-8", "replace")

    def withdrawn(self, number, title, pages):
        """Seconds from the act until the last reader saw the item, and until the last machine's mark stood."""
        for port in NODES:
            self.mark(port).unlink(missing_ok=True)
        seen, stop = {"": 0.0}, threading.Event()

        def read(name, get, page):
            while not stop.is_set():
                asked = time.time()
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if title in get(page):
                        seen[name, page] = asked
                time.sleep(READERS_PAUSE)

        ways = {port: (lambda page, port=port: self.direct(port, page)) for port in NODES} | {"nginx": self.through}
        readers = [threading.Thread(target=read, args=(name, get, pages[0])) for name, get in ways.items()]
        readers += [threading.Thread(target=read, args=("nginx", self.through, pages[1]))]
        for reader in readers:
            reader.start()
        time.sleep(1)
        done = float(self.shell(_PULL % number).split()[-1])
        until = done + GONE_WITHIN + 3
        marked = {}
        while time.time() < until:
            for port in NODES:
                if port not in marked and self.mark(port).exists():
                    marked[port] = self.mark(port).stat().st_mtime
            time.sleep(0.05)
        stop.set()
        for reader in readers:
            reader.join()
        pages_gone = max(max(seen.values()) - done, 0.0)
        marks = max(marked.get(port, until) for port in NODES) - done
        return pages_gone, max(marks, 0.0)

    def outage(self, gone):
        """Both web processes die: what was withdrawn is in no kept copy that is shown, nor in a file after the purge, nor in Redis."""
        for port in NODES:
            self.stop(port, 9)
        pages = [page for _, _, pages in gone for page in pages]
        shown = [page for page in pages if any(title in self.through(page) for _, title, _ in gone)]
        kept = self.folder / "nginx" / "kept"
        subprocess.run([ROOT / "deploy/purge-kept", self.mark(NODES[0]), kept], check=True)
        files = [path for path in kept.rglob("*") if path.is_file()]
        store = redis.Redis(port=self.ports["redis"])
        stored = []
        for key in store.scan_iter("lantai:page:*"):
            with contextlib.suppress(zlib.error, TypeError):
                text = zlib.decompress(store.get(key)).decode("utf-8", "replace")
                stored += [key for _, title, _ in gone if title in text]
        return shown, files, stored, self.mark(NODES[0]).exists()


def measured(drill):
    """(what was found, whether it holds)."""
    drill.serve()
    rows = json.loads(drill.shell(_ITEMS % ROUNDS))
    gone, waits, marks = [], [], []
    for number, title, address, category in rows:
        pages = [address, f"/catalog/{category}/", f"/search/?q={quote(title[:12])}", f"{address}history/"]
        for page in pages:
            for _ in range(2):
                drill.through(page)
        if title not in drill.through(pages[0]):
            raise SystemExit(f"{pages[0]} does not show its title")
        seconds, mark = drill.withdrawn(number, title, pages)
        waits.append(seconds)
        marks.append(mark)
        gone.append((number, title, pages))
    shown, files, stored, is_marked = drill.outage(gone)
    is_good = max(*waits, *marks) <= GONE_WITHIN and not (shown or files or stored or is_marked)
    told = (
        f"{len(gone)} withdrawals: last seen after {max(waits):.1f} s at most, kept copies out of use after {max(marks):.1f} s;"
        f" in the outage {len(shown)} pages show it, after the purge {len(files)} files, in Redis {len(stored)} pages"
    )
    return told, is_good


def main():
    """Run it; the last line is for the scoreboard."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--prepared", type=Path, help="a data folder that is set up, as the scoreboard copies it")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="lantai-withdrawn-") as name:
        drill = Withdrawals(Path(name))
        Path(name).chmod(0o755)
        try:
            if chosen.prepared:
                (Path(name) / "data").symlink_to(chosen.prepared.resolve())
            else:
                drill.prepare()
            told, is_good = measured(drill)
        except SystemExit:
            for log in Path(name).glob("*.log"):
                print(log.name, re.sub(r"\n+", "\n", log.read_text())[-1500:], file=sys.stderr)
            raise
        finally:
            drill.stop_all()
    print(json.dumps({"told": told, "is_good": is_good}, ensure_ascii=False))
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main())
