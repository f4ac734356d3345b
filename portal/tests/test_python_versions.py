"""Debian 12's Python is 3.11.2: what came into the standard library between 3.11.1 and later 3.11.x
is not there.

Linters know versions of two parts only; `make lint` looks for what is newer than 3.11 (vermin),
this for what is younger than 3.11.0.
"""

import ast
import re
import subprocess

import pytest
from django.conf import settings

# {call: {argument: since}}. From the standard library's "Changed in version 3.11.x".
ARGUMENTS = {
    "extract": {"filter": "3.11.4"},
    "extractall": {"filter": "3.11.4"},
    "unpack_archive": {"filter": "3.11.4"},
    "getaddresses": {"strict": "3.11.10"},
    "parseaddr": {"strict": "3.11.10"},
}
NAMES = {
    **dict.fromkeys(
        ("data_filter", "tar_filter", "fully_trusted_filter", "extraction_filter"), "3.11.4"
    ),
    **dict.fromkeys(
        ("AbsoluteLinkError", "OutsideDestinationError", "LinkOutsideDestinationError"), "3.11.4"
    ),
    **dict.fromkeys(("SpecialFileError", "AbsolutePathError"), "3.11.4"),
    **dict.fromkeys(("SetReparseDeferralEnabled", "GetReparseDeferralEnabled"), "3.11.9"),
    "verify_generated_headers": "3.11.10",
}

SUSPICIOUS = re.compile("|".join([*ARGUMENTS, *NAMES]))


def too_young(source):
    """(line, what, since) of what Debian 12's Python does not have."""
    if not SUSPICIOUS.search(source):  # to parse every file takes half a minute
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            for argument in {word.arg for word in node.keywords} & ARGUMENTS.get(name, {}).keys():
                yield node.lineno, f"{name}({argument}=)", ARGUMENTS[name][argument]
        name = getattr(node, "attr", None) or getattr(node, "id", None)
        if isinstance(node, ast.Attribute | ast.Name) and name in NAMES:
            yield node.lineno, name, NAMES[name]


def our_files():
    """Every Python file of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", ".ci"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    names = listed.stdout.split() if listed.returncode == 0 else []
    found = [settings.BASE_DIR / name for name in names] or list(
        settings.BASE_DIR.glob("[a-z]*/**/*.py")
    )
    return [path for path in found if path.is_file() and path.name != "run"]


def test_nothing_is_younger_than_the_python_of_debian_12():
    found = {str(path): list(too_young(path.read_text())) for path in our_files()}
    assert len(found) > 300
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "code",
    [
        "tar.extract(member, folder, filter='data')",
        "archive.extractall(folder, filter=tarfile.data_filter)",
        "shutil.unpack_archive(path, folder, filter='data')",
        "from email.utils import getaddresses\ngetaddresses(words, strict=True)",
    ],
)
def test_what_is_too_young_is_found(code):
    assert list(too_young(code))
