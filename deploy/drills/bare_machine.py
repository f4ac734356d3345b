"""The Debian of `make drill-bare`: laid by debootstrap, set up with this machine's apt and pip,
entered with chroot, typed into.
"""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

END_OF_INPUT = "\x04"  # Ctrl-D


def sources():
    """This machine's addresses of Debian's packages: [(address, is_security)]."""
    found = []
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        text = path.read_text() if path.is_file() else ""
        found += re.findall(
            r"^(?:URIs:|deb(?: \[[^\]]*\])?) *(\S+/debian(?:-security)?/?)(?:\s|$)",
            text,
            re.MULTILINE,
        )
    return sorted({address.rstrip("/") for address in found})


class Machine:
    """A folder that holds a Debian, and what was typed there."""

    def __init__(self, folder, report):
        self.folder, self.report, self.where, self.faults, self.done = folder, report, "/", [], 0
        self.began, self.took = time.monotonic(), 0.0
        self.is_sealed = True  # whether backups have a passphrase
        self.network = None  # the process that holds the network of its own

    def say(self, text):
        """To the terminal and the report."""
        print(text, flush=True)
        with self.report.open("a") as file:
            file.write(f"{text}\n")

    def expect(self, what, is_so, said=""):
        """Note what is as promised, and what is not."""
        self.done += 1
        self.say(f"  {'ok  ' if is_so else 'FAIL'} {what}{'' if is_so else f': {said[-2500:]}'}")
        if not is_so:
            self.faults.append(what)
        return is_so

    def seconds(self):
        """Since the machine was made."""
        return time.monotonic() - self.began

    def enter(self, command):
        """The words that run a command inside, in the machine's own network once it has one."""
        inside = ["chroot", str(self.folder), "/usr/bin/env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                  "HOME=/root", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "TERM=dumb", "PAGER=cat", *self.passed_on(),
                  "bash", "-c", command]  # fmt: skip
        return (
            ["nsenter", "-t", str(self.network.pid), "-n", "--", *inside]
            if self.network
            else inside
        )

    def passed_on(self):
        """pip's settings of this machine that come by the environment; the certificates lie
        elsewhere inside.
        """
        own = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("PIP_") and name != "PIP_CERT"
        }
        return [f"{name}={value}" for name, value in own.items()]

    def run(self, command, answers=(), seconds=1500):
        """(exit code, what it said). A terminal of its own, where `answers` are typed whenever it
        asks; with END_OF_INPUT among them, when it is still.
        """
        number, terminal = pty.fork()
        if number == 0:
            words = self.enter(f"cd {self.where}; {command}\ncode=$?; pwd > /tmp/where; exit $code")
            os.execvp(words[0], words)
        said, answers, deadline = b"", list(answers), time.monotonic() + seconds
        is_silent = END_OF_INPUT in answers  # a program that reads and asks nothing
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 1)
            try:
                piece = os.read(terminal, 65536) if ready else b""
            except OSError:
                break
            if ready and not piece:
                break
            said += piece
            if (
                answers
                and not ready
                and (is_silent or said.rstrip().endswith((b":", "：".encode())))
            ):
                answer = answers.pop(0)
                os.write(
                    terminal, answer.encode() if answer == END_OF_INPUT else f"{answer}\n".encode()
                )
                said += b"\n"
        else:
            os.kill(number, signal.SIGKILL)
            said += f"\nnot done after {seconds} s".encode()
        _, status = os.waitpid(number, 0)
        os.close(terminal)
        where = self.folder / "tmp/where"
        self.where = where.read_text().strip() if where.exists() else self.where
        return os.waitstatus_to_exitcode(status), said.decode(errors="replace")

    def type(self, line, answers=(), **filled):
        """A line of the manual; what it said."""
        for word, value in filled.items():
            line = line.replace(word, str(value))
        began = time.monotonic()
        code, said = self.run(line, answers)
        self.expect(
            f"{line[:150]}  ({time.monotonic() - began:.0f} s)",
            code == 0,
            f"exit code {code}: {said}",
        )
        return said.replace("\r", "")

    def outside(self, words):
        """Run a program of this machine's in the network of the one inside."""
        words = ["nsenter", "-t", str(self.network.pid), "-n", "--", *words]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def own_network(self):
        """From now on nothing here is reached from outside, nor takes a port of this machine."""
        self.network = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up; exec sleep 86400"]
        )
        time.sleep(1)

    def processes(self):
        """Numbers of the processes inside."""
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{number}/root") == str(self.folder):
                    found.append(int(number))
        return found

    def close(self):
        """End every process inside, and the network; take away what is mounted."""
        for number in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, 9)
        if self.network:
            self.network.kill()
            self.network.wait()
        mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for place in sorted(
            (one for one in mounted if one.startswith(f"{self.folder}/")), reverse=True
        ):
            subprocess.run(["umount", "--lazy", place], check=False)


