"""Files that belong to nothing, and records whose file is gone.

A process that dies between writing a file and committing the record leaves the file behind; one
that dies while it exports leaves a half-written temporary file. Neither is ever shown to anybody,
both take room.
"""

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from portal.machines import nodes

# Whatever is younger may belong to an upload, an export or a backup that is under way.
HOURS = 24


@dataclass(frozen=True)
class Stray:
    """A file or folder that nothing refers to: where it lies and how many bytes it takes."""

    path: Path
    size: int


def _file_fields():
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field


def stored_names():
    """The names of all files that some record refers to, whatever a default manager leaves out."""
    names = set()
    for model, field in _file_fields():
        names.update(
            model._base_manager.exclude(**{field.name: ""})
            .values_list(field.name, flat=True)
            .iterator()
        )
    return names


def _media():
    root = Path(settings.MEDIA_ROOT)
    # Files first, records second: what is committed in between is in the second list.
    files = [path for path in root.rglob("*") if path.is_file()]
    names = stored_names() | {nodes.MARK}
    return [path for path in files if path.relative_to(root).as_posix() not in names]


def _unfinished():
    """What exports, packages, backups and restores write before they give it its name."""
    data, backups = Path(settings.DATA_DIR), Path(settings.BACKUP_DIR)
    yield from data.glob(".restore-*")
    yield from Path(settings.EXPORTS_DIR).glob("*/new-*")
    yield from Path(settings.EXPORTS_DIR).glob("sizes/*/new-*")
    for pattern in (".package-*", "*.partial"):
        yield from (data / "bulk").glob(pattern)
    for pattern in (".backup-*", ".verify-*", "lantai-*.partial"):
        yield from backups.glob(pattern)


def _size(path):
    return sum(each.stat().st_size for each in [path, *path.rglob("*")] if each.is_file())


def strays(*, older_than=HOURS * 3600):
    """Files and folders that nothing refers to and that nobody has touched for `older_than`
    seconds.
    """
    limit, found = time.time() - older_than, []
    for path in [*_media(), *_unfinished()]:
        with contextlib.suppress(FileNotFoundError):  # it was finished meanwhile
            if path.stat().st_mtime <= limit:
                found.append(Stray(path, _size(path)))
    return found


def remove(found, *, progress=lambda stray: None):
    """Remove strays. Raises OSError where one cannot be."""
    for stray in found:
        if stray.path.is_dir():
            shutil.rmtree(stray.path)
        else:
            stray.path.unlink(missing_ok=True)
        progress(stray)


def missing_files():
    """[(kind of record, its key, name of the file)] of records whose file is not there."""
    root, missing = Path(settings.MEDIA_ROOT), []
    for model, field in _file_fields():
        rows = model._base_manager.exclude(**{field.name: ""}).values_list("pk", field.name)
        missing += [
            (model._meta.verbose_name, key, name)
            for key, name in rows.iterator()
            if not (root / name).is_file()
        ]
    return missing
