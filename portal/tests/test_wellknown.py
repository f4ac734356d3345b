"""security.txt and favicon.ico: what is asked for without a link."""

import datetime as dt
import re
import subprocess
import sys

import pytest
from django.contrib.staticfiles import finders
from PIL import Image


def fields(client):
    text = client.get("/.well-known/security.txt").content.decode()
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_it_names_the_contact_and_runs_out_within_a_year(client, settings):
    settings.SECURITY_CONTACT = ["mailto:security@example.gov.cn", "tel:+86-451-12345678"]
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[:2] == ["Contact: mailto:security@example.gov.cn", "Contact: tel:+86-451-12345678"]
    found = fields(client)
    assert found["Canonical"] == "https://www.example.gov.cn/.well-known/security.txt"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["Expires"])
    expires = dt.datetime.fromisoformat(found["Expires"])
    days = (expires - dt.datetime.now(dt.UTC)).days
    assert 100 < days < 365


@pytest.mark.django_db
def test_without_a_contact_there_is_no_such_file(client, settings):
    settings.SECURITY_CONTACT = []
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_contact_that_is_no_address_stops_the_start_with_a_sentence(settings, tmp_path):
    environment = {
        "SECURITY_CONTACT": "security@example.gov.cn",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 50,
    }
    command = [sys.executable, "manage.py", "check"]
    said = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "SECURITY_CONTACT" in said.stderr
    assert "mailto:" in said.stderr


def test_browsers_find_an_icon_under_its_old_name(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].startswith("/static/img/favicon")
    with Image.open(finders.find("img/favicon.ico")) as icon:
        assert icon.format == "ICO"
        assert {(16, 16), (32, 32), (48, 48)} <= icon.info["sizes"]
