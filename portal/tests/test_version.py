"""Which version this is, where people and programs look for it."""

import re
import subprocess
import sys

import pytest
from django.urls import reverse

from catalog.tests.builders import make_department
from disclosure.files.editions import public_items
from disclosure.files.facts import Edition
from disclosure.files.formats import FORMATS
from disclosure.files.store import stored_file
from disclosure.tests.builders import make_item


def test_it_is_a_version_of_semantic_versioning(settings):
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z]+\.\d+)?", settings.VERSION)


def test_the_changelog_has_a_chapter_for_it(settings):
    assert f"\n## [{settings.VERSION}]" in (settings.BASE_DIR / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("word", ["version", "--version"])
def test_the_command_line_says_it(settings, word):
    said = subprocess.run(
        [sys.executable, "manage.py", word], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert said.stdout.startswith(f"兰台 Lantai {settings.VERSION}（Django 5.2.")


@pytest.mark.django_db
def test_the_foot_of_the_desk_shows_it_to_staff_alone(client, admin_client, settings):
    organ = make_department()
    for page in ("/admin/", reverse("admin:catalog_department_change", args=[organ.pk])):
        assert f"兰台 Lantai {settings.VERSION}</p>" in admin_client.get(page).content.decode()
    client.logout()
    assert settings.VERSION not in client.get("/admin/login/").content.decode()
    assert settings.VERSION not in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("extension", ["html", "txt", "md"])
def test_files_made_of_items_say_it(settings, extension):
    edition = Edition(public_items().get(pk=make_item().pk))
    content = stored_file(edition, FORMATS[extension]).read_text("utf-8-sig")
    assert f"兰台 Lantai {settings.VERSION}" in content


@pytest.mark.django_db
def test_another_version_makes_its_files_anew(settings):
    edition = Edition(public_items().get(pk=make_item().pk))
    before = stored_file(edition, FORMATS["txt"])
    settings.VERSION = "9.9.9"
    after = stored_file(edition, FORMATS["txt"])
    assert before != after
    assert "9.9.9" in after.read_text("utf-8-sig")
