"""The third machine of `make drill-bare`: the release before as it ran, 升级 typed, an act of
publication, 退回, up again.

The release before has no Chinese manual, so it is installed as its own English one said. The new
one comes as the package for places without internet, because the machine has a network of its own
by then.
"""

import re
import shlex
import subprocess
import tarfile
from pathlib import Path

import bare_lines as lines
from bare_looks import ask, runs_as_www_data

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW, PACKED = (
    "/srv/lantai-before.tar.gz",
    "/srv/lantai-drill.tar.gz",
    "/srv/lantai-offline.tar.gz",
)
PAGES = (
    "/",
    "/catalog/",
    "/catalog/personnel/",
    "/reports/",
    "/guide/",
    "/register/",
    "/search/?q=%E9%87%87%E8%B4%AD",
)
ACT = (
    "from disclosure.acts import withdraw_item; from disclosure.models import Item; "
    "item = Item.objects.published().filter(annual_report=None).order_by('pk').first(); "
    "withdraw_item(item=item, by=None, reason='{reason}'); print('ADDRESS', item.get_absolute_url())"
)
ATTACHED = (
    "from disclosure.models import Attachment; "
    "print('ADDRESS', next((one.get_absolute_url() for one in Attachment.objects.published()), ''))"
)
AS_OLD = "cd /opt/lantai && set -a && . /etc/lantai/lantai.env && runuser -u lantai -- env .venv/bin/python manage.py"


def archive_of(commit, path):
    """The code of a commit as a release's archive."""
    with path.open("wb") as file:
        words = ["git", "archive", "--format=tar.gz", "--prefix=lantai/", commit]
        subprocess.run(words, cwd=ROOT, stdout=file, check=True)
    return path


def do(machine, command, what=None, answers=()):
    """A command that is no line of today's manual."""
    code, said = machine.run(command, answers)
    machine.expect(what or command, code == 0, said)
    return said


def up_and_back(machine):
    """The whole of it."""
    before(machine)
    readers_see(machine, "the release before")
    up(machine, lines.section("升级")[:2])
    acted = act(machine, "升级以后")
    [back] = lines.section("退回")
    machine.type(back)
    is_back = not (machine.folder / "opt/lantai/docs/operations.zh.md").exists()
    if not machine.expect("the release before serves", is_back):
        return
    readers_see(machine, "the release before, on the newer tables")
    machine.expect("what was done since is kept", "升级以后" in ask(machine, acted)[2].decode())
    act(machine, "退回以后")
    for command in ("verify", "verify_ledger"):
        do(machine, f"/opt/lantai/deploy/lantai-manage {command}")
    still = [
        unit
        for unit in ("lantai-tasks.service", "lantai-purge.path")
        if (machine.folder / "etc/bare-units" / unit).exists()
    ]
    machine.expect("no unit is left that the release before does not know", still == [], str(still))
    undone = next((machine.folder / "opt").glob("lantai.undone-*"))
    up(machine, [f"cd /opt/{undone.name} && umask 022 && deploy/upgrade"])


def before(machine):
    """A server on which the release before runs, with its demonstration as content and the
    district's name.
    """
    for line in lines.section("在一台 Debian 服务器上"):
        if line.startswith(lines.DATABASE):
            break
        machine.type(line, **{"lantai-VERSION.tar.gz": OLD})
    pack(machine)
    lines.start_servers(machine)
    for line in lines.section("在一台 Debian 服务器上"):
        if (
            "createuser" in line
            or "createdb" in line
            or "lantai.env.example" in line
            or "/secret-key" in line
        ):
            machine.type(line, lines.answers_to(line))
    old_variables(machine)
    do(machine, f"{AS_OLD} migrate --noinput -v 0", "the release before: migrate")
    do(machine, f"{AS_OLD} collectstatic --noinput -v 0", "the release before: collectstatic")
    seed = AS_OLD.replace(" .venv", " DEMO=1 HTTPS=0 .venv")
    do(machine, f"{seed} seed -v 0", "the release before: content")
    lines.certificate(machine)
    for command in (
        "cd /opt/lantai && install -m 644 deploy/nginx/lantai.conf /etc/nginx/conf.d/",
        "install -m 644 deploy/nginx/lantai-*.conf /etc/nginx/",
        f"install -d /var/cache/nginx; sed -i 's/www.example.gov.cn/{lines.HOST}/' /etc/nginx/conf.d/lantai.conf",
        "install -m 644 deploy/systemd/* /etc/systemd/system/ && systemctl daemon-reload",
        "systemctl enable --now lantai.target lantai@8001 lantai@8002 lantai-tick.timer lantai-backup.timer lantai-bulk.timer",
        "nginx -t && systemctl reload nginx",
    ):
        do(machine, command)


