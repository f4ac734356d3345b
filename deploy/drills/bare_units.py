#!/usr/bin/env python3
"""What `make drill-bare` puts in place of systemctl, in a system that has no systemd running: it
starts what the unit files say.

Read of a unit: User, Group, UMask, WorkingDirectory, Environment, EnvironmentFile (by
deploy/lantai-manage's reader), Type, ExecStart, PartOf and WantedBy; of a path unit PathExists. A
service of Type=notify is under way once it says so, as with systemd. Not done: what systemd fences
off (ProtectSystem, ReadWritePaths …), order, restarts after a crash. Timers and paths are not
waited for: `systemctl start lantai-tick.service` runs one's work once, `systemctl poll` starts the
services whose path is there.
"""

import grp
import os
import pwd
import runpy
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS, STATE, ENABLED = (
    Path("/etc/systemd/system"),
    Path("/run/bare-units"),
    Path("/etc/bare-units"),
)
# deploy/lantai-manage, which the release before does not have
READER = "/usr/local/lib/bare-lantai-manage"
KINDS = (".service", ".timer", ".path", ".target")
READY_WITHIN_SECONDS = 90


class NoSuchUnitError(Exception):
    """There is no file of that name."""


def full(name):
    """The unit's name with its kind: `lantai@8001` is a service."""
    return name if name.endswith(KINDS) else f"{name}.service"


def words_of(name):
    """{directive: its values in order} of the unit's file."""
    template, at, instance = full(name).partition("@")
    file = UNITS / (f"{template}@{Path(instance).suffix}" if at else template)
    if not file.is_file():
        raise NoSuchUnitError(f"Unit {full(name)} not found.")
    words = {}
    for line in file.read_text().splitlines():
        key, is_one, value = line.partition("=")
        if is_one and key.strip().isidentifier():
            words.setdefault(key.strip(), []).append(
                value.strip().replace("%i", Path(instance).stem)
            )
    return words


