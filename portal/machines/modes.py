"""Who may read a file of the portal: its own account, and the web server what it delivers.

nginx runs under an account of its own (www-data). The data folder lets that account's group in and
nobody else (`install -d -m 750 -o lantai -g www-data`, docs/operations.md); inside, what nginx
delivers is open to whoever got that far, and everything else to the portal's account alone. So no
file needs another group, whichever way it came: written, moved from an upload, copied by a restore.
Why: docs/decisions/0067-who-reads-which-file.md.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

DELIVERED = ("attachments",)  # of the media folder: what `X-Accel-Redirect` may name
PASSED_THROUGH = (
    0o751  # a folder on the way: whoever knows a name may go on, nobody else may look round
)
FOLDER, FILE = 0o755, 0o644
OWN_FOLDER, OWN_FILE = 0o700, 0o600


def modes_of(relative: Path) -> tuple[int, int]:
    """(of a folder, of a file) for a place in the media folder."""
    if relative.parts[:1] and relative.parts[0] in DELIVERED and settings.X_ACCEL_LOCATION:
        return FOLDER, FILE
    return OWN_FOLDER, OWN_FILE


def set_modes(path: Path, root: Path) -> None:
    """The modes of a file that has just been saved, and of the folders above it as far as the media
    folder.

    A folder of another account stays as it is: what was saved is saved, and `manage.py doctor`
    tells of the rest.
    """
    folder, file = modes_of(path.relative_to(root))
    above = [each for each in path.parents if each.is_relative_to(root)]
    for each, mode in [
        (path, file),
        *((one, PASSED_THROUGH if one == root else folder) for one in above),
    ]:
        with contextlib.suppress(PermissionError):
            _set(each, mode)


def _set(path: Path, mode: int) -> bool:
    """Whether it had another mode. Raises PermissionError where the file is another account's."""
    if stat.S_IMODE(path.stat().st_mode) == mode:
        return False
    path.chmod(mode)
    return True


def wanted() -> Iterator[tuple[Path, int]]:
    """(path, mode) of everything below the media folder and the static files, as it should be."""
    yield from wanted_of_media(Path(settings.MEDIA_ROOT))
    yield from wanted_of_static(Path(settings.STATIC_ROOT))


def wanted_of_media(media: Path) -> Iterator[tuple[Path, int]]:
    """The same of the media folder."""
    if media.is_dir():
        yield media, PASSED_THROUGH
        for path in media.rglob("*"):
            folder, file = modes_of(path.relative_to(media))
            yield path, folder if path.is_dir() else file


def wanted_of_static(static: Path) -> Iterator[tuple[Path, int]]:
    """The same of the static files."""
    if static.is_dir():
        yield static, FOLDER
        for path in static.rglob("*"):
            yield path, FOLDER if path.is_dir() else FILE


def mend(places: Iterator[tuple[Path, int]] | None = None) -> tuple[int, list[Path]]:
    """(how many modes were changed, what belongs to another account and is not as it should be)."""
    changed, foreign = 0, []
    for path, mode in wanted() if places is None else places:
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile
            try:
                changed += _set(path, mode)
            except PermissionError:
                foreign.append(path)
    return changed, foreign


# --- What another account may do -----------------------------------------------------------
def may_read(path: Path, uid: int, gids: set[int]) -> Path | None:
    """None where that account may read the file; else the file or folder that keeps it out. Knows
    modes, no access lists.
    """
    for folder in reversed(path.absolute().parents):
        if not _allows(folder, uid, gids, os.X_OK):
            return folder
    return None if _allows(path, uid, gids, os.R_OK) else path


def _allows(path: Path, uid: int, gids: set[int], right: int) -> bool:
    found = path.stat()
    if uid == 0:
        return True
    shift = 6 if found.st_uid == uid else 3 if found.st_gid in gids else 0
    return bool(found.st_mode >> shift & right)
