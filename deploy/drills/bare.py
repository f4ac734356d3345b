"""`make drill-bare`: from a bare Debian to a district's portal and back from a lost machine, by typing the Chinese manual as written.

Debian 12 and 13 (SUITES=bookworm,trixie) are laid into a folder with debootstrap and entered with `unshare` and chroot. The
lines of docs/operations.zh.md (sections 在一台 Debian 服务器上, 备份, 恢复, 升级) are typed by root one after the other; what
stands for something (VERSION, FILE) is filled in, and every step is looked at. No systemd runs there: bare_units.py starts
the units' ExecStart lines with what the unit files say. The system is installed with this machine's network and its settings
of apt and pip; everything after that runs in a network of its own, so that no port of this machine is taken.

Needs root, debootstrap and some 3 GB below BARE_FOLDER (var/bare). Results: var/bare/SUITE.txt. Exits with 1 where a step fails.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bare_machine import Machine, lay, prepare

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs/operations.zh.md").read_text()
HOST = "www.qingshan.example"
ANSWERS = {"lantai-password": "Qing-Shan 2026", "administrator": "Bai-He.2026.LanTai"}
# A district that is not the demonstration's; a value with blanks on purpose.
VARIABLES = {
    "DATABASE_URL": "postgres://lantai:Qing-Shan%202026@127.0.0.1:5432/lantai",
    "ALLOWED_HOSTS": HOST,
    "SITE_ORIGIN": f"https://{HOST}",
    "SITE_CONTACT": "0000-00000000 工作日 9:00 至 17:00",
}
FILL_IN = f"""
from pathlib import Path
from portal.setting_up.tests.books import *
path = Path("/tmp/set-up.xlsx")
book = Book(path.read_bytes()).site(**SITE | {{"网站名称": "青山区人民政府", "网站域名": "{HOST}"}})
path.write_bytes(book.put("发布机构", ORGANS).put("工作人员", STAFF).data)
"""
PUBLISH = """
from disclosure.tests.builders import *
from catalog.tests.builders import *
from catalog.models import Category, Department
organ = Department.objects.get(short_name="区财政局")
leaf = [one for one in Category.objects.all() if one.is_leaf_node()][-1]
item = make_draft("青山区示例公开事项", department=organ, category=leaf)
file = make_attachment(item, "示例附件.txt", "青山区示例附件的内容".encode())
item = make_public(item)
print("ITEM", item.get_absolute_url(), file.get_absolute_url())
"""


def section(title):
    """The typed lines below a heading, up to the next one, without their comments."""
    text = re.split(rf"^#+ {re.escape(title)}.*$", MANUAL, flags=re.MULTILINE)[1]
    text = re.split(r"^#+ ", text, flags=re.MULTILINE)[0]
    lines = [line for line in text.splitlines() if line.startswith("    ") and not line.startswith("       ")]
    return [re.sub(r"\s{2,}# .*$", "", line).strip() for line in lines]


def release(folder):
    """lantai-VERSION.tar.gz of this commit."""
    path = folder / "lantai-drill.tar.gz"
    with path.open("wb") as file:
        subprocess.run(
            ["git", "archive", "--format=tar.gz", "--prefix=lantai/", "HEAD"], cwd=ROOT, stdout=file, check=True
        )
    return path


def fill_in(machine):
    """What the manual asks to be written into lantai.env and lantai.conf."""
    path = machine.folder / "etc/lantai/lantai.env"
    text = path.read_text()
    for name, value in VARIABLES.items():
        text = re.sub(rf"^#? ?{name}=.*\n?", "", text, flags=re.MULTILINE) + f"{name}={value}\n"
    path.write_text(text)


def certificate(machine):
    """A certificate of nobody, where the site's belongs."""
    place = machine.folder / "etc/lantai/tls"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={HOST}",
         "-keyout", str(place / "privkey.pem"), "-out", str(place / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    conf = machine.folder / "opt/lantai/deploy/nginx/lantai.conf"
    conf.write_text(conf.read_text().replace("www.example.gov.cn", HOST))


def start_servers(machine):
    """PostgreSQL and Redis, which systemd would have started when they were installed."""
    machine.own_network()
    machine.run(
        "for cluster in /etc/postgresql/*/main; do pg_ctlcluster $(basename $(dirname $cluster)) main start; done"
    )
    machine.run(
        "install -d -o redis /run/redis && runuser -u redis -- redis-server /etc/redis/redis.conf --daemonize yes"
    )


def wait_until_ready(machine):
    """The web processes answer, and the minute's work has run once."""
    machine.run(
        "for n in $(seq 90); do curl -sf -o /dev/null http://127.0.0.1:8001/healthz/ready && break; sleep 1; done"
    )
    machine.run("systemctl start lantai-tick.service")


def answers_to(line):
    """What the programs of a line ask for."""
    if "--pwprompt" in line:
        return [ANSWERS["lantai-password"]] * 2
    if "createsuperuser" in line:
        return ["admin", "admin@qingshan.example", ANSWERS["administrator"], ANSWERS["administrator"]]
    return []


def install(machine, *, until=None):
    """Type the section, up to the line that begins with `until`."""
    for line in section("在一台 Debian 服务器上"):
        if until and line.startswith(until):
            return
        if line.startswith("cd / && runuser") and machine.network is None:
            start_servers(machine)
        if line == "deploy/lantai-manage check --deploy":
            set_up(machine)
        type_one(machine, line)


def type_one(machine, line):
    """A line of the section on installing, with what the manual says has to be done before and after it."""
    if line.startswith(("curl", "deploy/lantai-manage doctor")):
        wait_until_ready(machine)
    if line.startswith("deploy/lantai-manage doctor"):  # its exit code is 1 where it finds something grave
        code, said = machine.run(line)
        machine.say(said)
        machine.expect("doctor runs", code in (0, 1) and "Traceback" not in said, said)
        return
    machine.type(line, answers_to(line), **{"lantai-VERSION.tar.gz": "/srv/lantai-drill.tar.gz"})
    if "lantai.env.example" in line:
        fill_in(machine)
    if line.endswith("/etc/lantai/tls"):
        certificate(machine)


def set_up(machine):
    """A district from one workbook."""
    for line in section("设置门户")[1:]:
        said = machine.type(line)
        if "--template" in line:
            (machine.folder / "tmp/fill-in.py").write_text(FILL_IN)
            code, told = machine.run('deploy/lantai-manage shell -v 0 -c "$(cat /tmp/fill-in.py)"')
            machine.expect("the workbook is filled in", code == 0, told)
    machine.expect("the passwords of the new accounts are shown once", "只显示这一次" in said, said)


def page(machine, address):
    """(status, text) of an address through nginx, over TLS."""
    ask = f"curl -sk --max-time 60 --resolve {HOST}:443:127.0.0.1 -w '\\n%{{http_code}}' 'https://{HOST}{address}'"
    _, said = machine.run(ask)
    text, _, status = said.strip().rpartition("\n")
    return status.strip(), text


def publish(machine):
    """An item with an attachment; their addresses."""
    (machine.folder / "tmp/publish.py").write_text(PUBLISH)
    code, said = machine.run('cd /opt/lantai && deploy/lantai-manage shell -v 0 -c "$(cat /tmp/publish.py)"')
    found = re.search(r"ITEM (\S+) (\S+)", said)
    if not machine.expect("an item with an attachment is published", code == 0 and found is not None, said):
        return "/", "/"
    return found[1], found[2]


def read(machine, item, attachment):
    """What a reader is shown by nginx, which runs as www-data."""
    numbers = [number for number in machine.processes() if Path(f"/proc/{number}/comm").read_text().strip() == "nginx"]
    accounts = {os.stat(f"/proc/{number}").st_uid for number in numbers}
    machine.expect("nginx's workers run as www-data", 33 in accounts, str(accounts))  # Debian's number of www-data
    status, text = page(machine, "/")
    machine.expect(
        "the first page names the district",
        status == "200" and "青山区人民政府" in text and "松北" not in text,
        status + text[:2000],
    )
    sheet = re.search(r'href="(/static/[^"]+\.css)"', text)
    machine.expect("a static file is read", bool(sheet) and page(machine, sheet[1])[0] == "200", str(sheet))
    status, text = page(machine, item)
    machine.expect("the item is read", status == "200" and "青山区示例公开事项" in text, status + text[:500])
    status, text = page(machine, attachment)
    machine.expect("its attachment is read", status == "200" and "青山区示例附件的内容" in text, status + text[:500])


def back_up(machine):
    """The night's backup by its unit; the file, taken to another place."""
    code, said = machine.run("systemctl start lantai-backup.service")
    files = sorted((machine.folder / "var/backups/lantai").glob("lantai-*"))
    machine.expect("the unit of the night writes a backup", code == 0 and bool(files), said)
    machine.where = "/opt/lantai"
    lines = section("备份")
    machine.type(lines[0])
    files = sorted((machine.folder / "var/backups/lantai").glob("lantai-*"))
    machine.type(lines[1], FILE=f"/var/backups/lantai/{files[-1].name}")
    return files[-1].read_bytes(), files[-1].name, (machine.folder / "etc/lantai/backup-passphrase").read_text().strip()


def upgrade_and_back(machine, item, attachment):
    """`deploy/upgrade` as root, and the way back: the backup that it made, beside what is there."""
    machine.where = "/opt/lantai"
    code, said = machine.run("deploy/upgrade")
    machine.expect("deploy/upgrade", code == 0, said)
    read(machine, item, attachment)


def restore(machine, data, name, passphrase):
    """On another machine: install up to the keys, then the section on restoring for an encrypted backup."""
    install(machine, until="python3 -c 'import secrets; print(secrets.token_urlsafe(24))'")
    (machine.folder / "var/backups/lantai" / name).write_bytes(data)
    machine.run(f"chown lantai /var/backups/lantai/{name}")
    machine.where = "/opt/lantai"
    for line in section("恢复")[:4]:
        if "/media/safe" in line:  # for a backup without a passphrase
            continue
        line = line.replace("FILE", f"/var/backups/lantai/{name}")
        if "/dev/stdin" in line:
            line = f"printf '%s\\n' '{passphrase}' | {line}"
        machine.type(line)
    rest = section("在一台 Debian 服务器上")
    for line in rest[rest.index("deploy/lantai-manage check --deploy") :]:
        type_one(machine, line)


def walk(suite, folder):
    """Both machines of a suite; what failed."""
    report, faults, done = folder / f"{suite}.txt", [], 0
    report.write_text("")
    lay(suite, folder / suite)
    archive, kept = release(folder), None
    for what in ("first", "second"):
        machine = Machine(folder / f"{suite}-{what}", report)
        machine.close()
        shutil.rmtree(machine.folder, ignore_errors=True)
        subprocess.run(["cp", "-a", str(folder / suite), str(machine.folder)], check=True)
        try:
            machine.say(f"{suite}: the {what} machine")
            prepare(machine, suite, archive)
            if what == "first":
                install(machine)
                addresses = publish(machine)
                read(machine, *addresses)
                kept = back_up(machine)
                upgrade_and_back(machine, *addresses)
            else:
                restore(machine, *kept)
                read(machine, *addresses)
            _, version = machine.run("/opt/lantai/.venv/bin/python -V; psql --version; nginx -v")
            machine.say(version)
        finally:
            machine.close()
            faults, done = faults + machine.faults, done + machine.done
        shutil.rmtree(machine.folder, ignore_errors=True)
    print(f"{suite}: {done - len(faults)} of {done} steps as written")
    return faults


def main():
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("BARE_FOLDER", ROOT / "var/bare")))
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("需要 root 账号和 debootstrap（apt-get install debootstrap）。")
    options.folder.mkdir(parents=True, exist_ok=True)
    faults = [fault for suite in options.suites.split(",") for fault in walk(suite, options.folder.resolve())]
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
