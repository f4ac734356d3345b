"""`make drill-scan`: the demonstration on loopback, searched by wapiti and sqlmap; and a page full
of holes, which both have to find.

The database is the one DATABASE_URL names (it is written to: one for drills alone), or a file of
its own. wapiti looks at every kind of page, with its forms and parameters, and follows no links:
what lies behind is alike. sqlmap asks some hundred questions of an address. Either is given up only
where it hangs, after SECONDS (1200) for a kind of attack or an address; what did not come to its
end is said. `--brief` asks a few pages the usual questions, in a minute. `--json FILE` writes what
was found. Exits with 1 where a scanner finds something in the portal, or nothing in the page with
holes. Left out of wapiti: what asks machines elsewhere.
"""

import html
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs, quote
from wsgiref.simple_server import WSGIRequestHandler, make_server

from api import ROOT, free_place, installed, wait_for

SCANNERS = ROOT / ".venv-scan" / "bin"
FOUND = "identified the following injection point"
# On a busy machine an address took sqlmap five minutes and a half, and a kind of attack wapiti
# three: every question is a page made anew.
SECONDS = os.environ.get("SECONDS", "1200")
BRIEF = "--brief" in sys.argv
MODULES = (
    "redirect,sql,xss"
    if BRIEF
    else "crlf,exec,file,ldap,permanentxss,redirect,sql,timesql,upload,xss"
)
# What sqlmap asks about: addresses whose parameters reach a query, with values that match
# something.
ASKED = (
    "/search/?q=报告&year=2009&sort=newest",
    "/catalog/annual-reports/?organ=songbei&genre=报告&sort=views&page=1",
    "/api/v1/items?q=报告&limit=5&organ=songbei",
    "/reports/songbei/2009/?on=2015-06-30",
    "/search/suggestions/?q=报告",
    "/register/?act=publish&page=1",
)


if BRIEF:
    ASKED = ASKED[:1]


class Quiet(WSGIRequestHandler):
    """A server that writes no log."""

    def log_message(self, *words):
        """Nothing."""


