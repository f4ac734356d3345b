"""Markup of ours is never safe by decree: the whole tree is read for the words that would make it
so.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [path.parent for path in ROOT.glob("*/apps.py")]
PYTHON = [path for room in ROOMS for path in room.rglob("*.py") if "tests" not in path.parts]
TEMPLATES = [
    *(ROOT / "templates").rglob("*.html"),
    *(path for room in ROOMS for path in room.rglob("*.html")),
]

# Where HTML may be called safe, and why.
ALLOWED = {
    "disclosure/templatetags/richtext.py": "the one gate: cleaned in the line above",
    "portal/templatetags/desk_markup.py": "what Django's admin has rendered and escaped, with attributes of ours",
    "portal/templatetags/page_tags.py": "JSON-LD: json_script has escaped every `<`, `>` and `&`",
}
DECREES = re.compile(
    r"\bmark_safe\b|\bSafe(?:String|Text|Data)\b|html_safe|\.__html__|\bautoescape\s*=\s*False"
)
FAULTS = {
    "the filter `safe`": re.compile(r"\|\s*safe(?:seq)?\b"),
    "autoescape off": re.compile(r"\{%-?\s*autoescape\s+off"),
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}


def place(path):
    return path.relative_to(ROOT).as_posix()


def without_comments(template):
    template = re.sub(r"\{#.*?#\}", "", template)
    return re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", template, flags=re.DOTALL)


def test_only_the_gates_call_html_safe():
    found = {place(path) for path in PYTHON if DECREES.search(path.read_text())}
    assert found == set(ALLOWED)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_template_holds(fault):
    pattern = FAULTS[fault]
    assert [
        place(path) for path in TEMPLATES if pattern.search(without_comments(path.read_text()))
    ] == []


def test_it_reads_the_tree():
    assert len(TEMPLATES) > 20
    assert len(PYTHON) > 40
