"""The folder of the district: what lies in it, and what pages link of it."""

import functools
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

STYLESHEET = "custom.css"
LOGOS = ("img/logo.svg", "img/logo.png")
READABLE = os.R_OK, os.R_OK | os.X_OK  # a file, a folder


def templates() -> Path:
    """Where overrides of templates lie. They stand before ours."""
    return settings.CUSTOM_DIR / "templates"


def static_files() -> Path:
    """Where overrides of static files, the stylesheet and the logo lie."""
    return settings.CUSTOM_DIR / "static"


def files(folder: Path) -> list[Path]:
    """All files below a folder, in order; what editors and systems leave behind is left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(place, name)
            for name in names
            if not name.startswith(".") and not name.endswith("~")
        ]
    return sorted(found)


def unreadable() -> Iterator[Path]:
    """Files and folders that this account cannot read: a template among them fails every page that
    uses it.
    """
    for folder in (templates(), static_files()):
        if not _exists(folder):
            continue
        paths = [folder]
        for place, folders, names in os.walk(folder):  # says nothing of what it cannot enter
            paths += [
                Path(place, name) for name in sorted((*folders, *names)) if not name.startswith(".")
            ]
        yield from (path for path in paths if not os.access(path, READABLE[os.path.isdir(path)]))


def _exists(folder: Path) -> bool:
    """Whether it is there, or may be: a folder above that cannot be entered hides it."""
    return os.path.isdir(folder) or (
        os.path.isdir(settings.CUSTOM_DIR) and not os.access(settings.CUSTOM_DIR, os.X_OK)
    )


def content() -> Iterator[bytes]:
    """Names and bytes of all that decides how a page looks; what cannot be read has no bytes
    (`manage.py doctor` names it).
    """
    for folder in (templates(), static_files()):
        for path in files(folder):
            yield str(path.relative_to(folder)).encode()
            yield path.read_bytes() if os.access(path, os.R_OK) else b""


@functools.cache
def stylesheet() -> str:
    """The address of the district's stylesheet; empty where there is none. Asked of the disk once
    in a process.
    """
    return _address(STYLESHEET)


@functools.cache
def logo() -> str:
    """The address of the picture beside the portal's name; empty where there is none."""
    return next(filter(None, map(_address, LOGOS)), "")


def _address(name: str) -> str:
    if not os.access(static_files() / name, os.R_OK):
        return ""
    try:
        return static(name)
    except ValueError:  # it lies there, and `collectstatic` has not run since: pages without it are better than none
        return ""


def uncollected() -> list[str]:
    """Names of the district's static files that `collectstatic` has not brought to where they are
    delivered from.
    """
    folder, collected = static_files(), Path(settings.STATIC_ROOT)
    names = [path.relative_to(folder) for path in files(folder) if os.access(path, os.R_OK)]
    return [str(name) for name in names if not _same(folder / name, collected / name)]


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
