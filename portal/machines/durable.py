"""Files that outlive a power cut, readable for whom they are meant."""

import os
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from portal.machines.modes import set_modes


class DurableFileSystemStorage(FileSystemStorage):
    """Django's storage in a folder, which answers only when what it saved lies on the disk.

    The database is synced at every commit (SQLite: `synchronous=FULL`); without this a record could
    outlive the attachment it names. A few milliseconds a file.
    """

    def _save(self, name, content):
        name = super()._save(name, content)
        path = Path(self.path(name))
        set_modes(path, Path(self.location))
        _sync(path)
        # A file's name is an entry of its folder, and a new folder's name one of the folder above.
        for folder in path.parents:
            _sync(folder)
            if folder == Path(self.location):
                break
        return name


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
