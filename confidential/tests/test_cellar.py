"""The room knows nothing of ours, and no tables."""

import ast
from pathlib import Path

import pytest

import confidential

pytestmark = pytest.mark.any_database
ALLOWED = ("confidential", "cryptography", "django.conf")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_it_imports_no_room_and_no_models():
    foreign = {
        name
        for path in Path(confidential.__file__).parent.glob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in ("catalog", "desk", "disclosure", "inquiries", "ledger", "portal", "django")
        and not name.startswith(ALLOWED)
    }
    assert foreign == set()