def old_variables(machine):
    """lantai.env as one had it then: no value with a blank, and the name alone of what pages print."""
    path = machine.folder / "etc/lantai/lantai.env"
    wanted = {**lines.VARIABLES, "SITE_NAME": lines.DISTRICT}
    del wanted["SITE_CONTACT"], wanted["SITE_ORIGIN"]
    wanted["SITE_ORIGIN"] = f"https://{lines.HOST}"
    text = path.read_text()
    for name, value in wanted.items():
        text = re.sub(rf"^{name}=.*\n?", "", text, flags=re.MULTILINE) + f"{name}={value}\n"
    path.write_text(text)


def pack(machine):
    """The new release with its packages, as `make release` makes it for places without internet,
    for this machine's Python alone.
    """
    folder = "/srv/wheels"
    do(
        machine,
        f"mkdir /srv/new && tar -xzf {NEW} -C /srv/new --strip-components=1",
        "the new release lies ready",
    )
    words = f"/opt/lantai/.venv/bin/python -m pip download --quiet --require-hashes -r /srv/new/requirements.lock -d {folder}"
    do(machine, words, "its packages are fetched")
    code, plain = machine.folder / "srv/new", machine.folder / PACKED.lstrip("/")
    with tarfile.open(plain, "w:gz", compresslevel=1) as archive:
        archive.add(code, "lantai")
        archive.add(machine.folder / folder.lstrip("/"), "lantai/wheels")


def up(machine, typed):
    """Type what upgrades, and what it says has to be copied; a server of this version."""
    said = ""
    for line in typed:
        said = machine.type(line, **{"lantai-VERSION.tar.gz": PACKED})
    machine.expect("it says where the old code is", "/opt/lantai-before" in said, said)
    readers_see(machine, "this release")
    copy_what_differs(machine)
    lines.doctor(machine, "/opt/lantai/deploy/lantai-manage doctor")
    [address] = found(machine, ATTACHED)
    status, head, _ = ask(machine, address)
    machine.expect(
        "an attachment from before is read through nginx",
        status == "200",
        f"{address} {status} {head}",
    )


def copy_what_differs(machine):
    """Units and nginx's files as on a new server: the lines of the section on installing."""
    section = lines.section("在一台 Debian 服务器上")
    machine.where = "/opt/lantai"
    for line in section[section.index(lines.CHECK) + 1 :]:
        if line.startswith("deploy/lantai-manage doctor"):
            continue
        machine.type(line, DOMAIN=lines.HOST)


def found(machine, code):
    """What a line of Python says behind ADDRESS."""
    words = f"/opt/lantai/deploy/lantai-manage shell -v 0 -c {shlex.quote(code)}"
    _, said = machine.run(words)
    return re.findall(r"^ADDRESS (\S*)\r?$", said, re.MULTILINE) or [said[-500:]]


def act(machine, reason):
    """An act of publication by the code that runs; the page says so from then on."""
    [address] = found(machine, ACT.format(reason=reason))
    do(
        machine,
        "systemctl start lantai-tick.service && systemctl restart lantai.target",
        f"{reason}: the minute's work",
    )
    status, _, body = ask(machine, address)
    machine.expect(f"{reason}: done and shown", reason in body.decode(), f"{address} {status}")
    return address


def readers_see(machine, whose):
    """Every kind of page is answered, with the district's name."""
    runs_as_www_data(machine)
    answers = {page: ask(machine, page)[0] for page in PAGES}
    machine.expect(f"readers are served by {whose}", set(answers.values()) == {"200"}, str(answers))
    machine.expect("under the district's name", lines.DISTRICT in ask(machine, "/")[2].decode())
