"""`make drill-bare`: from a bare Debian to a district's portal and back from a lost machine, by
typing the Chinese manual as written.

Debian 12 and 13 (SUITES=bookworm,trixie) are laid into a folder with debootstrap and entered with
`unshare` and chroot. The lines of docs/operations.zh.md (sections 在一台 Debian 服务器上, 设置门户,
备份, 恢复, 升级, 退回) are typed by root one after the other; what stands for something (VERSION,
FILE) is filled in, and every step is looked at. No systemd runs there: bare_units.py starts the
units' ExecStart lines with what the unit files say. People use the desk and read with Chromium,
without JavaScript (bare_desk.py). The system is installed with this machine's network and its
settings of apt and pip; everything after that runs in a network of its own, so that no port of this
machine is taken.

Three machines of each suite: one that is installed and lost, one on which its backup is restored,
and one of the release before that is upgraded and goes back (bare_upgrade.py). Needs root,
debootstrap, chromium and some 4 GB below BARE_FOLDER (var/bare). What was said stands in
BARE_FOLDER/SUITE.txt, the result in deploy/drills/results/bare.json. Exits with 1 where a step
fails.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import bare_lines as lines
from bare_looks import facts_of, look, verify
from bare_machine import Machine, lay, prepare
from bare_upgrade import NEW, OLD, archive_of, up_and_back

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "deploy/drills/results/bare.json"
BACKUPS, SAFE = "var/backups/lantai", "media/safe/lantai-keys"
WITHOUT_PASSPHRASE = {"trixie"}  # so that both ways to restore are typed


def archives_of(folder):
    """{where it lies on a machine: lantai-VERSION.tar.gz}, of this commit and of the release
    before.
    """
    releases = (ROOT / "fixtures/releases").glob("*/release.json")
    newest = max(releases, key=lambda path: [int(part) for part in path.parent.name.split(".")])
    before = json.loads(newest.read_text())["commit"]
    return {
        place: archive_of(commit, folder / Path(place).name)
        for place, commit in ((NEW, "HEAD"), (OLD, before))
    }


def first_day(machine, passwords):
    """Clerk and reviewer publish an item with an attachment at the desk, a reader finds it; {item,
    attachment, seconds}.
    """
    script = Path(__file__).with_name("bare_desk.py")
    done = machine.outside([sys.executable, str(script), lines.HOST, json.dumps(passwords)])
    if not machine.expect(
        "clerk, reviewer and reader in a browser without JavaScript",
        done.returncode == 0,
        done.stdout + done.stderr,
    ):
        return None
    return json.loads(done.stdout.splitlines()[-1])


def begin(machine):
    """Install, set up, publish, read, back up. What has to be there again on another machine."""
    passwords = lines.install(machine)
    installed = machine.seconds()
    published = first_day(machine, passwords)
    if published is None:
        return None
    published["seconds"] |= {
        "typed: installed and set up": round(installed),
        "in all": round(machine.seconds()),
    }
    machine.run("systemctl poll; systemctl start lantai-tick.service")
    look(machine, published)
    verify(machine)
    data, name = back_up(machine)
    if not machine.is_sealed:
        for line in lines.section("备份")[2:4]:
            machine.type(line)
    keys = {path.name: path.read_bytes() for path in (machine.folder / SAFE).glob("*")}
    passphrase = (machine.folder / "etc/lantai/backup-passphrase").read_text().strip()
    kept = {
        "published": published,
        "data": data,
        "name": name,
        "passphrase": passphrase,
        "keys": keys,
    }
    return kept | {"facts": facts_of(machine)}


def back_up(machine):
    """The night's backup by its unit, one more by hand; the bytes and the name of the newest, taken
    to another place.
    """
    code, said = machine.run("systemctl start lantai-backup.service")
    folder = machine.folder / BACKUPS
    machine.expect(
        "the unit of the night writes a backup", code == 0 and any(folder.glob("lantai-*")), said
    )
    machine.where = "/opt/lantai"
    by_hand, check = lines.section("备份")[:2]
    machine.type(by_hand)
    newest = max(folder.glob("lantai-*"), key=lambda path: path.stat().st_mtime)
    machine.type(check, FILE=f"/{BACKUPS}/{newest.name}")
    return newest.read_bytes(), newest.name


def again(machine, kept):
    """On another machine: install up to the keys, then the section on restoring; everything is
    there again.
    """
    lines.install(machine, until=lines.KEYS)
    for name, data in kept["keys"].items():  # the disk from the safe
        (machine.folder / SAFE).mkdir(parents=True, exist_ok=True)
        (machine.folder / SAFE / name).write_bytes(data)
    (machine.folder / BACKUPS / kept["name"]).write_bytes(kept["data"])
    machine.run(f"chown lantai /{BACKUPS}/{kept['name']}")
    machine.where = "/opt/lantai"
    for line in lines.section("恢复")[:4]:
        if (
            "/media/safe" if machine.is_sealed else "/dev/stdin"
        ) in line:  # for the other kind of backup
            continue
        answers = [kept["passphrase"], "\x04"] if "/dev/stdin" in line else []
        machine.type(line, answers, FILE=f"/{BACKUPS}/{kept['name']}")
    lines.install(machine, since=lines.CHECK)
    machine.run("systemctl start lantai-tick.service")
    look(machine, kept["published"])
    verify(machine)
    now = facts_of(machine)
    for name, was in kept["facts"].items():
        machine.expect(
            f"as on the machine that was lost: {name}", now[name] == was, f"{was} → {now[name]}"
        )


def one_machine(suite, folder, what, archives, work):
    """Lay a machine, let `work` do its part there, take the machine away. (what the work returned,
    faults, steps, versions)
    """
    machine = Machine(folder / f"{suite}-{what}", folder / f"{suite}.txt")
    machine.is_sealed = suite not in WITHOUT_PASSPHRASE
    machine.close()
    shutil.rmtree(machine.folder, ignore_errors=True)
    subprocess.run(["cp", "-a", str(folder / suite), str(machine.folder)], check=True)
    try:
        machine.say(f"{suite}: the {what} machine")
        prepare(machine, suite, archives)
        machine.began = time.monotonic()  # nothing has been typed yet
        returned = work(machine)
        _, said = machine.run(
            "/opt/lantai/.venv/bin/python -V; psql --version; nginx -v; redis-server --version"
        )
        versions = " · ".join(
            line.strip() for line in said.splitlines() if any(map(str.isdigit, line))
        )
    finally:
        machine.close()
        machine.took = machine.seconds()
        machine.say(
            f"{suite}: the {what} machine took {machine.took:.0f} s, {len(machine.faults)} faults"
        )
    shutil.rmtree(machine.folder, ignore_errors=True)
    return returned, machine, versions


def walk(suite, folder, only):
    """The machines of a suite; its result."""
    (folder / f"{suite}.txt").write_text("")
    lay(suite, folder / suite)
    archives, machines = archives_of(folder), []
    result = {"suite": suite, "machines": {}}

    def part(what, work):
        if only and what not in only:
            return None
        returned, machine, result["versions"] = one_machine(suite, folder, what, archives, work)
        machines.append(machine)
        result["machines"][what] = {
            "date": date.today().isoformat(),
            "steps": machine.done,
            "seconds": round(machine.took),
            "faults": machine.faults,
        }
        return returned

    kept = part("first", begin)
    if kept:
        result["first day"] = kept["published"]["seconds"]
        part("second", lambda machine: again(machine, kept))
    part("upgraded", up_and_back)
    faults = [fault for machine in machines for fault in machine.faults]
    done = sum(machine.done for machine in machines)
    print(f"{suite}: {done - len(faults)} of {done} steps as written", flush=True)
    return result, faults


def keep(result):
    """In deploy/drills/results/bare.json, an entry a suite; of a machine that was left out, what is
    known from the last time.
    """
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    before = known.get(result["suite"], {})
    result = before | result | {"machines": before.get("machines", {}) | result["machines"]}
    RESULTS.write_text(
        json.dumps(known | {result["suite"]: result}, ensure_ascii=False, indent=1) + "\n"
    )


def main():
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--only", default="", help="first, second, upgraded: some of the machines")
    parser.add_argument(
        "--folder", type=Path, default=Path(os.environ.get("BARE_FOLDER", ROOT / "var/bare"))
    )
    options = parser.parse_args()
    if os.geteuid() != 0 or not all(map(shutil.which, ("debootstrap", "chromium"))):
        sys.exit(
            "需要 root 账号、debootstrap 和 chromium（apt-get install debootstrap chromium）。"
        )
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for suite in options.suites.split(","):
        result, faults = walk(
            suite, options.folder.resolve(), options.only.split(",") if options.only else ()
        )
        failed = failed or bool(faults)
        keep(result)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
