"""What was saved lies on the disk, name and all, before the storage answers."""

import os

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def test_the_file_and_every_folder_of_its_path_are_synced(monkeypatch):
    synced = []
    fsync = os.fsync

    def noting(descriptor):
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    name = default_storage.save("att/2026/file.txt", ContentFile(b"x"))
    places = (name, "att/2026", "att", "")
    assert synced == [os.stat(default_storage.path(place)).st_ino for place in places]
