"""What compose does with an engine, for the drill of the containers: images under the names that
files ask for, containers with a storage of the drill's own, and the engine's name server.
"""

import contextlib
import os
import shlex
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from loopback import ROOT, free_port

CACHE = ROOT / "var" / "drill-container"  # bootstrapped systems and images, made once
NGINX_CONF = """user nginx; worker_processes 2; error_log /dev/stderr notice; pid /var/run/nginx.pid;
events { worker_connections 512; }
http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off; include /etc/nginx/conf.d/*.conf; }
"""


class Names:
    """A name server as the engine has one: the addresses of the replicas that run, for ten minutes,
    as Docker says.
    """

    def __init__(self):
        self.addresses = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.11", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            with contextlib.suppress(OSError):
                asked, client = self.socket.recvfrom(512)
                self.socket.sendto(self._answer(asked), client)

    def _answer(self, asked):
        end = asked.index(b"\0", 12) + 5
        kind = struct.unpack(">H", asked[end - 4 : end - 2])[0]
        found = self.addresses if kind == 1 and asked[12:end].startswith(b"\x03web\0") else []
        head = asked[:2] + b"\x81\x80" + struct.pack(">HHHH", 1, len(found), 0, 0)
        return (
            head
            + asked[12:end]
            + b"".join(
                b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 600, 4) + socket.inet_aton(one)
                for one in found
            )
        )


class Database:
    """PostgreSQL of Debian 12 in the place of the image of the same version: a newer one than the
    portal's `pg_dump` gave no backup.
    """

    programs = Path("/usr/lib/postgresql/15/bin")

    def __init__(self, password):
        self.folder, self.port, self.password = (
            Path(tempfile.mkdtemp(prefix="lantai-container-database-")),
            free_port(),
            password,
        )
        shutil.chown(self.folder, "postgres")
        own, secret = self.folder / "data", self.folder / "password"
        secret.write_text(password)
        shutil.chown(secret, "postgres")
        self._as_postgres(
            "initdb",
            "-D",
            own,
            "-U",
            "lantai",
            "--pwfile",
            secret,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
        )
        options = [
            f"--port={self.port}",
            "--listen_addresses=127.0.0.1",
            "--unix_socket_directories=",
            "--fsync=off",
        ]
        command = [
            "runuser",
            "-u",
            "postgres",
            "--",
            str(self.programs / "postgres"),
            "-D",
            str(own),
            *options,
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.address = f"postgres://lantai:{password}@127.0.0.1:{self.port}/lantai"

    def _as_postgres(self, program, *words):
        command = [
            "runuser",
            "-u",
            "postgres",
            "--",
            str(self.programs / program),
            *map(str, words),
        ]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd="/",
            env={**os.environ, "PGPASSWORD": self.password},
        )

    def make(self):
        """What the image does with POSTGRES_DB, once it answers."""
        self._as_postgres("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "lantai", "lantai")

    def stop(self):
        """Away with it."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


class Containers:
    """podman with images, containers and volumes of the drill's own."""

    def __init__(self, folder):
        self.folder, self.running = folder, []
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\nrunroot = "{CACHE}/run"\ngraphroot = "{CACHE}/storage"\n'
        )
        self.environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}

    def podman(self, *words, check=True, timeout=1500):
        """Run it; what came of it."""
        command = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs", *map(str, words)]
        done = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if check and done.returncode:
            raise SystemExit(f"{shlex.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done

    def run(self, *words):
        """podman run; what came of it. Limits that need no rights of the host; who asks for health
        is the drill.
        """
        limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--no-healthcheck")
        return self.podman("run", *limits, *words, check=False)

    def base(self, name, suite, packages, prepare=lambda root: None):
        """A system bootstrapped under the name of an image."""
        if self.podman("image", "exists", name, check=False).returncode == 0:
            return
        archive, system = CACHE / f"{suite}.tar", self.folder / suite
        if not archive.exists():
            print(f"bootstrapping {suite} for {name}", flush=True)
            command = [
                "debootstrap",
                "--variant=minbase",
                f"--include={packages}",
                suite,
                str(system),
            ]
            subprocess.run(command, check=True, capture_output=True)
            prepare(system)
            subprocess.run(["tar", "-C", str(system), "-cf", str(archive), "."], check=True)
            shutil.rmtree(system)
        self.podman("import", archive, name)

    def remove_all(self):
        """Containers and volumes; images stay for the next time."""
        self.podman("rm", "--force", "--time", "5", *self.running, check=False)
        self.podman(
            "volume", "rm", "--force", "lantai-data", "lantai-backups", "lantai-kept", check=False
        )


def as_the_nginx_image(root):
    """What nginx's own image has and Debian's package has not: the account, the configuration, no
    site of its own.
    """
    subprocess.run(
        ["chroot", str(root), "useradd", "--system", "--uid", "101", "--no-create-home", "nginx"],
        check=False,
        capture_output=True,
    )
    subprocess.run(
        ["chroot", str(root), "usermod", "--uid", "101", "nginx"], check=False, capture_output=True
    )
    (root / "etc/nginx/nginx.conf").write_text(NGINX_CONF)
    (root / "var/cache/nginx").mkdir(exist_ok=True)
    for path in (root / "etc/nginx/conf.d").glob("*"):
        path.unlink()
