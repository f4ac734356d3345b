"""`make bench`: goal and result side by side, in docs/benchmarks.md with a plot; the figures in
bench/results/.

    make bench                                     everything
    make bench PARTS=pages,counting ROUNDS=3       some parts; the others keep their last figures, with their date
    make bench PARTS=lists SIZES=1000,1000000

Servers run on the first core and the load generator (wrk) on the second; ratios of one interleaved
run can be trusted, single figures only on the machine they were measured on.
"""

import argparse
import contextlib
import datetime as dt
import http.client
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench/results"
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from files import files  # noqa: E402
from front import front  # noqa: E402
from harness import CLIENTS, PERSON, Databases, ask, get, rate, run, serving  # noqa: E402

CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)/F.140"
ROLL_UP = "from disclosure.counting.rollup import roll_up; roll_up()"


class Peer:
    """A Wagtail site with the same columns and the same document, in an environment of its own
    (make .venv-peers/installed).
    """

    python = ROOT / ".venv-peers/bin/python"

    def __init__(self, databases, env, item, length):
        self.folder = databases.folder / "peer"
        self.folder.mkdir()
        columns = ask(
            env,
            "list(__import__('catalog.models').models.Category.objects.order_by('tree_id', 'lft').values_list('pk', 'parent', 'name'))",
        )
        document = ask(
            env,
            f"(lambda i: dict(column=i.category_id, title=i.title, source=i.source_name, document_number=i.document_number or '', "
            f"index_number=i.index_number, created_on=str(i.created_on), body=i.body))(Item.objects.get(pk={item}))",
        )
        told = json.dumps({"columns": columns, "document": document, "bytes": length})
        self.env = os.environ | {
            "DATA_DIR": str(self.folder),
            "PYTHONPATH": str(ROOT / "bench/peers"),
        }
        self.address = subprocess.run(
            [self.python, "bench/peers/prepare.py"],
            input=told, env=self.env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.strip().splitlines()[-1]  # fmt: skip

    def serving(self, **more):
        """The same server with one process and eight threads."""

        def command(port):
            return [str(self.python), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
                    "--threads", "8", "--no-control-socket", "peer_wsgi:application"]  # fmt: skip

        return serving(self.env, command=command, **more)


def pages(databases, options):
    """Kept pages against bare bytes and against a peer, in interleaved rounds."""
    env = databases.new("sqlite", "pages")
    item = ask(
        env,
        "Item.objects.published().filter(annual_report=None).exclude(body='').first().get_absolute_url()",
    )
    report = ask(env, "AnnualReport.objects.published().first().get_absolute_url()")
    kept = {"item": item, "report": report, "category": "/catalog/songbei-disclosure/", "home": "/"}
    with (
        serving(env) as (port, _),
        serving(env, "bare:application") as (bare, _),
        serving(env, PAGE_CACHE_MB="0") as (raw, _),
        contextlib.ExitStack() as more,
    ):
        targets, sizes = {}, {}
        for name, path in kept.items():
            for _ in range(3):
                _, headers, body = get(port, path)
            sizes[name] = len(body)
            targets[name] = (port, path, {})
            targets[f"bare, as {name}"] = (bare, f"/{len(body)}", {})
        get(port, item, **{"Accept-Encoding": "gzip"}), get(port, item, **{"Accept-Encoding": "br"})
        targets["item, not counted"] = (port, item, {"User-Agent": CRAWLER})
        targets["item, gzip"] = (port, item, {"Accept-Encoding": "gzip"})
        targets["item, brotli"] = (port, item, {"Accept-Encoding": "br"})
        targets["category, 304"] = (port, kept["category"], {"If-None-Match": "*"})
        targets["item, not kept"] = (raw, item, {})
        if Peer.python.exists():
            key = ask(
                env,
                "Item.objects.published().filter(annual_report=None).exclude(body='').first().pk",
            )
            peer = Peer(databases, env, key, sizes["item"])
            for name, keeps in (("Wagtail, wagtail-cache", "1"), ("Wagtail, not kept", "0")):
                where, _ = more.enter_context(peer.serving(KEEP=keeps))
                for _ in range(3):
                    status, _, body = get(where, peer.address)
                assert status == 200, body[:200]
                sizes[name], targets[name] = len(body), (where, peer.address, {})
        found = {name: [] for name in targets}
        for number in range(options.rounds):
            for name, (where, path, headers) in targets.items():
                found[name].append(rate(where, path, **headers))
                time.sleep(
                    1.5 if "not kept" in name else 0
                )  # what still waits there would slow the next down
            print(f"  round {number + 1} of {options.rounds}", flush=True)
    return {
        "rates": {name: round(statistics.median(rates)) for name, rates in found.items()},
        "bytes": sizes,
    }


# the cache of 64 MB is full after some 4,000; each page takes as long as it takes to make
DISTINCT = 100_000


def _resident(pid):
    """MB of a process."""
    said = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", said)[1]) / 1000


def memory(databases, options):
    """A worker's memory while it makes ever different pages: items as of a day, each an address of
    its own.
    """
    env = databases.new("sqlite", "memory")
    # No reports: each takes as long as twenty items, and is no larger for it.
    items = ask(
        env,
        "[item.get_absolute_url() for item in Item.objects.published().filter(annual_report=None)]",
    )
    with serving(env) as (port, process):
        get(port, "/")
        worker = _workers(process)[0]
        steps = [(0, round(_resident(worker)))]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(1, DISTINCT + 1):
            day = dt.date(2020, 1, 1) + dt.timedelta(days=number // len(items))
            connection.request(
                "GET", f"{items[number % len(items)]}?on={day}", headers={"User-Agent": PERSON}
            )
            connection.getresponse().read()
            if number % (DISTINCT // 10) == 0:
                steps.append((number, round(_resident(worker))))
                print(f"  {number:,} pages: {steps[-1][1]} MB", flush=True)
    return {"pages": DISTINCT, "steps": steps}


PUBLICATIONS = 20


def publication(databases, options):
    """From the commit of a publication until both of two servers show it on a page they keep."""
    found = {}
    for kind in options.databases:
        env, waited = databases.new(kind, "publication"), []
        with contextlib.ExitStack() as stack:
            ports = [stack.enter_context(serving(env, WEB_CONCURRENCY="2"))[0] for _ in "ab"]
            publisher = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "bench/publish.py"],
                    env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
            )  # fmt: skip
            for number in range(PUBLICATIONS):
                title = f"示例发布{number:03}号"
                for port in ports:
                    get(port, COLUMN)
                publisher.stdin.write(title + "\n")
                publisher.stdin.flush()
                at = float(publisher.stdout.readline())
                waited.append(max(_shown(port, title) for port in ports) - at)
            publisher.stdin.close()
        found[kind] = {
            "publications": PUBLICATIONS,
            "slowest": max(waited),
            "median": statistics.median(waited),
        }
    return found


COLUMN = "/catalog/procurement/"


def _shown(port, title):
    """The moment from which six answers in a row, of whichever worker, hold the title."""
    in_a_row, since = 0, 0.0
    while in_a_row < 6:
        is_there = title in get(port, COLUMN)[2].decode()
        since = (since or time.time()) if is_there else 0.0
        in_a_row = in_a_row + 1 if is_there else 0
    return since


class Load:
    """Readers of one item, each request another person; what was answered whole is acknowledged."""

    def __init__(self, path, ports):
        self.path, self.ports = path, ports
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.sent = self.acknowledged = 0
        self.threads = [
            threading.Thread(target=self._read, args=(number,)) for number in range(CLIENTS)
        ]

    def _read(self, who):
        serial = 0
        while not self.stopping.is_set():
            serial += 1
            with self.lock:
                self.sent += 1
            try:
                status, _, _ = get(
                    self.ports[serial % len(self.ports)],
                    self.path,
                    **{"User-Agent": f"{PERSON} {who}.{serial}"},
                )
            except (OSError, http.client.HTTPException):
                continue
            if status == 200:
                with self.lock:
                    self.acknowledged += 1


def _workers(process):
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
    ).stdout
    return [int(word) for word in found.split()]


