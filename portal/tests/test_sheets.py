"""Style sheets: one file a block, joined when static files are collected."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from portal.front.static_files import IMPORT, SHEETS, StaticFiles

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
BLOCKS = sorted((STATIC / "css/components").glob("*.css"))
REPORT = "{% static 'css/report.css' %}"


def collected(folder, source):
    """The storage after `collectstatic` with the style sheets of `source`."""
    storage, found = StaticFiles(location=folder, base_url="/static/"), {}
    for path in sorted(source.glob("css/**/*.css")):
        name = path.relative_to(source).as_posix()
        found[name] = (StaticFilesStorage(location=source, base_url="/static/"), name)
        storage.delete(name)
        with path.open("rb") as file:
            storage.save(name, file)
    done = list(storage.post_process(found))
    assert not [error for _, _, error in done if isinstance(error, Exception)]
    return storage


def words(storage, name):
    with storage.open(name) as file:
        return file.read().decode()


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def classes(path):
    """The classes that the selectors of a sheet name."""
    selectors = re.findall(r"([^{}]+)\{", without_comments(path.read_text()))
    return set(re.findall(r"\.([a-z][\w-]*)", " ".join(selectors)))


def imported(sheet):
    return [STATIC / "css" / name for name in IMPORT.findall((STATIC / sheet).read_text())]


def test_each_block_belongs_to_one_sheet():
    assert sorted(block for sheet in SHEETS for block in imported(sheet)) == BLOCKS


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_collected_sheet_holds_its_blocks_and_asks_for_nothing_more(sheet, tmp_path):
    storage = collected(tmp_path, STATIC)
    for name in (sheet, storage.stored_name(sheet)):
        assert name == sheet or re.search(r"\.[0-9a-f]{12}\.css$", name)
        text = words(storage, name)
        assert "@import" not in text
        assert text.endswith("".join(block.read_text() for block in imported(sheet)))


def test_a_changed_block_changes_the_name_of_its_sheet(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "css/components").mkdir(parents=True)
    (source / "css/components.css").write_text('@import url("components/lead.css");\n')
    (source / "css/components/lead.css").write_text(".lead { margin: 0 }\n")
    first = collected(target, source).stored_name("css/components.css")
    (source / "css/components/lead.css").write_text(".lead { margin: 1rem }\n")
    storage = collected(target, source)
    second = storage.stored_name("css/components.css")
    assert first != second
    assert words(storage, first) == ".lead { margin: 0 }\n"  # pages made before keep their styles
    assert words(storage, second) == ".lead { margin: 1rem }\n"


def test_the_order_of_the_layers_is_declared_once():
    declared = [
        path.name
        for path in STATIC.glob("css/**/*.css")
        if re.search(r"@layer [\w, ]+;", without_comments(path.read_text()))
    ]
    assert declared == ["tokens.css"]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda path: path.stem)
def test_a_block_stands_in_its_layer(block):
    """Whatever stood outside of it would win over print and over what readers choose."""
    text = without_comments(block.read_text()).strip()
    assert text.startswith("@layer components {\n")
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "}" and depth == 0:
            assert place == len(text) - 1


def test_reports_load_their_sheet_and_other_pages_do_not():
    """A page needs it where it, or what it includes, names a class that only that sheet knows."""
    shared = set().union(*(classes(path) for path in imported("css/components.css")))
    own = set().union(*(classes(path) for path in imported("css/report.css"))) - shared
    pages = [
        path for path in TEMPLATES.rglob("*.html") if '{% extends "base.html"' in path.read_text()
    ]
    need = {page for page in pages if own & _classes_of(page)}
    assert {page.name for page in need} >= {"report_detail.html", "report_list.html"}
    assert {page for page in pages if REPORT in page.read_text()} == need


def _classes_of(template: Path) -> set[str]:
    text = template.read_text()
    named = set(" ".join(re.findall(r'class="([^"]*)"', text)).replace("{", " ").split())
    for name in re.findall(r'\{% include "([^"]+)"', text):
        if (TEMPLATES / name) != template:
            named |= _classes_of(TEMPLATES / name)
    return named


@pytest.mark.django_db
def test_a_page_asks_for_few_sheets(client):
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)
    assert len(sheets) <= 7
    assert "/static/css/report.css" not in sheets
