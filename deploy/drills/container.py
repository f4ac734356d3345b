#!/usr/bin/env python3
"""`make drill-container`: the image built from its Dockerfile, and the services of compose.yaml run
as that file says, on loopback.

podman builds and runs (image, accounts, capabilities, read-only file systems, volumes, secrets,
health checks are the shipped files');
the order, options and checks are read from compose.yaml. Base images cannot always be pulled, so
Debian's own bootstrap stands in for
them: Python of Debian 12 for `python:3.12-slim-bookworm`, nginx of Debian unstable for
`nginx:1.28-bookworm`. PostgreSQL and Redis are
this machine's. What compose's network does is done on loopback: each replica has an address of its
own, and a small name server at
127.0.0.11 knows the name `web`. Needs root, and podman, buildah, runc, debootstrap, redis-server,
  openssl of Debian.
"""

import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import container_duties
import yaml
from containers import CACHE, Containers, Database, Names, as_the_nginx_image
from loopback import ROOT, free_port

HOST = "www.example.gov.cn"
CANARY = "canary-that-no-layer-may-hold"
PROGRAMS = (
    "podman",
    "buildah",
    "runc",
    "debootstrap",
    "redis-server",
    "redis-cli",
    "openssl",
    "pg_isready",
)
# Files of a builder's own, which a careless context would take along.
PRIVATE = (".env", "var/secret-key", ".git/config", ".venv/pyvenv.cfg", "portal/.env", "deploy/container/secrets/secret-key",
           "deploy/container/portal.env", "deploy/container/tls/privkey.pem")  # fmt: skip


