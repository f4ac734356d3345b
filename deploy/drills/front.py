"""The shipped nginx on loopback: its files as they stand, with only ports, folders and the
certificate put in.

Started by root it serves as www-data, as Debian's does; the portal behind it runs under an account
of its own that is neither. Where nobody is root, both run under the account that started the drill.
"""

import contextlib
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy/nginx"
HOST = "www.example.gov.cn"
WEB_SERVER, SERVICE = "www-data", "nobody"
UMASK = 0o027  # of the units in deploy/systemd
HTTP2_ON_SINCE = (1, 25, 1)


def is_root():
    """Whether accounts can be chosen."""
    return os.geteuid() == 0


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def version():
    """(major, minor, patch) of the nginx of this machine."""
    said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(part) for part in re.search(r"/(\d+)\.(\d+)\.(\d+)", said).groups())


class Service:
    """The account the portal runs under, and a Python with the portal's packages that it can start:
    the environment's own, or where that lies in a folder of root's a copy of it in `folder`. Where
    the account cannot read the code, the drill's own account.
    """

    def __init__(self, folder):
        self.identity, self.python, self.environment = {"umask": UMASK}, sys.executable, {}
        self.account = None
        if not is_root():
            return
        group = grp.getgrgid(pwd.getpwnam(SERVICE).pw_gid).gr_name
        other = {"user": SERVICE, "group": group, "extra_groups": [], "umask": UMASK}
        for find in (lambda: (sys.executable, {}), lambda: _copied_python(folder / "python")):
            python, more = find()
            if self._starts(python, more, other):
                self.identity, self.python, self.environment, self.account = (
                    other,
                    python,
                    more,
                    SERVICE,
                )
                return
        print(
            f"The account {SERVICE} cannot read the code or its packages: the portal runs as root.",
            file=sys.stderr,
        )

    @staticmethod
    def _starts(python, more, identity):
        look = [python, "-c", "import django, psycopg2, brotli, redis; open('manage.py').close()"]
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            subprocess.run(
                look, env=os.environ | more, cwd=ROOT, check=True, capture_output=True, **identity
            )
            return True
        return False

    def run(self, *words, environment, code=ROOT):
        """A command of manage.py, whatever comes of it."""
        command = [self.python, "manage.py", *map(str, words)]
        return subprocess.run(command, env={**environment, **self.environment}, cwd=code, text=True, capture_output=True,
                              **self.identity)  # fmt: skip

    def gunicorn(
        self,
        environment,
        log,
        *,
        code=ROOT,
        words=("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "portal.wsgi"),
    ):
        """A web process, its output into a file."""
        with log.open("a") as output:
            return subprocess.Popen([self.python, *words], env={**environment, **self.environment}, cwd=code, stdout=output,
                                    stderr=output, start_new_session=True, **self.identity)  # fmt: skip

    def data_folder(self, folder):
        """As docs/operations.md makes it (`install -d -m 750 -o lantai -g www-data`), and all that
        lies in it the service's.
        """
        folder.mkdir(exist_ok=True)
        if self.account:
            for path in folder.rglob("*"):
                os.chown(
                    path,
                    pwd.getpwnam(self.account).pw_uid,
                    pwd.getpwnam(self.account).pw_gid,
                    follow_symlinks=False,
                )
            shutil.chown(folder, self.account, WEB_SERVER)
        elif is_root():
            shutil.chown(folder, group=WEB_SERVER)
        folder.chmod(0o750)
        return folder


def _copied_python(place):
    """(program, environment) of the interpreter this drill runs on, without what it does not need."""
    base, library = Path(sys.base_prefix), f"lib/python{sys.version_info[0]}.{sys.version_info[1]}"
    if not place.exists():
        leave = shutil.ignore_patterns(
            "test", "site-packages", "idlelib", "tkinter", "config-*", "*.a"
        )
        shutil.copytree(base / library, place / library, ignore=leave)
        for shared in base.glob("lib/libpython3*.so*"):
            shutil.copy2(shared, place / "lib")
        (place / "bin").mkdir()
        shutil.copy2(Path(sys.executable).resolve(), place / "bin/python3")
    packages = next(Path(sys.prefix).glob("lib/python3*/site-packages"))
    found = {
        "PYTHONHOME": str(place),
        "PYTHONPATH": str(packages),
        "LD_LIBRARY_PATH": str(place / "lib"),
    }
    return str(place / "bin/python3"), found


def children(process):
    """Process numbers of a server's workers."""
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


class Nginx:
    """nginx in front of `upstream`: {port in the shipped file: port here}."""

    def __init__(self, folder, data, upstream):
        self.folder, self.data, self.upstream, self.process = (
            Path(folder),
            Path(data),
            upstream,
            None,
        )
        self.http, self.https = free_port(), free_port()
        self.file = self.folder / "nginx.conf"
        self.log = self.folder / "error.log"

    def place(self):
        """Write the files, and have nginx look at them (`nginx -t`); what it said."""
        (self.folder / "lantai-desk.d").mkdir(parents=True)
        (self.folder / "cache").mkdir()  # install -d /var/cache/nginx
        shutil.copytree(SHIPPED, self.folder / "pages", ignore=shutil.ignore_patterns("*.conf"))
        for name in (
            "lantai.conf",
            "lantai-proxy.conf",
            "lantai-upstream.conf",
            "lantai-listen.conf",
        ):
            folder = (
                SHIPPED / "newer"
                if name == "lantai-listen.conf" and version() >= HTTP2_ON_SINCE
                else SHIPPED
            )
            (self.folder / name).write_text(self._placed((folder / name).read_text()))
        certificate(self.folder)
        self.file.write_text(self._main())
        told = subprocess.run(
            ["nginx", "-t", "-c", self.file, "-e", self.log], capture_output=True, text=True
        )
        if told.returncode:
            raise SystemExit(f"nginx -t:\n{told.stderr}")
        return told.stderr

    def _main(self):
        """As Debian's nginx.conf: the account, the connections of a worker; what else is written
        lies in the folder.
        """
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off; pid {self.folder}/pid; error_log {self.log}; worker_processes auto;\n"
            + (f"user {WEB_SERVER};\n" if is_root() else "")
            + "events { worker_connections 768; }\n"
            + f"http {{ include /etc/nginx/mime.types; access_log off; {temporary} include {self.folder}/lantai.conf; }}\n"
        )

    def _placed(self, text):
        for old, new in (
            ("/etc/nginx/lantai-", f"{self.folder}/lantai-"),
            ("/etc/lantai/tls", str(self.folder)),
            ("/var/cache/nginx/", f"{self.folder}/cache/"),
            ("/var/lib/lantai", str(self.data)),
            (
                "/opt/lantai/deploy/nginx",
                f"{self.folder}/pages",
            ),  # the code may lie where www-data cannot come
            ("listen 80;", f"listen 127.0.0.1:{self.http};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.https} "),
            *(
                (f"127.0.0.1:{shipped}", f"127.0.0.1:{here}")
                for shipped, here in self.upstream.items()
            ),
        ):
            text = text.replace(old, new)
        return re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)

    def start(self):
        """Serve; returns once it listens."""
        self.folder.chmod(0o755)
        self.process = subprocess.Popen(
            ["nginx", "-c", self.file, "-e", self.log], start_new_session=True
        )
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.https), 1).close()
                return
            time.sleep(0.1)
        raise SystemExit(f"nginx did not start:\n{self.log.read_text()[-2000:]}")

    def workers(self):
        """Process numbers of those that serve: the one that reads the cache in at the start ends by
        itself.
        """
        return [
            one
            for one in children(self.process)
            if b"worker process" in Path(f"/proc/{one}/cmdline").read_bytes()
        ]

    def gathered(self):
        """Bytes of bodies on its disk. Their files have no name any more when they are written:
        they are found where they are open.
        """
        found = {}
        for link in (link for one in self.workers() for link in Path(f"/proc/{one}/fd").iterdir()):
            with contextlib.suppress(OSError):
                if str(link.readlink()).startswith(str(self.folder / "client_body")):
                    found[link.stat().st_ino] = link.stat().st_blocks * 512
        return sum(found.values())

    def stop(self):
        """Stop at once."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None


class Site:
    """nginx and a portal behind it, of which `data` holds everything and `environment` names the
    database. `webs`: its processes.
    """

    def __init__(self, folder, data, environment, *, webs=2):
        self.folder, self.data, self.service, self.webs = folder, data, Service(folder), []
        self.ports = [free_port() for _ in range(webs)]
        self.nginx = Nginx(folder / "nginx", data, {8001: self.ports[0], 8002: self.ports[-1]})
        self.environment = {
            **environment,
            "DATA_DIR": str(data),
            "HTTPS": "1",
            "ALLOWED_HOSTS": HOST,
            "SITE_ORIGIN": f"https://{HOST}:{self.nginx.https}",
            "TRUSTED_PROXY_COUNT": "1",
            "X_ACCEL_LOCATION": "/protected/",
        }
        self.told = ""  # by nginx -t

    def manage(self, *words):
        """A command of manage.py as the service's account; its output. Raises AssertionError with
        what it said.
        """
        done = self.service.run(*words, environment=self.environment)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def start(self):
        """The portal as its account would have set it up, then nginx; returns once all answer."""
        self.service.data_folder(self.data)
        self.manage("mend_modes")
        self.told = self.nginx.place()
        for port in self.ports:
            bind = {"BIND": f"127.0.0.1:{port}"}
            self.webs.append(
                self.service.gunicorn(self.environment | bind, self.folder / f"{port}.log")
            )
        self.nginx.start()
        for port in self.ports:
            self._wait_for(port)

    def _wait_for(self, port):
        for _ in range(900):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=5)
                return
            time.sleep(0.1)
        raise SystemExit((self.folder / f"{port}.log").read_text()[-3000:])

    def processes(self):
        """Process numbers of the workers of all servers."""
        return self.nginx.workers() + [number for web in self.webs for number in children(web)]

    def stop(self):
        """Stop all."""
        self.nginx.stop()
        for web in self.webs:
            web.terminate()
        for web in self.webs:
            web.wait(40)


def certificate(folder):
    """A certificate of this drill, two days long."""
    key = (
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={HOST}",
    )
    where = ("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"))
    subprocess.run(["openssl", "req", "-x509", *key, *where], check=True, capture_output=True)
