"""What deploy/ promises: limits that agree, and containers that may do little."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from portal.front.gate import LONGEST_FORM

DEPLOY = settings.BASE_DIR / "deploy"
DOCKERFILE = (DEPLOY / "container/Dockerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())
OWN = [name for name, service in COMPOSE["services"].items() if service["image"] == "lantai"]


def instruction(name):
    """The last of an instruction in the Dockerfile's last stage, its lines joined."""
    stage = DOCKERFILE.replace("\\\n", " ").rpartition("\nFROM ")[2]
    found = re.findall(rf"^{name} +(.+)$", stage, re.MULTILINE)
    return found[-1] if found else None


def test_every_server_takes_an_attachment_of_the_largest_size():
    assert (
        settings.ATTACHMENT_MAX_BYTES
        < settings.LARGEST_REQUEST
        <= taken_by_nginx("location = /_desk_upload")
    )


def taken_by_nginx(place):
    """Bytes of a body, behind this line of the shipped configuration."""
    number, unit = re.search(
        r"client_max_body_size (\d+)([km]);",
        (DEPLOY / "nginx/lantai.conf").read_text().partition(place)[2],
    ).groups()
    return int(number) * {"k": 1024, "m": 1024**2}[unit]


def test_nginx_takes_what_the_portal_takes_of_strangers():
    assert taken_by_nginx("listen.conf") == LONGEST_FORM
    assert settings.LARGEST_COPY < taken_by_nginx("location = /_copy") <= settings.LARGEST_REQUEST
    assert "$request_method:$uri $lantai_body" in (DEPLOY / "nginx/lantai.conf").read_text()


def test_http2_is_switched_on_for_old_and_new_nginx():
    old, new = (
        (DEPLOY / f"nginx/{name}").read_text()
        for name in ("lantai-listen.conf", "newer/lantai-listen.conf")
    )
    assert "listen 443 ssl http2;" in old
    assert "listen 443 ssl;\n" in new
    assert "http2 on;" in new
    assert COMPOSE["services"]["nginx"]["image"].startswith("nginx:1.28")
    assert (
        "../nginx/newer/lantai-listen.conf:/etc/nginx/lantai-listen.conf:ro"
        in COMPOSE["services"]["nginx"]["volumes"]
    )


def test_nginx_gives_an_idle_connection_up_before_the_portal_does():
    kept = int(
        re.search(r"^keepalive = (\d+)", (DEPLOY / "gunicorn.conf.py").read_text(), re.MULTILINE)[1]
    )
    upstream = (DEPLOY / "nginx/lantai-upstream.conf").read_text()
    assert "keepalive_timeout" not in upstream  # nginx's own: 60 seconds
    assert kept > 60


def test_the_image_runs_as_an_account_of_its_own_with_a_number():
    account = instruction("USER")
    assert account not in (None, "root", "0")
    assert re.search(rf"useradd .*--uid [1-9]\d+ .*\b{account}\b", DOCKERFILE)


def test_the_image_asks_each_role_for_its_own_health(tmp_path):
    assert instruction("HEALTHCHECK").endswith('CMD ["deploy/container/health"]')

    def healthy(*words, **environment):
        program = DEPLOY / "container/health"
        return (
            subprocess.run(
                [program, *words],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                check=False,
            ).returncode
            == 0
        )

    ticked = tmp_path / "journal/last-tick"
    assert not healthy("every_minute", DATA_DIR=str(tmp_path))
    ticked.parent.mkdir()
    ticked.touch()
    assert healthy("every_minute", DATA_DIR=str(tmp_path))
    os.utime(ticked, (time.time() - 600,) * 2)
    assert not healthy("every_minute", DATA_DIR=str(tmp_path))
    assert not healthy("web", BIND="127.0.0.1:1")  # nobody listens there
    assert healthy("prepare")
    assert not healthy("tasks", TMPDIR=str(tmp_path))
    (tmp_path / "lantai-beat").touch()
    assert healthy("tasks", TMPDIR=str(tmp_path))
    os.utime(tmp_path / "lantai-beat", (time.time() - 600,) * 2)
    assert not healthy("tasks", TMPDIR=str(tmp_path))


