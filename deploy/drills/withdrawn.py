#!/usr/bin/env python3
"""`make drill-withdrawn`: how soon a withdrawal is gone from every cache, on both databases, and
whether an outage shows it again.

nginx, Redis and two web processes run on loopback from the files of deploy/, as for `make
drill-deploy`; each web process has journals and a mark of its own, so that for the portal they are
two machines. Readers ask without a pause while a third process withdraws an item. In the end both
web processes die. Exits with 1 where it takes longer than promised, or an outage shows what was
withdrawn.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import redis
from loopback import ROOT, Postgres, Sqlite

from deploy import HOST, Drill

sys.path.append(str(ROOT))

from portal.pagecache.promptness import GONE_WITHIN

ROUNDS = 5
READERS_PAUSE = 0.05  # seconds: two readers of one address stay below nginx's limit
NODES = ("8001", "8002")
_ITEMS = (
    "import json; from disclosure.models import Item;"
    "rows = Item.objects.published().filter(annual_report=None).order_by('-listed_at')[:60];"
    "rows = [one for one in rows if Item.objects.filter(title__contains=one.title).count() == 1][:{}];"
    "print(json.dumps([[one.index_number, one.title, one.get_absolute_url(), one.category.slug] for one in rows]))"
)
_PULL = (
    "import time; from disclosure.acts import pull_item; from disclosure.models import Item;"
    "item = Item.objects.get(index_number='{}'); pull_item(item=item, by=None); print(time.time())"
)


class Withdrawals(Drill):
    """Two machines: each web process has its own journals and its own mark; nginx stands on the
    first.
    """

    def __init__(self, folder, address):
        super().__init__(folder)
        self.environment |= {"DATABASE_URL": address, "LOG_LEVEL": "ERROR"}
        self.answers = Counter()
        self.lock = threading.Lock()

    def mark(self, port):
        """The file by which that machine's nginx knows that its copies are old."""
        return (
            self.folder / "data" / ("kept-copies-are-old" if port == NODES[0] else f"mark-{port}")
        )

    def serve(self):
        """Everything started. The present process, which withdraws, is a third machine: what it
        clears at once is not what is measured.
        """
        self.start_redis()
        for port in NODES:
            self.become(f"journal-{port}", self.mark(port))
            self.start_web(port)
        for port in NODES:
            self.wait_until_ready(port)
        self.become("journal-x", self.folder / "data/mark-x")
        self.start_nginx()
        time.sleep(1)

    def become(self, journal, mark):
        """Whatever is started next belongs to another machine."""
        self.environment |= {
            "JOURNAL_DIR": str(self.folder / "data" / journal),
            "KEPT_COPIES_MARK": str(mark),
        }

    def shell(self, code):
        """What a line of Python prints in the portal's shell."""
        return self.manage("shell", "-v", "0", "-c", code)

    def direct(self, port, path):
        """The page as one web process gives it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            return self.noted(answer.status, answer.read())

    def through(self, path):
        """The page as nginx gives it."""
        status, _, body = self.ask(path)
        return self.noted(status, body)

    def noted(self, status, body):
        """The text; a server that only answers with errors must not pass for one that shows nothing
        withdrawn.
        """
        with self.lock:
            self.answers[status] += 1
        return body.decode("utf-8", "replace")

    def read_on(self, title, pages, stop):
        """(moments, readers): readers of both web processes and of nginx, until `stop`; when each
        last asked and was shown the title.
        """
        seen = {}

        def read(name, get, page):
            while not stop.is_set():
                asked = time.time()
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if title in get(page):
                        seen[name, page] = asked
                time.sleep(READERS_PAUSE)

        ways = {port: (lambda page, port=port: self.direct(port, page)) for port in NODES} | {
            "nginx": self.through
        }
        readers = [
            threading.Thread(target=read, args=(name, get, page))
            for name, get in ways.items()
            for page in pages
        ]
        for reader in readers:
            reader.start()
        return seen, readers

    def withdrawn(self, number, title, pages):
        """Seconds from the act until the last reader saw the item, and until the last machine's
        mark stood.
        """
        for port in NODES:
            self.mark(port).unlink(missing_ok=True)
        stop = threading.Event()
        seen, readers = self.read_on(title, pages[:2], stop)
        time.sleep(1)
        began = time.time()
        done = float(self.shell(_PULL.format(number)).split()[-1])
        until, marked = done + GONE_WITHIN + 3, {}
        while time.time() < until:
            for port in NODES:
                if port not in marked and self.mark(port).exists():
                    marked[port] = self.mark(port).stat().st_mtime
            time.sleep(0.02)
        stop.set()
        for reader in readers:
            reader.join()
        if len(seen) < len(readers) or min(seen.values()) < began - 2:
            raise SystemExit(f"not every reader saw {pages[0]} before it was withdrawn: {seen}")
        where, last = max(seen.items(), key=lambda entry: entry[1])
        if last - done > GONE_WITHIN:
            print(f"  {title}: shown by {where} for {last - done:.1f} s", flush=True)
        return max(last - done, 0.0), max(
            max(marked.get(port, until) for port in NODES) - done, 0.0
        )

    def in_files(self, titles):
        """nginx's files in which one of the titles stands."""
        files = [path for path in (self.folder / "nginx/cache/lantai").rglob("*") if path.is_file()]
        return [
            path for path in files if any(title.encode() in path.read_bytes() for title in titles)
        ]

    def in_redis(self, titles):
        """Keys of kept pages in which one of the titles stands."""
        store, found = redis.Redis(port=self.ports["redis"]), []
        for key in store.scan_iter("lantai:page:*"):
            with contextlib.suppress(zlib.error, TypeError):  # gone meanwhile
                if any(title.encode() in zlib.decompress(store.get(key)) for title in titles):
                    found.append(key)
        return found

    def purge(self):
        """As lantai-purge.path does it on the first machine."""
        subprocess.run(
            [ROOT / "deploy/purge-kept", self.mark(NODES[0]), self.folder / "nginx/cache/lantai"],
            check=True,
        )

    def shown(self, pages, titles):
        """Which pages nginx shows with one of the titles."""
        return [page for page in pages if any(title in self.through(page) for title in titles)]


