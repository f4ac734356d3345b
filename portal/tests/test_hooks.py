"""Whatever a room declares is known in every process from its start: in a server, a worker and a
command alike.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from portal.apps import ROOMS_WITH_HOOKS

DECLARES = re.compile(
    r"^@(?:check|clears|erases|also_verify)\b|^holds_none\(|^public_table\(|^\w+ = index_kind\(",
    re.MULTILINE,
)
STARTED = """
import django, json, sys
django.setup()
print(json.dumps(sorted(sys.modules)))
"""


def declaring():
    """Modules of the product in which something is declared."""
    for room in (
        path.name for path in settings.BASE_DIR.iterdir() if (path / "__init__.py").is_file()
    ):
        for file in sorted((settings.BASE_DIR / room).rglob("*.py")):
            if "tests" not in file.parts and DECLARES.search(file.read_text()):
                yield ".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts)


def test_what_is_declared_is_known_as_soon_as_the_portal_has_started():
    loaded = json.loads(
        subprocess.run(
            [sys.executable, "-c", STARTED],
            cwd=settings.BASE_DIR, env={"DJANGO_SETTINGS_MODULE": "portal.settings", "DEMO": "1",
                                        "SECRET_KEY": "x" * 60, "PATH": "/usr/bin:/bin"},
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout
    )  # fmt: skip
    modules = list(declaring())
    assert len(modules) > 15
    assert sorted(set(modules) - set(loaded)) == []


def test_each_room_that_declares_something_has_its_hooks():
    rooms = {module.partition(".")[0] for module in declaring()}
    assert rooms <= set(ROOMS_WITH_HOOKS)
    assert all(Path(settings.BASE_DIR, room, "hooks.py").is_file() for room in ROOMS_WITH_HOOKS)
