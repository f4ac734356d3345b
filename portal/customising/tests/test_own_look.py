"""What lies in the district's folder stands before what is shipped; without it nothing changes."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders

from portal.customising import folder
from portal.operations import proofs
from portal.serving import release

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FACTS = """import json; from django.conf import settings; from django.contrib.staticfiles import finders
from django.template.loader import get_template
print(json.dumps([finders.find("img/mark.svg"), get_template("partials/footer.html").origin.name, str(settings.CUSTOM_DIR)]))"""


def started(**environment):
    """What a new process with these variables uses as mark and as foot, and its folder."""
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", FACTS]
    own = {"SECRET_KEY": "x" * 50, "DEMO": "1", **environment}
    run = subprocess.run(
        command, env={**os.environ, **own}, cwd=project.BASE_DIR, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def stylesheets(page):
    return re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"|(/preferences\.css)', page)


def test_a_process_takes_mark_and_foot_of_the_folder_that_the_variable_names(tmp_path):
    own = tmp_path / "ours"
    for name in ("static/img/mark.svg", "templates/partials/footer.html"):
        (own / name).parent.mkdir(parents=True)
        (own / name).write_text("示例")
    found = started(DATA_DIR=str(tmp_path / "data"), CUSTOM_DIR=str(own))
    assert found == [
        str(own / "static/img/mark.svg"),
        str(own / "templates/partials/footer.html"),
        str(own),
    ]


def test_a_process_without_a_folder_takes_what_is_shipped(tmp_path):
    mark, foot, place = started(DATA_DIR=str(tmp_path), CUSTOM_DIR="")
    shipped = project.BASE_DIR
    assert [mark, foot] == [
        str(shipped / "static/img/mark.svg"),
        str(shipped / "templates/partials/footer.html"),
    ]
    assert place == str(shipped / "custom")


def test_nothing_changes_without_the_folder(client, custom):
    page = client.get("/").text
    assert "custom.css" not in page
    assert "masthead__logo" not in page


def test_a_template_of_the_district_stands_in_the_place_of_ours(client, custom):
    custom("templates/partials/footer.html", "<footer>示例区页脚</footer>")
    page = client.get("/").text
    assert "示例区页脚" in page
    assert "footer__inner" not in page


def test_a_mark_of_the_district_is_found_first(custom):
    path = custom("static/img/mark.svg", "<svg/>")
    assert finders.find("img/mark.svg") == str(path)


def test_its_stylesheet_stands_above_ours_and_below_what_readers_choose(client, custom):
    """High contrast and the view for the elderly must hold whatever colours a district has."""
    custom("static/custom.css", ":root { --vermilion: #7a1010; }")
    page = client.get("/").text
    names = [name or other for name, other in stylesheets(page)]
    assert (
        names.index("css/components.css")
        < names.index("custom.css")
        < names.index("css/high-contrast.css")
    )
    assert names[-1] == "/preferences.css"
    assert '<link rel="stylesheet" href="/static/custom.css" media="screen">' in page


@pytest.mark.parametrize("name", ["img/logo.svg", "img/logo.png"])
def test_its_logo_stands_beside_the_name_and_says_nothing_twice(client, custom, name):
    custom(f"static/{name}", b"picture")
    assert f'<img class="masthead__logo" src="/static/{name}" alt="">' in client.get("/").text


def test_pages_without_its_style_are_better_than_none_while_it_is_not_collected(
    client, custom, settings, tmp_path
):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    custom("static/custom.css", ":root {}")
    assert folder.stylesheet() == ""


def test_kept_pages_of_before_and_pages_of_a_backup_count_as_others(custom):
    before = release(), proofs.frame()
    custom("templates/partials/footer.html", "示例")
    between = release(), proofs.frame()
    custom("static/img/logo.svg", "<svg/>")
    after = release(), proofs.frame()
    for one, two, three in zip(before, between, after, strict=True):
        assert len({one, two, three}) == 3
