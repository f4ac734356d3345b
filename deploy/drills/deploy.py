#!/usr/bin/env python3
"""`make drill-deploy`: the server configuration of this folder, started for real on loopback, and
what readers see.

PostgreSQL (DATABASE_URL, as .ci/with-postgres gives it), Redis, nginx and two gunicorns run from
deploy/nginx and deploy/systemd as they stand; only ports, folders and the certificate are put in.
Started by root, nginx serves as www-data and the portal runs under an account of its own
(front.py). Needs Debian's nginx and redis-server.
"""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy"), str(ROOT / "deploy/drills")]

from front import HOST, Nginx, Service, free_port  # noqa: E402
from outage import without_any_web_process  # noqa: E402
from release_fixture import code_of, commit_of  # noqa: E402

RELEASES = ROOT / "fixtures" / "releases"
PAGES = (
    "/",
    "/catalog/",
    "/catalog/personnel/",
    "/reports/",
    "/reports/songbei/2009/",
    "/search/?q=%E9%87%87%E8%B4%AD",
    "/guide/",
    "/register/",
)

# So many items beside the demonstration. Then only the upgrade is drilled, and timed.
ITEMS = int(os.environ.get("ITEMS", "0"))


class Drill:
    """A server with two web processes behind nginx in a temporary folder."""

    def __init__(self, folder):
        self.folder, self.processes, self.faults = folder, {}, []
        self.code = ROOT  # which code the web processes are started from
        folder.chmod(0o755)
        self.service = Service(folder)
        self.ports = {name: free_port() for name in ("8001", "8002", "redis")}
        self.nginx = Nginx(
            folder / "nginx", folder / "data", {name: self.ports[name] for name in ("8001", "8002")}
        )
        self.ports |= {"http": self.nginx.http, "https": self.nginx.https}
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "CACHE_URL": f"rediscache://127.0.0.1:{self.ports['redis']}/0",
            "ALLOWED_HOSTS": HOST,
            "SITE_ORIGIN": f"https://{HOST}",
            "SITE_NAME": "示例区人民政府",
            "SITE_ID_CODE": "0000000000",
            "SITE_DOMAIN": HOST,
            "SITE_ORGANISER": "示例区人民政府办公室",
            "TRUSTED_PROXY_COUNT": "1",
            "X_ACCEL_LOCATION": "/protected/",
            "SECRET_KEY": "drill-" * 12,
            "WEB_CONCURRENCY": "1",
            "LOG_LEVEL": "WARNING",
        }

    # --- Setting up -------------------------------------------------------------------------
    def prepare(self):
        """Database, static files, demonstration content."""
        self.folder.chmod(0o755)
        self.service.data_folder(self.folder / "data")
        seed = f"seed -v 0 --items {ITEMS}" if ITEMS else "seed -v 0"
        for command in ("migrate --noinput -v 0", "collectstatic --noinput -v 0", seed):
            began = time.monotonic()
            self.manage(*command.split())
            print(f"  {command}: {time.monotonic() - began:.0f} s", flush=True)

    def manage(self, *words):
        """Run a command of manage.py; content and accounts of the demonstration only where `seed`
        asks for them.
        """
        environment = {**self.environment, **({"DEMO": "1"} if words[0] == "seed" else {})}
        done = self.service.run(*words, environment=environment, code=self.code)
        if done.returncode:
            raise SystemExit(
                f"manage.py {' '.join(words)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout

    def start(self, name, command, **environment):
        """Start a server, its output into a file."""
        log = (self.folder / f"{name}.log").open("a")
        self.processes[name] = subprocess.Popen(
            command,
            cwd=self.code,
            env={**self.environment, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def start_web(self, port):
        """A web process, by the ExecStart line of the systemd unit."""
        unit = (ROOT / "deploy/systemd/lantai@.service").read_text()
        _, *words = shlex.split(re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1])
        environment = {**self.environment, "BIND": f"127.0.0.1:{self.ports[port]}"}
        self.processes[port] = self.service.gunicorn(
            environment, self.folder / f"{port}.log", code=self.code, words=words
        )

    def start_redis(self):
        """As compose.yaml runs it."""
        self.start(
            "redis",
            [
                "redis-server",
                "--port",
                str(self.ports["redis"]),
                "--save",
                "",
                "--dir",
                str(self.folder),
            ],
        )

    def start_nginx(self):
        """nginx with the files of deploy/nginx, as the manual says."""
        told = self.nginx.place()
        self.expect("nginx -t passes and warns of nothing", "[warn]" not in told)
        self.nginx.start()

    def stop(self, name, how=signal.SIGTERM):
        """Stop a server and wait."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how) if how == signal.SIGKILL else process.send_signal(how)
        process.wait(60)

    def stop_all(self):
        """Stop what still runs."""
        self.nginx.stop()
        for name in list(self.processes):
            self.stop(name)

    # --- Asking -----------------------------------------------------------------------------
    def ask(self, path, method="GET", body=None, **headers):
        """(status, headers, body) of a request through nginx over TLS."""
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.ports["https"], timeout=20, context=context
        )
        try:
            connection.request(method, path, body, {"Host": HOST, **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def wait_until_ready(self, port):
        """Wait until a web process answers on its own port."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=5)
                # As deploy/upgrade asks: by the machine's address. A release before may only answer
                # to the site's name.
                named = {} if self.code == ROOT else {"Host": HOST}
                connection.request("GET", "/healthz/ready", headers=named)
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.2)
        raise SystemExit(
            f"web {port} was not ready:\n{(self.folder / f'{port}.log').read_text()[-3000:]}"
        )

    def expect(self, what, is_so):
        """Note an expectation, met or not."""
        print(f"  {'ok  ' if is_so else 'FAIL'} {what}", flush=True)
        if not is_so:
            self.faults.append(what)

    # --- The drill --------------------------------------------------------------------------
    def smoke(self):
        """Every kind of page, its headers, files, and what must be refused."""
        print("smoke suite through nginx")
        for page in PAGES:
            status, headers, body = self.ask(page)
            self.expect(
                f"{page} answers 200 in {len(body)} bytes",
                status == 200 and "</html>" in body.decode(),
            )
        for name in (
            "Content-Security-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "Referrer-Policy",
        ):
            self.expect(f"{name} is sent once", len(headers.get_all(name) or []) == 1)
        sheet = re.search(r'href="(/static/[^"]+\.css)"', self.ask("/")[2].decode())[1]
        status, headers, _ = self.ask(sheet)
        self.expect(
            "a style sheet comes from nginx, immutable",
            status == 200 and "immutable" in headers["Cache-Control"],
        )
        self._attachment()
        for method, path in (("TRACE", "/"), ("DELETE", "/"), ("PUT", "/admin/")):
            self.expect(f"{method} is refused with 405", self.ask(path, method)[0] == 405)
        self.expect("the media folder is not public", self.ask("/protected/attachments/")[0] == 404)
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["http"], timeout=5)
        connection.request("GET", "/reports/", headers={"Host": HOST})
        answer = connection.getresponse()
        self.expect(
            "plain HTTP leads to HTTPS",
            (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/reports/"),
        )
        status = self.ask("/", **{"Content-Length": "200000000"}, method="POST")[0]
        self.expect("a request of 200 MB is refused with 413", status == 413)
        self.expect(
            "doctor reads as the web server does", "经 nginx 提供文件：正常" in self.doctor()
        )
        self.expect("/healthz/ready answers 200", self.ask("/healthz/ready")[0] == 200)
        self._open_form()

    def doctor(self):
        """What `manage.py doctor` says, asking nginx by its port."""
        there = {"SITE_ORIGIN": f"https://{HOST}:{self.ports['https']}"}
        return self.service.run("doctor", environment={**self.environment, **there}).stdout

    def _open_form(self):
        """What strangers write into: open, small, and no faster than people write."""
        form, sort = "/corrections/new/", {"Content-Type": "application/x-www-form-urlencoded"}
        self.expect(f"{form} is open", self.ask(form)[0] == 200)
        self.expect(
            "100 kB in it are refused with 413",
            self.ask(form, "POST", b"x" * 100_000, **sort)[0] == 413,
        )
        answers = [self.ask(form, "POST", b"text=", **sort)[0] for _ in range(16)]
        self.expect(
            "of 16 at once some are told to wait, none is an error",
            429 in answers and max(answers) < 500,
        )

    def _attachment(self):
        code = (
            "from disclosure.models import Attachment as A; a = A.objects.published().filter(name__endswith='.pdf').first();"
            "print(a.get_absolute_url(), a.sha256)"
        )
        address, digest = self.manage("shell", "-v", "0", "-c", code).split()
        status, headers, body = self.ask(address)
        self.expect(
            "an attachment comes through X-Accel, whole",
            status == 200 and hashlib.sha256(body).hexdigest() == digest,
        )
        self.expect("and may run nothing", "sandbox" in headers["Content-Security-Policy"])

    def under_load(self, what, act):
        """Act while four readers read on; not one request may be lost."""
        print(what)
        stop, answers, slowest = threading.Event(), [], [0.0]

        def read():
            number = 0
            while not stop.is_set():
                began = time.monotonic()
                try:
                    answers.append(self.ask(PAGES[number % len(PAGES)])[0])
                except (OSError, http.client.HTTPException) as error:
                    answers.append(repr(error))
                slowest[0] = max(slowest[0], time.monotonic() - began)
                number += 1
                time.sleep(0.1)  # four readers stay below the limit of one address

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        time.sleep(1)
        try:
            act()
            time.sleep(1)
        finally:  # or they would read for good, and the drill never end
            stop.set()
        for reader in readers:
            reader.join()
        lost = [answer for answer in answers if answer != 200]
        self.expect(
            f"{len(answers)} requests, {len(lost)} lost {lost[:3]}, slowest {slowest[0]:.2f} s",
            not lost,
        )
        if lost:
            self._show_logs()

    def _show_logs(self):
        """What the servers said of what was lost: the folder is gone afterwards."""
        for log in sorted(self.folder.glob("*.log")):
            told = [
                line
                for line in log.read_text().splitlines()
                if re.search("ERROR|CRITICAL|error|crit", line)
            ]
            for line in told[-5:]:
                print(f"       {log.name}: {line[:3000]}", flush=True)

    def reload(self):
        """HUP, as `systemctl reload`."""
        for port in ("8001", "8002"):
            self.processes[port].send_signal(signal.SIGHUP)
            time.sleep(4)

    def roll(self):
        """One process after the other, as deploy/upgrade does it."""
        for port in ("8001", "8002"):
            self.stop(port)
            self.start_web(port)
            self.wait_until_ready(port)

    def upgrade(self):
        """As deploy/upgrade does it: the new code's `manage.py upgrade` while the old code serves,
        then one process after the other.
        """
        self.code = ROOT
        kept = shlex.split(self.manage("upgrade", "--former-defaults"))
        self.expect(
            "what had a default until now is written down",
            any(line.startswith("SITE_") for line in kept),
        )
        self.environment |= dict(line.split("=", 1) for line in kept)
        began = time.monotonic()
        self.manage("upgrade")
        print(f"  manage.py upgrade: {time.monotonic() - began:.0f} s", flush=True)
        self.roll()

    def kill_one(self):
        """A web process and its workers die at once."""
        self.stop("8001", signal.SIGKILL)
        time.sleep(2)
        self.start_web("8001")
        self.wait_until_ready("8001")

    def without_redis(self):
        """The shared cache goes and comes back."""
        self.stop("redis", signal.SIGKILL)
        time.sleep(2)
        self.start_redis()

    def run(self):
        """The whole drill."""
        version, commit = _previous_release()
        # With today's packages, as on a server whose old processes still run after `make install`.
        self.code = code_of(commit, self.folder / "previous")
        self.prepare()
        self.start_redis()
        for port in ("8001", "8002"):
            self.start_web(port)
        for port in ("8001", "8002"):
            self.wait_until_ready(port)
        self.start_nginx()
        time.sleep(1)
        self.under_load(f"rolling upgrade from {version} ({commit[:9]})", self.upgrade)
        if ITEMS:
            return
        self.expect(
            "register, tree, attachments and log-in whole (manage.py verify)",
            "问题" not in self.manage("verify"),
        )
        self.smoke()
        self.under_load("graceful reload of both web processes", self.reload)
        self.under_load("rolling restart, one web process after the other", self.roll)
        self.under_load("one web process killed", self.kill_one)
        self.under_load("Redis killed and started again", self.without_redis)
        without_any_web_process(self, PAGES)


def _previous_release():
    """(version, commit) of the newest release of which a fixture is kept; UPGRADE_FROM names
    another commit or tag.
    """
    if chosen := os.environ.get("UPGRADE_FROM"):
        return chosen, commit_of(chosen)
    newest = max(
        RELEASES.glob("*/release.json"),
        key=lambda path: [int(part) for part in path.parent.name.split(".")],
    )
    return newest.parent.name, json.loads(newest.read_text())["commit"]


def main():
    """Run the drill; exit code 1 where an expectation was not met."""
    for program in ("nginx", "redis-server", "openssl"):
        if not shutil.which(program):
            raise SystemExit(
                f"没有找到 {program}。Debian：apt-get install nginx-light redis-server openssl"
            )
    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("请用 make drill-deploy 运行，它会准备一个 PostgreSQL。")
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as name:
        drill = Drill(Path(name))
        try:
            drill.run()
        finally:
            drill.stop_all()
    if drill.faults:
        raise SystemExit(f"{len(drill.faults)} expectations were not met")
    print("every expectation was met")


if __name__ == "__main__":
    main()
