"""The rooms below all others import nothing of the portal's and reach no database, no request and
no page.

Which rooms they may import is a contract in pyproject.toml; this is about what they use of Django.
"""

import ast
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database
ROOMS = ("confidential", "documents", "statutory")
# Of Django: how an error is said, settings, open files, and tools for texts and days.
MAY_IMPORT = ("django.conf", "django.core.exceptions", "django.core.files", "django.utils")
# (file, module): what still breaks the rule. The list may only shrink: an entry that is no longer
# true fails the test.
NOT_YET: set[tuple[str, str]] = set()


def imports_of_django():
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) else []
                for name in names:
                    if name and name.split(".")[0] == "django" and not name.startswith(MAY_IMPORT):
                        yield str(path.relative_to(settings.BASE_DIR)), name


def test_the_cellar_uses_of_django_only_what_knows_no_database():
    assert set(imports_of_django()) == NOT_YET


def test_mypy_is_strict_with_every_module_of_the_cellar():
    tool = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["mypy"]
    assert (tool["strict"], sorted(tool["files"])) == (True, sorted(ROOMS))
    assert tool["exclude"] == ["/tests/"]
    assert [set(one) for one in tool["overrides"]] == [{"module", "ignore_missing_imports"}]


LOAD_ALL = """
import importlib, pkgutil, sys
for room in sys.argv[1:]:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        if ".tests" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.startswith(("django.db", "django.forms", "django.http", "django.template"))))
"""


def test_the_cellar_loads_without_settings_and_without_a_database():
    """Also what libraries of ours and others bring along."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, *ROOMS],
        cwd=settings.BASE_DIR,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
