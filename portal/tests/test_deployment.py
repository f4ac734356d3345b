"""What deploy/ promises: limits that agree, and containers that may do little."""

import re

import pytest
import yaml
from django.conf import settings

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
    largest = settings.ATTACHMENT_MAX_BYTES // 1_000_000
    gunicorn = int(re.search(r'"MAX_REQUEST_MB", "(\d+)"', (DEPLOY / "gunicorn.conf.py").read_text())[1])
    nginx = int(re.search(r"client_max_body_size (\d+)m", (DEPLOY / "nginx/lantai.conf").read_text())[1])
    assert largest < gunicorn <= nginx


def test_the_image_runs_as_an_account_of_its_own_with_a_number():
    account = instruction("USER")
    assert account not in (None, "root", "0")
    assert re.search(rf"useradd .*--uid [1-9]\d+ .*\b{account}\b", DOCKERFILE)


def test_the_image_looks_after_its_health_where_the_portal_answers(client, db):
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/[^']*)'", instruction("HEALTHCHECK"))
    assert address[1] == instruction("EXPOSE")
    assert f"0.0.0.0:{address[1]}" in instruction("ENV")
    assert client.get(address[2]).status_code == 200


def test_what_changes_lies_in_the_volume():
    folder = instruction("VOLUME")
    assert f"DATA_DIR={folder}" in instruction("ENV")
    assert all(f"data:{folder}" in COMPOSE["services"][name]["volumes"] for name in OWN)


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
    assert "user" not in service  # the image's account


def test_there_are_two_replicas_behind_nginx_and_only_nginx_is_reached_from_outside():
    assert COMPOSE["services"]["web"]["deploy"]["replicas"] == 2
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]


def test_every_file_and_word_the_containers_name_exists():
    start = (DEPLOY / "container/start").read_text()
    assert {COMPOSE["services"][name]["command"] for name in OWN} == set(re.findall(r"^  (\w+)\)", start, re.MULTILINE))
    mounted = [volume.split(":")[0] for volume in COMPOSE["services"]["nginx"]["volumes"]]
    made_before = {"./tls"}  # by whoever installs
    files = [name for name in mounted if name.startswith(".") and name not in made_before]
    assert [name for name in files if not (DEPLOY / "container" / name).exists()] == []


def test_secrets_are_files_never_words_of_the_compose_file():
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    assert "POSTGRES_PASSWORD_FILE" in COMPOSE["services"]["database"]["environment"]
    assert not re.search(r"(?i)password: *[\"']?\w", (DEPLOY / "container/compose.yaml").read_text())


def test_the_environment_file_of_a_server_has_backups_hold_the_keys():
    """One line on paper brings everything back; without it the keys are in no backup."""
    example = (DEPLOY / "lantai.env.example").read_text()
    manual = (settings.BASE_DIR / "docs/operations.md").read_text()
    file = re.search(r"^BACKUP_PASSPHRASE_FILE=(\S+)$", example, re.MULTILINE)[1]
    assert f"install -m 600 -o lantai /dev/stdin {file}" in manual
