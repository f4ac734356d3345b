"""Files once made are kept, under the hash of what they show: the same edition is made once,
whoever asks.

Several processes share the folder. A file appears whole or not at all; of two that want the same
one the second waits for the first; only a few are made at once. Each of 256 shelves holds its part
of the room, and what was asked for longest ago goes.
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import tempfile
import time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from disclosure.erasing.clearing import clears
from disclosure.files.document import compose
from disclosure.files.facts import canonical
from disclosure.files.pictures import pictures_of
from disclosure.files.recognition import record_file
from documents.files.failures import BusyError, NothingToExportError, TooLargeError
from documents.files.glyphs import font_files

SLOTS = 2  # heavy conversions at once
SECONDS_TO_WAIT = 20
SECONDS_REFUSED = 3_600  # so long a document beyond the bounds is not tried again
SHELVES = 256
_MAKERS = (
    *(
        "disclosure/files/*.*",
        "documents/blocks/*.*",
        "documents/files/*.*",
        "documents/files/references/reference.*",
    ),
    "statutory/blocks.py",
)
logger = logging.getLogger(__name__)
_FAILURES = {"large": TooLargeError, "nothing": NothingToExportError}


@lru_cache(maxsize=1)
def _makers():
    """A digest of all that makes files: our code, the fonts, the programs. Another version makes
    files anew.
    """
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _MAKERS for path in settings.BASE_DIR.glob(pattern)):
        digest.update(path.name.encode() + path.read_bytes())
    for path in font_files():
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    for name in ("typst", "pypandoc_binary", "pylopdf-fonts-zh-cn"):
        digest.update(version(name).encode())
    return digest.hexdigest()


def key_of(edition, extension):
    """The name of a file in the store: everything that decides its bytes."""
    site = [settings.SITE["name"], settings.SITE["platform"], settings.VERSION]
    return hashlib.sha256(
        canonical([_makers(), extension, site, edition.content_sha256, edition.facts])
    ).hexdigest()


def _path(edition, file_format):
    key = key_of(edition, file_format.extension)
    return _shelf(key) / f"{key}.{file_format.extension}"


def found_file(edition, file_format):
    """The path of the file if it has been made. Raises an ExportError where it cannot be."""
    path = _found(_path(edition, file_format))
    if path and _unrecorded(path).exists():
        _record(edition, file_format, path)
    return path


def stored_file(edition, file_format, *, is_bulk=False, patience=SECONDS_TO_WAIT):
    """The path of the file, made where it is not there yet. Raises an ExportError.

    `is_bulk`: one of many wanted by one reader; they leave a place for others. `patience`: seconds
    to wait for others' work.
    """
    if found := found_file(edition, file_format):
        return found
    path = _path(edition, file_format)
    with _lock(f"shelf-{path.parent.name}", patience):
        if found := _found(path):
            return found
        with (
            slot(is_bulk=is_bulk, patience=patience)
            if file_format.is_heavy
            else contextlib.nullcontext()
        ):
            content = _made(edition, file_format, path)
        _unrecorded(path).touch()
        _put(path, content)
    _record(edition, file_format, path)
    _note_size(edition.item, file_format.extension, len(content))
    return path


def _unrecorded(path):
    """The mark beside a file that is not on record yet: whoever finds it puts the file there."""
    return path.with_suffix(".unrecorded")


def _record(edition, file_format, path):
    """Put a file on record, without holding others up. Where the database cannot be written just
    now the mark stays, and the next reader's request does it.
    """
    try:
        record_file(edition, file_format.extension, path.read_bytes())
    except DatabaseError as error:
        logger.warning("a file that was made is not on record yet: %s", error)
        return
    except FileNotFoundError:  # it has made room for others meanwhile
        pass
    _unrecorded(path).unlink(missing_ok=True)


@clears
def empty_store(*, erased):
    """Where no word may be left: all files, for others quote what was removed . They are made again
    when asked for.
    """
    if not erased:
        return
    for path in settings.EXPORTS_DIR.glob("*/*"):
        if path.parent.name != "locks" and path.is_file():
            path.unlink(missing_ok=True)


def _shelf(key):
    shelf = settings.EXPORTS_DIR / key[:2]
    shelf.mkdir(parents=True, exist_ok=True)
    return shelf


def _found(path):
    """The path, marked as asked for, if the file is there. Raises where making it failed not long
    ago.
    """
    try:
        os.utime(path)
        return path
    except FileNotFoundError:
        pass
    mark = path.with_suffix(".failed")
    with contextlib.suppress(FileNotFoundError):
        if time.time() - mark.stat().st_mtime < SECONDS_REFUSED:
            raise _FAILURES[mark.read_text()]
    return None


def _made(edition, file_format, path):
    try:
        facts = edition.facts
        htmls = [facts["body"]["html"], *(section["html"] for section in facts.get("sections", ()))]
        return file_format.write(compose(edition, pictures_of(htmls)), edition)
    except (TooLargeError, NothingToExportError) as error:
        _put(
            path.with_suffix(".failed"),
            b"large" if isinstance(error, TooLargeError) else b"nothing",
        )
        raise


def _put(path, content):
    """Write a file so that nobody ever sees half of it, then make room on its shelf."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o640)
    Path(file.name).replace(path)
    _make_room(path.parent, keep=path)


def _make_room(shelf, *, keep):
    """Remove what was asked for longest ago until the shelf holds no more than its part."""
    files = []
    for path in shelf.iterdir():
        with contextlib.suppress(FileNotFoundError):
            files.append((path.stat().st_mtime, path.stat().st_size, path))
    room = settings.EXPORTS_MAX_BYTES // SHELVES - sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if room >= 0:
            return
        if path != keep:
            path.unlink(missing_ok=True)
            room += size


@contextlib.contextmanager
def _lock(name, patience):
    """One process at a time. Raises BusyError where the lock is not free in time."""
    with _opened(name) as file:
        _wait_for([file], patience)
        yield


@contextlib.contextmanager
def slot(*, is_bulk=False, patience=SECONDS_TO_WAIT):
    """One of the places for heavy work; for work in bulk all but the first. Raises BusyError where
    none comes free in time.
    """
    with contextlib.ExitStack() as stack:
        _wait_for(
            [
                stack.enter_context(_opened(f"slot-{number}"))
                for number in range(int(is_bulk), SLOTS)
            ],
            patience,
        )
        yield


def _opened(name):
    folder = settings.EXPORTS_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / name).open("ab")


def _wait_for(files, patience):
    """Take the first of the locks that comes free; it is given back when its file closes."""
    until = time.monotonic() + patience
    while True:
        for file in files:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
        if time.monotonic() > until:
            raise BusyError
        time.sleep(0.05)


def known_sizes(item):
    """{extension: bytes} of the files of an item's present state that have been made before."""
    try:
        noted = json.loads(_sizes_path(item).read_text())
    except (OSError, ValueError):
        return {}
    return noted["sizes"] if noted.get("stamp") == item.updated_at.isoformat() else {}


def _sizes_path(item):
    return settings.EXPORTS_DIR / "sizes" / f"{item.pk % SHELVES:02x}" / f"{item.pk}.json"


def _note_size(item, extension, size):
    path = _sizes_path(item)
    path.parent.mkdir(parents=True, exist_ok=True)
    noted = {"stamp": item.updated_at.isoformat(), "sizes": {**known_sizes(item), extension: size}}
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="new-", delete=False) as file:
        file.write(json.dumps(noted))
    Path(file.name).replace(path)