def lay(suite, folder):
    """Debian and nothing else, kept for the next time; apt and pip set up as on this machine."""
    mirrors = [one for one in sources() if not one.endswith("security")]
    if not mirrors:
        sys.exit("没有在 /etc/apt 中找到 Debian 软件源。")
    if not (folder / "usr/bin/apt-get").exists() or (folder / "debootstrap").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", suite, str(folder), mirrors[0]], check=True
        )


def prepare(machine, suite, archives):
    """What a machine has before anybody types: apt's sources, the network's names, certificates,
    the release that was carried over.
    """
    folder = machine.folder
    lines = [
        f"deb {one} {suite}{'-security' if one.endswith('security') else ''} main"
        for one in sources()
    ]
    (folder / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
    for path in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(path, folder / "etc/apt/apt.conf.d")
    for name in ("etc/resolv.conf", "etc/hosts"):
        shutil.copy(f"/{name}", folder / name)
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    own = [
        line
        for line in re.findall(r"^global\.([a-z-]+)='(.*)'$", listed, re.MULTILINE)
        if line[0] != "constraint"
    ]
    words = {name: " ".join(value.split("\\n")) for name, value in own}
    if certificates := os.environ.get(
        "PIP_CERT", words.get("cert")
    ):  # apt writes the file of that name anew
        shutil.copy(certificates, folder / "usr/local/share/certificates.pem")
        words["cert"] = "/usr/local/share/certificates.pem"
    pip = "".join(f"{name} = {value}\n" for name, value in words.items())
    (folder / "etc/pip.conf").write_text(f"[global]\n{pip}")
    indexes = " ".join(
        [*(value for name, value in words.items() if name != "cert"), *machine.passed_on()]
    )
    paths = re.findall(
        r"(?:file://|^|[ =])(/[\w./-]+)", indexes
    )  # indexes and wheels that lie on this machine's disk
    for place in sorted(
        {
            "/".join(path.split("/")[:3])
            for path in paths
            if path.startswith(("/opt/", "/srv/", "/mnt/"))
        }
    ):
        if Path(place).is_dir():
            mount(machine, place)
    (folder / "usr/sbin/policy-rc.d").write_text(
        "#!/bin/sh\nexit 101\n"
    )  # apt starts nothing on this machine's ports
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    shutil.copy(Path(__file__).with_name("bare_units.py"), folder / "usr/local/bin/systemctl")
    (folder / "usr/local/bin/systemctl").chmod(0o755)
    shutil.copy(
        Path(__file__).parents[1] / "lantai-manage", folder / "usr/local/lib/bare-lantai-manage"
    )
    for place, archive in archives.items():
        shutil.copy(archive, folder / place.lstrip("/"))
    for kind, place in (("proc", "proc"), ("devpts", "dev/pts")):
        subprocess.run(["mount", "-t", kind, kind, str(folder / place)], check=True)


def mount(machine, place):
    """A folder of this machine, to be read inside."""
    inside = machine.folder / place.lstrip("/")
    inside.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", "-o", "ro", place, str(inside)], check=True)
