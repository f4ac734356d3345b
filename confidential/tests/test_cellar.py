"""The room knows nothing of ours, and no tables."""

import ast
import sys
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
    names = {
        name for path in Path(confidential.__file__).parent.glob("*.py") for name in imported(path)
    }
    foreign = {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}
    assert [name for name in sorted(foreign) if not name.startswith(ALLOWED)] == []