def _roll_up(env, name):
    """What one of the two servers has written into its journal."""
    own = {**env, "JOURNAL_DIR": f"{env['DATA_DIR']}/journal-{name}"}
    run("manage.py", "shell", "-v0", "-c", ROLL_UP, env=own)


def counting(databases, options):
    """8 clients on one item of two servers with one database; workers are killed in between; then
    rolled up twice.
    """
    found = {}
    for kind in options.databases:
        env = databases.new(kind, "counting")
        pk, before, path = ask(
            env,
            "(lambda i: [i.pk, i.view_count, i.get_absolute_url()])(Item.objects.published().filter(annual_report=None).first())",
        )
        with contextlib.ExitStack() as stack:
            machines = [
                stack.enter_context(
                    serving(
                        env, JOURNAL_DIR=f"{env['DATA_DIR']}/journal-{name}", WEB_CONCURRENCY="2"
                    )
                )
                for name in "ab"
            ]
            load, killed = Load(path, [port for port, _ in machines]), 0
            for thread in load.threads:
                thread.start()
            for _ in range(4):
                time.sleep(3)
                for _, process in machines:
                    for worker in _workers(process)[:1]:
                        os.kill(worker, signal.SIGKILL)
                        killed += 1
                for name in "ab":
                    _roll_up(env, name)
            time.sleep(2)
            load.stopping.set()
            for thread in load.threads:
                thread.join()
        for name in "abab":
            _roll_up(env, name)
        counted = ask(env, f"Item.objects.get(pk={pk}).view_count") - before
        found[kind] = {
            "sent": load.sent, "acknowledged": load.acknowledged, "counted": counted, "killed": killed,
            "lost": max(0, load.acknowledged - counted), "doubled": max(0, counted - load.sent),
        }  # fmt: skip
    return found