def holes(environ, start_response):
    """A reflected script, a redirect to anywhere, and a query made of what was typed."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    path, status, headers = (
        environ["PATH_INFO"],
        "200 OK",
        [("Content-Type", "text/html; charset=utf-8")],
    )
    body = '<a href="/greet?name=x">a</a> <a href="/go?to=/">b</a> <a href="/find?id=1">c</a>'
    if path == "/greet":
        body = f"<p>Hello {asked.get('name', '')}</p>"
    elif path == "/go":
        status, headers, body = "302 Found", [("Location", asked.get("to", "/"))], ""
    elif path == "/find":
        with sqlite3.connect(":memory:") as database:
            database.executescript(
                "CREATE TABLE t (id INTEGER, name TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')"
            )
            try:
                rows = database.execute(
                    f"SELECT name FROM t WHERE id = {asked.get('id', '1')}"
                ).fetchall()
                body = f"<p>{html.escape(str(rows))}</p>"
            except sqlite3.Error as error:
                body = f"<p>sqlite3.OperationalError: {html.escape(str(error))}</p>"
    start_response(status, headers)
    return [f"<!doctype html><html><body>{body}</body></html>".encode()]


def wapiti(origin, starts, folder, depth):
    """{kind of weakness: [addresses]} that wapiti names, and what it did not come to the end of."""
    report = Path(folder, f"wapiti-{origin.rpartition(':')[2]}.json")
    words = [
        "--url",
        f"{origin}/",
        "--scope",
        "domain",
        "--module",
        MODULES,
        "--format",
        "json",
        "--output",
        str(report),
    ]
    words += [
        "--flush-session",
        "--store-session",
        folder,
        "--store-config",
        folder,
        "--no-bugreport",
        "--verbose",
        "1",
    ]
    words += ["--max-scan-time", SECONDS, "--max-attack-time", SECONDS, "--depth", depth]
    words += [word for start in starts for word in ("--start", f"{origin}{start}")]
    ran = subprocess.run(
        [SCANNERS / "wapiti", *words], cwd=folder, check=True, capture_output=True, text=True
    )
    found = json.loads(report.read_text())["vulnerabilities"]
    cut = ["the walk"] * ("Max scan time was reached" in ran.stdout)
    cut += re.findall(r"Max attack time was reached for module (\w+)", ran.stdout)
    return {kind: [one["path"] for one in places] for kind, places in found.items() if places}, cut


def sqlmap(address, folder):
    """Whether sqlmap finds a parameter of the address that reaches a query as it was typed; None:
    not known in the time given.
    """
    words = [
        "--batch",
        "--flush-session",
        "--technique",
        "BEU",
        "--timeout",
        "10",
        "--retries",
        "1",
        "--threads",
        "2",
    ]
    words += ["--output-dir", folder, "--disable-coloring", "--url", address]
    try:
        ran = subprocess.run(
            [SCANNERS / "sqlmap", *words],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=int(SECONDS),
        )
    except subprocess.TimeoutExpired as late:
        return True if FOUND in (late.stdout or b"").decode() else None
    assert "testing" in ran.stdout, ran.stdout + ran.stderr
    return FOUND in ran.stdout


def look(what, origin, starts, asked, folder, depth="0"):
    """What wapiti found, the addresses in which sqlmap found something, and what they did not come
    to the end of.
    """
    weaknesses, cut = wapiti(origin, starts, folder, depth)
    print(f"{what}: wapiti {weaknesses}; not to the end: {cut or 'nothing'}", flush=True)
    answers = {}
    for address in asked:
        answers[address] = sqlmap(f"{origin}{address}", folder)
        said = {True: "a hole", False: "nothing", None: f"nothing in {SECONDS} s"}[answers[address]]
        print(f"{what}: sqlmap {address}: {said}", flush=True)
    return {
        "weaknesses": weaknesses,
        "injections": [address for address, found in answers.items() if found],
        "unfinished": [f"wapiti's {part}" for part in cut]
        + [address for address, found in answers.items() if found is None],
    }


def canary(folder):
    """What the scanners find in the page with holes."""
    server = make_server("127.0.0.1", 0, holes, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return look(
            "planted",
            f"http://127.0.0.1:{server.server_port}",
            ["/"],
            ["/find?id=1"],
            folder,
            depth="1",
        )
    finally:
        server.shutdown()


def kinds(env):
    """Every kind of page, as the browser's tests have them."""
    code = (
        "import json; from disclosure.models import *; from portal.tests.browser.kinds import public_kinds;"
        "print(json.dumps(public_kinds(lambda expression: eval(expression))))"
    )
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code]
    return json.loads(
        subprocess.run(
            command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
        ).stdout
    )


def main():
    """The canary first, then the portal; the exit code."""
    place = free_place()
    with installed(is_seeded=True, BIND=place, WEB_CONCURRENCY="2", LOG_LEVEL="CRITICAL") as (
        folder,
        env,
    ):
        planted = canary(folder)
        is_awake = planted["injections"] and {
            "Open Redirect",
            "Reflected Cross Site Scripting",
        } <= set(planted["weaknesses"])
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "portal.wsgi",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://{place}/healthz/live", server)
            further = ["/corrections/new/"] if BRIEF else kinds(env)
            starts = [
                quote(address, safe="/?=&%") for address in (*ASKED, *further, "/admin/login/")
            ]
            portal = look("portal", f"http://{place}", starts, ASKED, folder)
        finally:
            server.terminate()
            server.wait(30)
    if "--json" in sys.argv:
        Path(sys.argv[-1]).write_text(
            json.dumps({"planted": planted, "portal": portal, "is_awake": bool(is_awake)})
        )
    return int(bool(portal["weaknesses"] or portal["injections"]) or not is_awake)


if __name__ == "__main__":
    sys.exit(main())
