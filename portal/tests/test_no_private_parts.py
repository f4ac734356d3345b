"""Nothing of ours leans on what Django, gunicorn or another library keeps to itself: an upgrade may
change it without a word.
"""

import ast
from pathlib import Path

from django.conf import settings

ROOMS = (
    *("background", "catalog", "confidential", "desk", "disclosure", "documents", "imports"),
    *("inquiries", "ledger", "opendata", "portal", "statutory", "workdays"),
)
# Documented, whatever their names look like: models (`_meta`, `_state.adding`, managers), storages
# that a project writes itself (`_save`), named tuples.
DOCUMENTED = {"_meta", "_state", "_base_manager", "_default_manager", "_save"}
DOCUMENTED |= {"_replace", "_asdict", "_fields"}
DOCUMENTED |= {"_Element"}  # what lxml's elements are called in annotations
OF_STATE = {"adding", "db"}


def trees():
    """(file, syntax tree) of every module of the product."""
    for room in ROOMS:
        for file in Path(settings.BASE_DIR, room).rglob("*.py"):
            if "tests" not in file.parts:
                yield file.relative_to(settings.BASE_DIR), ast.parse(file.read_text())


def is_private(name):
    """One underscore: two and two are Python's own."""
    return name.startswith("_") and not name.startswith("__")


def own_names(tree):
    """Private names that a module gives: functions, classes, attributes of `self`, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def borrowed(tree, own):
    """(line, name) of private names that are nobody's of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            if node.value.attr == "_state" and node.attr not in OF_STATE:
                yield node.lineno, f"_state.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            is_ours = (node.module or "").partition(".")[0] in ROOMS
            parts = [*(node.module or "").split("."), *(name.name for name in node.names)]
            found = [part for part in parts if is_private(part) and part not in own]
            yield from ((node.lineno, part) for part in found if not is_ours)


def test_no_private_part_of_a_library_is_used():
    modules = list(trees())
    own = DOCUMENTED | {name for _, tree in modules for name in own_names(tree) if is_private(name)}
    found = [
        f"{file}:{line}: {name}" for file, tree in modules for line, name in borrowed(tree, own)
    ]
    assert found == []


def test_it_finds_what_is_borrowed():
    code = "from django.db import _x\nitem._state.fields_cache.pop(1)\nrows._result_cache = []\n"
    found = {name for _, name in borrowed(ast.parse(code), DOCUMENTED)}
    assert found == {"_x", "_state.fields_cache", "_result_cache"}
