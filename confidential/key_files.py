"""Writing a file that holds a key: nobody but this account can ever read it, and the disk has it
before it counts.
"""

import os
from pathlib import Path
from uuid import uuid4


def write_beside(place: Path, content: bytes) -> Path:
    """A new file beside the place the key is meant for, mode 0600; returns its path."""
    waiting = place.with_name(f"{place.name}.{uuid4().hex}")
    waiting.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return waiting


def write_first(place: Path, content: bytes) -> None:
    """Write the file unless it is there. Two processes may come at once: a link, unlike a rename,
    fails where the name is taken, and the first key stays.
    """
    waiting = write_beside(place, content)
    try:
        os.link(waiting, place)
    except FileExistsError:
        pass
    finally:
        waiting.unlink()
