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


def modules_without_types():
    """As pyproject.toml lists them for mypy."""
    tool = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["mypy"]
    return next(
        one["module"] for one in tool["overrides"] if one.get("disallow_untyped_defs") is False
    )


def is_typed(function):
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return function.returns is not None and all(
        one.annotation or one.arg in {"self", "cls"} for one in arguments
    )


@pytest.mark.parametrize("module", modules_without_types())
def test_the_list_of_modules_without_types_only_shrinks(module):
    """What is typed by now leaves the list in pyproject.toml, so that mypy keeps it typed."""
    path = settings.BASE_DIR / module.replace(".", "/")
    tree = ast.parse(
        (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    )
    assert not all(
        is_typed(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ), module


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