def environment_of(words, account):
    """As systemd makes it: its own PATH, the account's home, Environment=, then EnvironmentFile=."""
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
    }
    environment |= {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    for line in words.get("Environment", []):
        environment |= dict(one.partition("=")[::2] for one in shlex.split(line))
    for path in words.get("EnvironmentFile", []):
        environment |= runpy.run_path(READER)["variables_of"](path)
    return environment


def launch(name, words, **environment):
    """The unit's program as its account; its output into a file."""
    account = pwd.getpwnam(words.get("User", ["root"])[-1])
    STATE.mkdir(exist_ok=True)
    with (STATE / f"{full(name)}.log").open("a") as log:
        return subprocess.Popen(
            shlex.split(words["ExecStart"][-1]),
            cwd=words.get("WorkingDirectory", ["/"])[-1],
            env={**environment_of(words, account), **environment},
            user=account.pw_uid,
            group=grp.getgrnam(words["Group"][-1]).gr_gid if "Group" in words else account.pw_gid,
            extra_groups=os.getgrouplist(account.pw_name, account.pw_gid),
            umask=int(words.get("UMask", ["0022"])[-1], 8),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def start(name):
    """Start the unit's program; one of type oneshot is waited for, one of type notify until it is
    ready.
    """
    if is_under_way(name):
        return 0
    words = words_of(name)
    kind = words.get("Type", ["simple"])[-1]
    if kind == "oneshot":
        if code := launch(name, words).wait():
            print((STATE / f"{full(name)}.log").read_text()[-3000:], file=sys.stderr)
        return code
    if kind == "notify":
        return start_and_hear(name, words)
    (STATE / f"{full(name)}.pid").write_text(str(launch(name, words).pid))
    return 0


def start_and_hear(name, words):
    """Start a program that says READY=1 to the socket it is given."""
    STATE.mkdir(exist_ok=True)
    path = STATE / f"{full(name)}.notify"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(path))
        path.chmod(0o777)
        ear.settimeout(READY_WITHIN_SECONDS)
        process = launch(name, words, NOTIFY_SOCKET=str(path))
        (STATE / f"{full(name)}.pid").write_text(str(process.pid))
        try:
            while b"READY=1" not in ear.recv(4096):
                pass
        except TimeoutError:
            print(
                f"{full(name)} did not become ready.",
                (STATE / f"{full(name)}.log").read_text()[-3000:],
                file=sys.stderr,
            )
            return 1
    return 0


def number_of(name):
    """The process that was started for a unit, or None."""
    file = STATE / f"{full(name)}.pid"
    return int(file.read_text()) if file.exists() else None


def is_under_way(name):
    """Whether the unit's program runs: one that has ended waits for nobody here, so it is gone."""
    return (
        (number := number_of(name)) is not None
        and Path(f"/proc/{number}/cmdline").exists()
        and bool(Path(f"/proc/{number}/cmdline").read_bytes())
    )


def stop(name):
    """End it and wait until it has gone."""
    if is_under_way(name):
        os.kill(number_of(name), signal.SIGTERM)
        for _ in range(600):
            if not is_under_way(name):
                break
            time.sleep(0.1)
    (STATE / f"{full(name)}.pid").unlink(missing_ok=True)
    return 0


def matching(pattern):
    """The services under way whose name matches; as with systemd, a pattern that matches nothing is
    no error.
    """
    return sorted(path.stem for path in STATE.glob(f"{pattern}.pid"))


def parts_of(target):
    """The services under way that say PartOf= the target."""
    names = sorted(path.name.removesuffix(".pid") for path in STATE.glob("*.pid"))
    return [name for name in names if target in " ".join(words_of(name).get("PartOf", []))]


def poll():
    """What systemd does by itself: a path that is there starts its service."""
    for unit in sorted(UNITS.glob("*.path")):
        if (ENABLED / unit.name).exists() and Path(words_of(unit.name)["PathExists"][-1]).exists():
            start(unit.stem)
    return 0


def nginx(action):
    """nginx has a unit of the distribution, which this does not read."""
    running = Path("/run/nginx.pid")
    if running.exists() and running.read_text().strip():
        return subprocess.call(["nginx", "-s", "stop" if action == "stop" else "reload"])
    return 0 if action == "stop" else subprocess.call(["nginx"])


def act(action, name):
    """One word of systemctl on one unit."""
    if name == "nginx":
        return nginx(action)
    words = words_of(name)
    if name.endswith(".target"):
        return (
            max([act(action, one) for one in parts_of(name)], default=0) if action != "start" else 0
        )
    if name.endswith((".timer", ".path")):
        return 0
    if action == "try-restart" and not is_under_way(name):
        return 0
    if action == "reload":
        os.kill(number_of(name), signal.SIGHUP)
        return 0
    if action != "start":
        stop(name)
    return start(name) if action != "stop" and words else 0


def enable(action, name):
    """Whether the unit is started at every start of the machine. systemd says little of one that
    nothing wants; here it is an error.
    """
    if "WantedBy" not in words_of(name) and action == "enable":
        print(
            f"{full(name)}: nothing wants it, so it would not start with the machine.",
            file=sys.stderr,
        )
        return 1
    ENABLED.mkdir(exist_ok=True)
    if action == "enable":
        (ENABLED / full(name)).touch()
    else:
        (ENABLED / full(name)).unlink(missing_ok=True)
    return 0


def do(action, names, *, is_now):
    """The exit code."""
    if action == "daemon-reload":
        return 0
    if action == "poll":
        return poll()
    if action in ("enable", "disable"):
        codes = [enable(action, name) for name in names]
        return max(
            codes
            + [act("start" if action == "enable" else "stop", name) for name in names if is_now]
        )
    if action == "is-enabled":
        return int(not all((ENABLED / full(name)).exists() for name in names))
    if action in ("is-active", "status"):
        return 0 if all(is_under_way(name) for name in names) else 3
    if action in ("start", "stop", "restart", "try-restart", "reload"):
        names = [one for name in names for one in (matching(name) if "*" in name else [name])]
        return max([act(action, name) for name in names], default=0)
    print(f"Unknown command verb {action}.", file=sys.stderr)
    return 1


def main(words):
    """What the manual, deploy/upgrade and the drill type."""
    action, *names = [word for word in words if not word.startswith("-")]
    try:
        return do(action, names, is_now="--now" in words)
    except NoSuchUnitError as error:
        print(error, file=sys.stderr)
        return 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
