"""docs/architecture.md and its Chinese summary say what the code is."""

import importlib.util
import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
NAMED = re.compile(r"`([\w./-]+\.(?:py|html|css|js|toml))(?::([\w.]+))?`")
FOLDERS = re.compile(r"`((?:\w+/)+)`")
PAGES = ("docs/architecture.md", "docs/architecture.zh.md")

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def house():
    spec = importlib.util.spec_from_file_location("draw_house", ROOT / "docs/draw_house.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("page", "language"), [(PAGES[0], 0), (PAGES[1], 1)])
def test_the_pictures_are_those_of_the_contracts(house, page, language):
    text = (ROOT / page).read_text()
    assert house.drawn(text, language) == text, "run docs/draw_house.py"


def test_a_room_that_is_to_come_is_dashed_and_one_above_points_to_the_next(house):
    contract = {"layers": ["portal", "(oversight)", "imports | inquiries"]}
    picture = house.drawing(house.layers_of(contract), 0)
    assert "portal --> oversight" in picture
    assert "oversight --> row2" in picture
    assert "style oversight stroke-dasharray" in picture
    assert "style portal" not in picture


@pytest.mark.parametrize("page", PAGES)
def test_each_file_function_and_class_it_names_is_there(page):
    """Of `file.py:name` the name is defined in the file; of `file.py:Class.method` both are."""
    missing = []
    for file, names in NAMED.findall(_whole_paths(page)):
        path = ROOT / file
        text = path.read_text() if path.is_file() else ""
        missing += [file] * (not text)
        missing += [
            f"{file}:{name}"
            for name in filter(None, names.split("."))
            if not re.search(
                rf"^\s*(?:(?:def|class) {name}\b|{name}\b[^=\n]* = )", text, re.MULTILINE
            )
        ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_the_journeys_name_what_they_pass(page):
    """A page, a save and a Word file: each step has its file."""
    text = (ROOT / page).read_text()
    for heading in re.findall(r"^### .*?\n(.*?)(?=^#)", text, re.MULTILINE | re.DOTALL):
        steps = re.findall(r"^\d+\. .*", heading, re.MULTILINE)
        assert len(steps) >= 5
        assert all(NAMED.search(step) for step in steps)


@pytest.mark.parametrize("page", PAGES)
def test_each_folder_it_names_is_there(page):
    folders = FOLDERS.findall(_whole_paths(page))
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_the_summary_goes_the_same_ways():
    english, chinese = (_ways(page) for page in PAGES)
    assert english == chinese


def _ways(page):
    """The names that the three journeys pass, in their order."""
    text = (ROOT / page).read_text()
    return NAMED.findall(next(part for part in text.split("\n## ") if "### " in part))


def _whole_paths(page):
    """The sections whose names are whole paths; the tables of rooms name files inside a room."""
    text = (ROOT / page).read_text()
    return text[text.index("<!-- whole paths -->") : text.index("<!-- end of whole paths -->")]
