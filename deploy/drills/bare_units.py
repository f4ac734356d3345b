#!/usr/bin/env python3
"""What `make drill-bare` puts in place of systemctl, in a system that has no systemd running: it starts what the unit files say.

Read of a unit: User, Group, UMask, WorkingDirectory, Environment, EnvironmentFile (by deploy/lantai-manage's reader) and
ExecStart. Not done: what systemd fences off (ProtectSystem, ReadWritePaths …), order, restarts after a crash. Timers are not
waited for: `systemctl start lantai-tick.service` runs one's work once.
"""

import os
import pwd
import runpy
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS, STATE = Path("/etc/systemd/system"), Path("/run/bare-units")


def words_of(name):
    """(directives of the unit's file, instance): a directive that comes more than once is a list in order."""
    template, _, instance = name.removesuffix(".service").partition("@")
    file = UNITS / (f"{template}@.service" if instance else f"{template}.service")
    words = {}
    for line in file.read_text().splitlines():
        key, is_one, value = line.partition("=")
        if is_one and key.strip().isidentifier():
            words.setdefault(key.strip(), []).append(value.strip().replace("%i", instance))
    return words


def environment_of(words):
    """As systemd makes it: its own PATH, the account's home, Environment=, then EnvironmentFile=."""
    account = pwd.getpwnam(words["User"][-1])
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    environment |= {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    for line in words.get("Environment", []):
        environment |= dict(one.partition("=")[::2] for one in shlex.split(line))
    for path in words.get("EnvironmentFile", []):
        environment |= runpy.run_path("/opt/lantai/deploy/lantai-manage")["variables_of"](path)
    return environment


def start(name):
    """Start the unit's program; one of type oneshot is waited for."""
    words = words_of(name)
    command = shlex.split(words["ExecStart"][-1])
    account, is_oneshot = words["User"][-1], words.get("Type", [""])[-1] == "oneshot"
    STATE.mkdir(exist_ok=True)
    with (STATE / f"{name}.log").open("a") as log:
        process = subprocess.Popen(
            command,
            cwd=words["WorkingDirectory"][-1],
            env=environment_of(words),
            user=account,
            group=words.get("Group", [account])[-1],
            extra_groups=os.getgrouplist(account, pwd.getpwnam(account).pw_gid),
            umask=int(words["UMask"][-1], 8),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if is_oneshot:
        if code := process.wait():
            print((STATE / f"{name}.log").read_text()[-3000:], file=sys.stderr)
        return code
    (STATE / f"{name}.pid").write_text(str(process.pid))
    return 0


def stop(name):
    """End it and wait until it has gone."""
    file = STATE / f"{name}.pid"
    if not file.exists():
        return 0
    number = int(file.read_text())
    try:
        os.kill(number, signal.SIGTERM)
        for _ in range(600):
            os.kill(number, 0)
            time.sleep(0.1)
    except ProcessLookupError:
        pass
    file.unlink()
    return 0


def webs():
    """The web processes that are under way."""
    return sorted(path.name.removesuffix(".pid") for path in STATE.glob("lantai@*.pid"))


def nginx(action):
    """nginx has a unit of the distribution, which this does not read."""
    if action == "reload" and Path("/run/nginx.pid").exists() and Path("/run/nginx.pid").read_text().strip():
        return subprocess.call(["nginx", "-s", "reload"])
    return subprocess.call(["nginx"])


def act(action, name):
    """One word of systemctl on one unit."""
    if name == "nginx":
        return nginx(action)
    if name.endswith((".timer", ".target")):
        return sum(act(action, one) for one in webs()) if name == "lantai.target" and action != "start" else 0
    if action in ("stop", "restart"):
        stop(name)
    return start(name) if action in ("start", "restart") else 0


def main(words):
    """daemon-reload, enable --now, start, stop, restart, reload: what the manual and deploy/upgrade type."""
    action, *names = [word for word in words if not word.startswith("--")]
    if action == "enable":
        action = "start" if "--now" in words else "none"
    if action in ("start", "stop", "restart", "reload"):
        return max([act(action, name) for name in names], default=0)
    return 0 if action in ("daemon-reload", "none", "is-active", "status") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