def pages_of(title, address, category):
    """Where an item's words stand."""
    return address, f"/catalog/{category}/", f"/search/?q={quote(title[:12])}", f"{address}history/"


def five_times(drill, rows):
    """(seconds until no page showed it, seconds until no kept copy was in use) of all rounds.
    SystemExit where nothing was kept at all.
    """
    waits, marks = [], []
    for number, title, address, category in rows:
        pages = pages_of(title, address, category)
        for page in pages * 2:
            drill.through(page)
        time.sleep(0.5)
        if not (drill.in_files([title]) and drill.in_redis([title])):
            raise SystemExit(
                f"{address} was not kept, so there is nothing to lose: {drill.in_files([title])}, {drill.in_redis([title])}"
            )
        seconds, mark = drill.withdrawn(number, title, pages)
        waits.append(seconds)
        marks.append(mark)
    return waits, marks


def outage(drill, gone, last):
    """Both web processes die. What shows it all the same: {what is said of it: what should not be}.
    `last` is withdrawn only then.
    """
    titles = [title for _, title, *_ in gone]
    pages = [
        page for _, title, address, category in gone for page in pages_of(title, address, category)
    ]
    number, title, address, category = last
    for page in (address, "/guide/"):
        drill.through(page)
    drill.purge()
    for page in (address, "/guide/") * 2:
        drill.through(page)
    time.sleep(0.5)
    for port in NODES:
        drill.stop(port, 9)
    found = {"pages show what was withdrawn before": drill.shown(pages, titles)}
    kept = [page for page in (address, "/guide/") if drill.ask(page)[0] != 200]
    found["pages that were kept and are not shown"] = kept
    drill.shell(_PULL.format(number))  # elsewhere: a command, another machine
    drill.become(f"journal-{NODES[0]}", drill.mark(NODES[0]))
    drill.manage("tick")  # this machine learns of it within the minute
    found["pages show what was withdrawn meanwhile"] = drill.shown(
        pages_of(title, address, category), [title]
    )
    found["files of nginx hold it"] = (drill.purge(), drill.in_files([*titles, title]))[1]
    found["pages show it after the purge"] = drill.shown([*pages, address], [*titles, title])
    found["pages in Redis hold it"] = drill.in_redis([*titles, title])
    found["marks are left"] = [drill.mark(NODES[0])] if drill.mark(NODES[0]).exists() else []
    return found


def measured(drill):
    """(what was found, whether it holds)."""
    drill.serve()
    *rows, last = json.loads(drill.shell(_ITEMS.format(ROUNDS + 1)))
    waits, marks = five_times(drill, rows)
    errors = sum(number for status, number in drill.answers.items() if status >= 429)
    found = outage(drill, rows, last)
    bad = {what: some for what, some in found.items() if some}
    told = (
        f"{len(rows)} withdrawals: last seen after {max(waits):.1f} s at most, kept copies out of use after {max(marks):.1f} s, "
        f"{errors} errors of {sum(drill.answers.values())} answers; outage: "
    )
    told += (
        "; ".join(f"{len(some)} {what} ({some[0]})" for what, some in bad.items())
        or "nothing shows it, other pages are shown"
    )
    return told, max(*waits, *marks) <= GONE_WITHIN and not bad and not errors


def drilled(folder, address, fill=Drill.prepare):
    """Run it in a folder, with a database that `fill` fills; (what was found, whether it holds)."""
    drill = Withdrawals(folder, address)
    try:
        fill(drill)
        return measured(drill)
    except SystemExit:
        for log in folder.glob("*.log"):
            print(log.name, re.sub(r"\n+", "\n", log.read_text())[-1500:], file=sys.stderr)
        raise
    finally:
        drill.stop_all()


def main():
    """Both databases, or one; the exit code."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--databases", default="SQLite,PostgreSQL", help="one of them, or both")
    chosen, faults = words.parse_args().databases.split(","), 0
    os.chdir(ROOT)
    for kind in (Sqlite, Postgres):
        if kind.name not in chosen:
            continue
        with tempfile.TemporaryDirectory(prefix="lantai-withdrawn-") as name:
            database = kind(Path(name) / "data")
            try:
                told, is_good = drilled(Path(name), database.environment["DATABASE_URL"])
            finally:
                database.close()
        print(f"{'ok  ' if is_good else 'FAIL'} [{kind.name}] {told}", flush=True)
        faults += not is_good
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