def test_every_role_that_stays_has_a_health_of_its_own():
    roles = re.findall(r"^  (\w+)\)", (DEPLOY / "container/health").read_text(), re.MULTILINE)
    assert set(roles) == {
        COMPOSE["services"][name]["command"] for name in OWN if not is_done_soon(name)
    }


def test_no_role_that_goes_on_for_good_has_the_name_of_a_command():
    """What is typed into a container by hand (`deploy/container/start tick`) ends."""
    roles = set(re.findall(r"^  (\w+)\)", (DEPLOY / "container/start").read_text(), re.MULTILINE))
    assert roles & set(get_commands()) == set()


def is_done_soon(name):
    """Whether a service runs once and ends."""
    return COMPOSE["services"][name]["restart"] == "no"


def test_the_web_containers_health_is_that_of_an_address_of_the_portal(client, db):
    address = re.search(r"http://\{[^}]+\}(/[^']*)'", (DEPLOY / "container/health").read_text())
    assert client.get(address[1]).status_code == 200
    assert f"BIND=0.0.0.0:{instruction('EXPOSE')}" in instruction("ENV")


def test_what_changes_lies_in_volumes():
    data, backups = re.findall(r'"([^"]+)"', instruction("VOLUME"))
    assert f"DATA_DIR={data}" in instruction("ENV")
    assert f"BACKUP_DIR={backups}" in instruction("ENV")
    for name in OWN:
        assert {f"data:{data}", f"backups:{backups}"} <= set(COMPOSE["services"][name]["volumes"])


def test_the_image_installs_only_files_whose_hash_is_known():
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


@pytest.mark.parametrize("name", OWN)
def test_a_container_of_the_portal_may_do_little(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if (
        name == "keys"
    ):  # runs once, as root, to hand the secrets over: without network, with the rights of that alone
        assert (service["network_mode"], service["restart"]) == ("none", "no")
        assert set(service["cap_add"]) == {"CHOWN", "DAC_OVERRIDE", "FOWNER"}
    else:
        assert not {"user", "cap_add"} & set(service)  # the image's account


def test_only_what_copies_them_is_given_the_secrets():
    given = [
        name
        for name in OWN
        if any("secrets" in volume for volume in COMPOSE["services"][name]["volumes"])
    ]
    assert given == ["keys"]


def test_every_container_that_stays_is_asked_for_its_health():
    stays = {name for name, service in COMPOSE["services"].items() if service["restart"] != "no"}
    asked = {
        name
        for name, service in COMPOSE["services"].items()
        if "test" in service.get("healthcheck", {})
    }
    assert stays - asked == {name for name in OWN if name in stays}  # by the image


def test_nginx_is_given_every_file_it_includes_and_asks_for_addresses_again():
    mounted = {volume.split(":")[1] for volume in COMPOSE["services"]["nginx"]["volumes"]}
    included = re.findall(
        r"^ *include (/etc/nginx/[^*;]+);", (DEPLOY / "nginx/lantai.conf").read_text(), re.MULTILINE
    )
    assert set(included) <= mounted
    upstream = (DEPLOY / "container/lantai-upstream.conf").read_text()
    assert re.search(r"server web:8000 resolve .*;", upstream)
    assert "resolver 127.0.0.11 valid=" in upstream
    assert "zone " in upstream
    assert [
        int(part)
        for part in re.search(r"nginx:(\d+)\.(\d+)", COMPOSE["services"]["nginx"]["image"]).groups()
    ] >= [
        1,
        28,
    ]


def in_the_context(path):
    """Whether .dockerignore lets a path into the image: the last line that fits it, or a folder
    above it, decides.
    """
    places, is_in = [path, *map(str, Path(path).parents)][:-1], True
    for line in (settings.BASE_DIR / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and any(fits(place, pattern) for place in places):
            is_in = line.startswith("!")
    return is_in


def fits(place, pattern):
    """A pattern of .dockerignore: `*` stays in a folder, `**/` stands for any folders or none."""
    words = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
    return re.fullmatch(words, place) is not None


def test_the_image_holds_what_the_portal_is_made_of():
    rooms = [
        app.partition(".")[0]
        for app in settings.INSTALLED_APPS
        if (settings.BASE_DIR / app.partition(".")[0]).is_dir()
    ]
    needed = [
        *(f"{room}/__init__.py" for room in rooms),
        "templates/base.html",
        "static/a.css",
        "manage.py",
        "requirements.lock",
    ]
    needed += [
        "deploy/container/start",
        "deploy/gunicorn.conf.py",
        "docs/operations.md",
        "portal/tests/served.py",
    ]
    assert [path for path in needed if not in_the_context(path)] == []


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".venv/bin/python",
        ".venv-drills/pyvenv.cfg",
        "var/secret-key",
        "var/media/attachments/a.pdf",
        "portal/.env",
        "deploy/container/secrets/secret-key",
        "deploy/container/tls/privkey.pem",
        "deploy/container/portal.env",
        "portal/__pycache__/a.pyc",
        "notes.txt",
    ],
)
def test_nothing_of_the_builders_own_gets_into_a_layer(path):
    assert not in_the_context(path)