def lists(databases, options):
    """Every kind of page at every size, on every database."""
    found = {}
    for kind in options.databases:
        for size in options.sizes:
            env = databases.new(kind, f"of_{size}")
            print(f"  {kind}, {size:,} items", flush=True)
            began = time.monotonic()
            run("bench/generate.py", size, env=env)
            made = time.monotonic() - began
            figures = json.loads(run("bench/lists.py", env=env).splitlines()[-1])
            found[f"{kind} {size}"] = {"generated": round(made), "pages": figures}
            if kind == "sqlite":
                (Path(env["DATA_DIR"]) / "db.sqlite3").unlink()
    return found


def searches(databases, options):
    """Recall and speed of search at every size, on every database."""
    found = {}
    for kind in options.databases:
        for size in options.sizes:
            env = databases.new(kind, f"searched_{size}")
            print(f"  {kind}, {size:,} items", flush=True)
            found[f"{kind} {size}"] = json.loads(
                run("bench/search.py", size, env=env).splitlines()[-1]
            )
            if kind == "sqlite":
                (Path(env["DATA_DIR"]) / "db.sqlite3").unlink()
    return found


PARTS = {
    "pages": pages,
    "counting": counting,
    "publication": publication,
    "memory": memory,
    "front": front,
    "files": files,
    "lists": lists,
    "searches": searches,
}


def machine():
    """The machine in general words."""
    model = ""
    with contextlib.suppress(OSError):
        model = (
            re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) or ["", ""]
        )[1]
    import django
    import gunicorn

    return f"{os.cpu_count()} cores, {model or platform.machine()}, Python {platform.python_version()}, Django {django.__version__}, gunicorn {gunicorn.__version__}"  # noqa: E501


def main():
    """Run the parts, keep their figures, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default="1000,100000")
    options = parser.parse_args()
    options.sizes = [int(size) for size in options.sizes.split(",")]
    options.databases = [
        "sqlite",
        *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []),
    ]
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lantai-bench-") as folder:
        databases, failed = Databases(folder), []
        for name in options.parts.split(","):
            print(name, flush=True)
            try:
                figures = PARTS[name](databases, options)
            except (
                Exception
            ):  # the other parts are measured all the same; the last figures of this one stay
                traceback.print_exc()
                failed.append(name)
                continue
            stored = {"measured_on": str(dt.date.today()), "machine": machine(), "figures": figures}
            (RESULTS / f"{name}.json").write_text(
                json.dumps(stored, ensure_ascii=False, indent=1) + "\n"
            )
    import report

    print(report.write())
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