class Drill:
    """compose.yaml, service after service."""

    def __init__(self, folder):
        self.folder, self.faults, self.containers = folder, [], Containers(folder)
        self.context, self.place = folder / "context", folder / "context/deploy/container"
        self.ports = {name: free_port() for name in ("http", "https", "redis")}
        self.names, self.addresses = Names(), {}
        self.redis = self.database = None

    def expect(self, what, is_so, said=""):
        """Note what is as promised, and what is not."""
        print(
            f"  {'ok  ' if is_so else 'FAIL'} {what}{'' if is_so else f': {str(said)[-2500:]}'}",
            flush=True,
        )
        if not is_so:
            self.faults.append(what)

    # --- The image --------------------------------------------------------------------------
    def lay_out(self):
        """The code as a checkout with umask 077 has it, and what its builder has beside it."""
        files = subprocess.run(
            ["git", "ls-files", "-coz", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for name in filter(None, files.decode().split("\0")):
            if (ROOT / name).is_file():
                (self.context / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.context / name)
        for name in PRIVATE:
            (self.context / name).parent.mkdir(parents=True, exist_ok=True)
            (self.context / name).write_text(CANARY)
        for path in self.context.rglob("*"):
            path.chmod(0o700 if path.is_dir() or os.access(path, os.X_OK) else 0o600)
        self.compose = yaml.safe_load((self.place / "compose.yaml").read_text())["services"]

    def build(self):
        """docker build, as the manual has it."""
        self.containers.base(
            "docker.io/library/python:3.12-slim-bookworm",
            "bookworm",
            "python3,python3-venv,python-is-python3,ca-certificates",
        )
        self.containers.base(
            "docker.io/library/nginx:1.28-bookworm", "sid", "nginx,curl", as_the_nginx_image
        )
        here = [
            f"{path}:{path}:ro"
            for path in ("/etc/ssl/certs", "/etc/pip.conf", "/opt/wheels")
            if Path(path).exists()
        ]
        mounts = [word for path in here for word in ("--volume", path)]
        self.containers.podman("build", "--format", "docker", "--isolation", "chroot", "--network", "host", "--pull-never", *mounts,
                               "-f", self.place / "Dockerfile", "-t", "lantai", self.context, timeout=3000)  # fmt: skip
        found = self.run_once(
            "lantai", "sh", "-c", f"grep -rl {CANARY} /opt/lantai; ls -A /opt/lantai", entrypoint=""
        )
        files = found.stdout.split()
        self.expect("the image can be run", "portal" in files, found.stdout + found.stderr)
        self.expect(
            "no layer holds what its builder has beside the code",
            not any("/" in file for file in files),
            files,
        )
        self.expect(
            "nor data, environments or history", not {".git", ".env", "var"} & set(files), files
        )

    def run_once(self, image, *words, entrypoint=None):
        """A container without any of compose's options."""
        entry = [] if entrypoint is None else ["--entrypoint", entrypoint]
        return self.containers.run("--rm", "--network", "none", *entry, image, *words)

    # --- Services ---------------------------------------------------------------------------
    def options(self, service, **environment):
        """What compose.yaml says of a service, as podman takes it."""
        words = ["--network", service.get("network_mode", "host"), "--read-only-tmpfs=false"]
        words += ["--read-only"] if service.get("read_only") else []
        for option, key in (
            ("--tmpfs", "tmpfs"),
            ("--cap-drop", "cap_drop"),
            ("--cap-add", "cap_add"),
            ("--security-opt", "security_opt"),
        ):
            words += [
                word
                for value in service.get(key, [])
                for word in (option, value.removesuffix(":true"))
            ]
        words += ["--user", service["user"]] if "user" in service else []
        for volume in service.get("volumes", []):
            source, rest = volume.split(":", 1)
            source = (
                str((self.place / source).resolve())
                if source.startswith(".")
                else f"lantai-{source}"
            )
            words += ["--volume", f"{source}:{rest}"]
        words += (
            ["--env-file", str(self.place / service["env_file"])] if "env_file" in service else []
        )
        return words + [word for pair in environment.items() for word in ("--env", "=".join(pair))]

    def complete(self, name, *command, **environment):
        """Run a service to its end, with its own command or another; what came of it."""
        service = self.compose[name]
        command = command or shlex.split(service["command"])
        return self.containers.run(
            "--rm", *self.options(service, **environment), service["image"], *command
        )

    def start(self, name, service, **environment):
        """Start one in the background."""
        service = self.compose[service]
        self.containers.running.append(name)
        command = shlex.split(service.get("command", ""))
        image, entry = service["image"], []
        if "entrypoint" in service:
            entry = ["--entrypoint", json.dumps(service["entrypoint"])]
        elif image.startswith("nginx:"):
            command = ["nginx", "-g", "daemon off;"]
        image = f"docker.io/library/{image}" if image.startswith("nginx:") else image
        own_name = ["--uts", "private"]  # as with compose: none has the name of the host
        words = [*own_name, *entry, *self.options(service, **environment)]
        done = self.containers.run("--detach", "--name", name, *words, image, *command)
        self.expect(f"{name} starts", done.returncode == 0, done.stderr)

    def start_web(self, name, address):
        """A replica under an address of its own, which the name server knows from then on."""
        self.start(name, "web", BIND=f"{address}:8000", WEB_CONCURRENCY="1")
        self.addresses[name] = address
        self.names.addresses = list(self.addresses.values())

    def stop(self, name):
        """docker stop."""
        self.containers.podman("rm", "--force", "--time", "10", name)
        self.containers.running.remove(name)
        self.addresses.pop(name, None)
        self.names.addresses = list(self.addresses.values())

    def check(self, name, service):
        """Exit code of the health check: compose's, or the image's."""
        said = (
            self.compose[service]
            .get("healthcheck", {})
            .get("test", ["CMD", "deploy/container/health"])
        )
        words = [
            word.replace("127.0.0.1/", f"127.0.0.1:{self.ports['http']}/") for word in said[1:]
        ]
        return self.containers.podman("exec", name, *words, check=False).returncode

    def wait_until_healthy(self, name, service, seconds=120):
        """As compose waits."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.check(name, service) == 0:
                return True
            time.sleep(1)
        print(self.containers.podman("logs", "--tail", "30", name, check=False).stderr[-3000:])
        return False

    # --- Setting up what compose's other services and the contractor bring ---------------------
    def configure(self):
        """portal.env, secrets/ and tls/ of the manual; nginx's ports."""
        example = (self.place / "portal.env.example").read_text()
        (self.place / "secrets/database-password").write_text("drill-password")
        self.database = Database((self.place / "secrets/database-password").read_text())
        values = {
            "DATABASE_URL": self.database.address,
            "CACHE_URL": f"rediscache://127.0.0.1:{self.ports['redis']}/0",
        }
        for name, value in values.items():
            example = re.sub(rf"^{name}=.*$", f"{name}={value}", example, flags=re.MULTILINE)
        (self.place / "portal.env").write_text(example + "SITE_NAME=示例区人民政府\n")
        (self.place / "secrets/secret-key").write_text("drill-" * 12)  # root's, mode 0600
        _certificate(self.place / "tls")
        nginx = self.context / "deploy/nginx"
        for file in [nginx / "lantai.conf", *nginx.glob("**/lantai-listen.conf")]:
            text = re.sub(r"^ *listen \[::\].*\n", "", file.read_text(), flags=re.MULTILINE)
            text = text.replace("listen 80;", f"listen 127.0.0.1:{self.ports['http']};")
            file.write_text(text.replace("listen 443", f"listen 127.0.0.1:{self.ports['https']}"))
        for path in [nginx, *nginx.rglob("*"), self.place, *(self.place / "tls").rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        words = [
            *self.compose["cache"]["command"],
            "--port",
            str(self.ports["redis"]),
            "--dir",
            str(self.folder),
        ]
        self.redis = subprocess.Popen(words, stdout=subprocess.DEVNULL)

    def other_services(self):
        """The database and the cache are healthy by the words compose.yaml has for it."""
        for name, own in (
            ("database", ["-h", "127.0.0.1", "-p", str(self.database.port)]),
            ("cache", ["-p", str(self.ports["redis"])]),
        ):
            program, *words = self.compose[name]["healthcheck"]["test"][1:]
            deadline = time.monotonic() + 20
            is_healthy = False
            while not is_healthy and time.monotonic() < deadline:
                is_healthy = (
                    subprocess.run(
                        [program, *own, *words], capture_output=True, check=False
                    ).returncode
                    == 0
                )
                time.sleep(0.3)
            self.expect(f"{name} is healthy", is_healthy)
        self.database.make()

    # --- Asking -----------------------------------------------------------------------------
    def ask(self, path):
        """(status, headers, body) through nginx over TLS."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.ports["https"], timeout=10, context=ssl._create_unverified_context()
        )
        try:
            connection.request("GET", path, headers={"Host": HOST})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def read(self):
        """A page, a style sheet, an attachment."""
        status, headers, body = self.ask("/")
        self.expect(
            "a page is read through nginx",
            status == 200 and "示例区人民政府" in body.decode(),
            status,
        )
        sheet = re.search(r'href="(/static/[^"]+\.css)"', body.decode())[1]
        status, headers, _ = self.ask(sheet)
        self.expect(
            "a style sheet is nginx's own",
            status == 200 and "immutable" in headers["Cache-Control"],
            status,
        )
        code = "from disclosure.models import Attachment as A; a = A.objects.published().first(); print(a.get_absolute_url(), a.sha256)"
        said = self.complete("web", "shell", "-v", "0", "-c", code)
        address, digest = said.stdout.split()[-2:]
        status, headers, body = self.ask(address)
        is_whole = status == 200 and hashlib.sha256(body).hexdigest() == digest
        self.expect(
            "an attachment is delivered by nginx, whole",
            is_whole and "Accept-Ranges" in headers,
            (status, dict(headers)),
        )

    def restarted(self):
        """A replica comes back under another address, the other one goes: nginx finds the new one."""
        self.stop("lantai-web-2")
        self.start_web("lantai-web-3", "127.0.1.3")
        self.expect("the replica is healthy again", self.wait_until_healthy("lantai-web-3", "web"))
        time.sleep(3)
        self.stop("lantai-web-1")
        seen = [
            (status, "Warning" in headers)
            for status, headers, _ in (self.ask(f"/about/?{number}") for number in range(20))
        ]
        self.expect(
            "nginx found the replica's new address: live pages from it alone",
            set(seen) == {(200, False)},
            seen,
        )

    def confined(self):
        """What a web container may do."""
        script = "id -u; grep CapEff /proc/self/status; touch /opt/lantai/x 2>&1; umask; cat /run/secrets/secret-key 2>&1"
        said = self.containers.podman(
            "exec", "lantai-web-1", "sh", "-c", script, check=False
        ).stdout
        self.expect(
            "it runs as 10001, without capabilities",
            said.startswith("10001") and "CapEff:\t0000000000000000" in said,
            said,
        )
        self.expect(
            "on a read-only file system, without the secrets' folder",
            "Read-only" in said and "drill-" not in said,
            said,
        )

    def backed_up(self):
        """By hand, as the manual has it; the container it was asked in stays what it is."""
        done = self.containers.podman(
            "exec", "lantai-tick", "deploy/container/start", "backup", "--keep", "14", check=False
        )
        self.expect(
            "a backup is written in the container",
            done.returncode == 0 and "/var/backups/lantai/" in done.stdout,
            done.stderr,
        )
        file = re.search(r"/var/backups/lantai/\S+?\.tar", done.stdout)
        done = self.containers.podman(
            "exec",
            "lantai-tick",
            "deploy/container/start",
            "verify",
            "--backup",
            file[0],
            check=False,
        )
        self.expect("and is whole", done.returncode == 0, done.stderr)

    def run(self):
        """In the order of compose.yaml's conditions."""
        self.lay_out()
        if os.environ.get("BUILD") != "0":  # 0: with the image of the last time
            self.build()
        self.configure()
        self.other_services()
        for name in ("keys", "prepare", "prepare"):
            done = self.complete(name)
            self.expect(f"{name} completes", done.returncode == 0, done.stdout + done.stderr)
        done = self.complete("prepare", "seed", "-v", "0", DEMO="1", HTTPS="0")
        self.expect("there is something to read", done.returncode == 0, done.stderr)
        self.start_web("lantai-web-1", "127.0.1.1")
        self.start_web("lantai-web-2", "127.0.1.2")
        for name in ("tick", "nightly", "tasks"):
            self.start(f"lantai-{name}", name)
        for name, service in (
            ("web-1", "web"),
            ("web-2", "web"),
            *((one, one) for one in ("tick", "nightly", "tasks")),
        ):
            self.expect(f"{name} is healthy", self.wait_until_healthy(f"lantai-{name}", service))
        for name in ("nginx", "purge"):
            self.start(f"lantai-{name}", name)
            self.expect(f"{name} is healthy", self.wait_until_healthy(f"lantai-{name}", name, 20))
        self.expect(
            "/healthz/ready answers 200 through nginx",
            self.ask("/healthz/ready")[0] == 200,
            self.ask("/healthz/ready"),
        )
        self.read()
        self.confined()
        first, second = container_duties.items(self)
        container_duties.jobs(self)
        container_duties.withdrawn(self, *first)
        self.backed_up()
        self.expect("tick is healthy after that", self.check("lantai-tick", "tick") == 0)
        self.containers.podman(
            "exec",
            "lantai-tick",
            "touch",
            "-d",
            "10 minutes ago",
            "/var/lib/lantai/journal/last-tick",
        )
        self.expect(
            "and is not where it has not ticked for ten minutes",
            self.check("lantai-tick", "tick") != 0,
        )
        self.containers.podman("kill", "--signal", "STOP", "lantai-tasks")
        self.containers.podman(
            "exec", "lantai-tasks", "touch", "-d", "10 minutes ago", "/tmp/lantai-beat"
        )
        self.expect(
            "nor is a worker that gives no sign of life", self.check("lantai-tasks", "tasks") != 0
        )
        self.containers.podman("kill", "--signal", "CONT", "lantai-tasks")
        self.restarted()
        container_duties.outage(self, ["lantai-web-3"], *second)

    def end(self):
        """Nothing stays but images."""
        self.containers.remove_all()
        if self.redis:
            self.redis.terminate()
            self.redis.wait()
        if self.database:
            self.database.stop()


def _certificate(folder):
    subject = [
        "-subj",
        f"/CN={HOST}",
        "-keyout",
        str(folder / "privkey.pem"),
        "-out",
        str(folder / "fullchain.pem"),
    ]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)


def main():
    """The exit code."""
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        raise SystemExit(
            f"没有找到 {'、'.join(missing)}。Debian：apt-get install podman buildah runc debootstrap redis-server openssl postgresql-client"
        )
    if os.geteuid() != 0 or not Database.programs.is_dir():
        raise SystemExit(
            "请以 root 运行；还要有 Debian 12 的 PostgreSQL：apt-get install postgresql-15"
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lantai-container-") as name:
        drill = Drill(Path(name))
        try:
            drill.run()
        finally:
            drill.end()
    print(
        "every expectation was met"
        if not drill.faults
        else f"{len(drill.faults)} expectations were not met"
    )
    return int(bool(drill.faults))


if __name__ == "__main__":
    sys.exit(main())