def test_there_are_two_replicas_behind_nginx_and_only_nginx_is_reached_from_outside():
    assert COMPOSE["services"]["web"]["deploy"]["replicas"] == 2
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == [
        "nginx"
    ]


def test_every_file_and_word_the_containers_name_exists():
    start = (DEPLOY / "container/start").read_text()
    assert {COMPOSE["services"][name]["command"] for name in OWN} == set(
        re.findall(r"^  (\w+)\)", start, re.MULTILINE)
    )
    mounted = [volume.split(":")[0] for volume in COMPOSE["services"]["nginx"]["volumes"]]
    made_before = {"./tls"}  # by whoever installs
    files = [name for name in mounted if name.startswith(".") and name not in made_before]
    assert [name for name in files if not (DEPLOY / "container" / name).exists()] == []


def test_secrets_are_files_never_words_of_the_compose_file():
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    assert "POSTGRES_PASSWORD_FILE" in COMPOSE["services"]["database"]["environment"]
    assert not re.search(
        r"(?i)password: *[\"']?\w", (DEPLOY / "container/compose.yaml").read_text()
    )


def test_the_environment_file_of_a_server_has_backups_hold_the_keys():
    """One line on paper brings everything back; without it the keys are in no backup."""
    example = (DEPLOY / "lantai.env.example").read_text()
    manual = (settings.BASE_DIR / "docs/operations.md").read_text()
    file = re.search(r"^BACKUP_PASSPHRASE_FILE=(\S+)$", example, re.MULTILINE)[1]
    assert f"install -m 600 -o lantai /dev/stdin {file}" in manual


def starts_of(unit, seen=()):
    """The units that bring this one up at a start of the machine, by WantedBy of its [Install]: up
    to what has no file here.
    """
    template, at, _ = unit.partition("@")
    file = DEPLOY / "systemd" / (f"{template}@.service" if at else unit)
    if not file.exists():
        return {unit}
    install = file.read_text().partition("[Install]")[2]
    wanted = " ".join(re.findall(r"^WantedBy=(.+)$", install, re.MULTILINE)).split()
    return set().union(*(starts_of(one, (*seen, unit)) for one in wanted if one not in seen), set())


def test_every_unit_that_the_manual_enables_starts_again_with_the_machine():
    """systemctl enable says nothing of importance where a unit has no [Install]: it runs until the
    machine is started again.
    """
    line = re.search(
        r"^    systemctl enable --now (.+)$",
        (settings.BASE_DIR / "docs/operations.md").read_text(),
        re.MULTILINE,
    )[1]
    units = [name if "." in name else f"{name}.service" for name in line.split()]
    assert len(units) > 6
    lost = {unit for unit in units if not starts_of(unit) & {"multi-user.target", "timers.target"}}
    assert lost == set()
    assert [
        unit for unit in units if unit.startswith("lantai@") and "lantai.target" not in units
    ] == []
