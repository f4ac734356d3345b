"""The lines of the Chinese manual that `make drill-bare` types, what is filled in for them, and
what the manual says in prose.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs/operations.zh.md").read_text()
HOST = "www.qingshan.example"
DISTRICT = "青山区人民政府"
ANSWERS = {"lantai-password": "Qing-Shan 2026", "administrator": "Bai-He.2026.LanTai"}
# A district that is not the demonstration's; a value with blanks on purpose.
VARIABLES = {
    "DATABASE_URL": "postgres://lantai:Qing-Shan%202026@127.0.0.1:5432/lantai",
    "ALLOWED_HOSTS": HOST,
    "SITE_ORIGIN": f"https://{HOST}",
    "SITE_CONTACT": "0000-00000000 工作日 9:00 至 17:00",
}
# As a district fills the template in; the tests have the rows.
FILL_IN = f"""
from pathlib import Path
from portal.setting_up.tests.books import *
book = Book(Path("TEMPLATE").read_bytes()).site(**SITE | {{"网站名称": "{DISTRICT}", "网站域名": "{HOST}"}})
Path("/tmp/filled-in.xlsx").write_bytes(book.put("发布机构", ORGANS).put("工作人员", STAFF).data)
"""
DATABASE = "cd / && runuser -u postgres -- createuser"
KEYS = "python3 -c 'import secrets; print(secrets.token_urlsafe(24))'"
CHECK = "deploy/lantai-manage check --deploy"


def section(title):
    """The typed lines below a heading, up to the next one, without their comments."""
    text = re.split(rf"^#+ {re.escape(title)}.*$", MANUAL, flags=re.MULTILINE)[1]
    text = re.split(r"^#+ ", text, flags=re.MULTILINE)[0]
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    return [re.sub(r"\s{2,}# .*$", "", line).strip() for line in lines]


def install(machine, *, since=None, until=None):
    """Type the section, from the line that begins with `since` to before the one that begins with
    `until`. The new accounts' passwords.
    """
    passwords, is_on = {}, since is None
    for line in section("在一台 Debian 服务器上"):
        is_on = is_on or line.startswith(since)
        if until and line.startswith(until):
            break
        if not is_on:
            continue
        if line.startswith(DATABASE) and machine.network is None:
            start_servers(machine)
        if line == CHECK and since is None:
            passwords = set_up(machine)
        type_one(machine, line)
    return passwords


def type_one(machine, line):
    """A line of the section on installing, with what the manual says has to be done before and
    after it.
    """
    if line.startswith("deploy/lantai-manage doctor"):
        doctor(machine, line)
        return
    said = machine.type(
        line,
        answers_to(line),
        **{"lantai-VERSION.tar.gz": "/srv/lantai-drill.tar.gz", "DOMAIN": HOST},
    )
    if "lantai.env.example" in line:
        fill_in(machine)
    if line.endswith("/etc/lantai/tls"):
        certificate(machine)
    if "createsuperuser" in line:
        machine.expect(
            "the administrator is made in Chinese",
            "已建立" in said and "successfully" not in said,
            said,
        )


def doctor(machine, line):
    """The minute's timer has run once; what doctor then finds is nothing grave."""
    machine.run("systemctl poll; systemctl start lantai-tick.service")
    code, said = machine.run(line)
    machine.say(said)
    machine.expect("doctor finds nothing grave", code == 0 and "没有严重问题" in said, said)


def answers_to(line):
    """What the programs of a line ask for."""
    if "--pwprompt" in line:
        return [ANSWERS["lantai-password"]] * 2
    if "createsuperuser" in line:
        return ["admin", "系统管理员", ANSWERS["administrator"], ANSWERS["administrator"]]
    return []


def start_servers(machine):
    """PostgreSQL, Redis and nginx, which systemd would have started when they were installed."""
    machine.own_network()
    clusters = "for cluster in /etc/postgresql/*/main; do pg_ctlcluster $(basename $(dirname $cluster)) main start; done"
    redis = "install -d -o redis /run/redis && runuser -u redis -- redis-server /etc/redis/redis.conf --daemonize yes"
    for command in (clusters, redis, "nginx"):
        code, said = machine.run(command)
        machine.expect(f"the system's own server: {command.split()[-1]}", code == 0, said)


def fill_in(machine):
    """What the manual asks to be written into lantai.env."""
    path = machine.folder / "etc/lantai/lantai.env"
    text = path.read_text()
    if not machine.is_sealed:
        text = re.sub(r"^BACKUP_PASSPHRASE_FILE=.*\n", "", text, flags=re.MULTILINE)
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


def set_up(machine):
    """A district from one workbook, which root brings back filled in; {log-in: password} of the new
    accounts.
    """
    said = ""
    for line in section("设置门户")[1:]:
        said = machine.type(line)
        if "--template" in line:
            bring_filled_in(machine, line.split()[-1])
    machine.expect("the passwords of the new accounts are shown once", "只显示这一次" in said, said)
    return dict(re.findall(r"^  (\w+)\t[^\t]+\t(\S+)", said, re.MULTILINE))


def bring_filled_in(machine, template):
    """Fill the template in, as a district does on a desktop machine; carry it back as root, over
    the file that is there.
    """
    (machine.folder / "tmp/fill-in.py").write_text(FILL_IN.replace("TEMPLATE", template))
    code, told = machine.run('deploy/lantai-manage shell -v 0 -c "$(cat /tmp/fill-in.py)"')
    machine.expect("the workbook is filled in", code == 0, told)
    code, told = machine.run(f"cp /tmp/filled-in.xlsx {template}")
    machine.expect("root lays it over the template", code == 0, told)
