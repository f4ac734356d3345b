"""Hashing a reader's file while it arrives: nothing is stored, in memory or on disk."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TOO_LARGE = "ledger.upload_too_large"


def largest_upload():
    """Bytes. Less than the largest attachment: what strangers send must not fill the disk on which
    nginx gathers it.
    """
    return settings.LARGEST_COPY


@dataclass(frozen=True)
class HashedFile:
    """What is left of an upload: its name as the reader's browser gave it, its size and its digest."""

    name: str
    size: int
    sha256: str


class HashingHandler(FileUploadHandler):
    """Django's upload handler that keeps the digest instead of the file."""

    def new_file(self, *args, **kwargs):
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data, start):
        """Take a piece; hand nothing on."""
        if start + len(raw_data) > largest_upload():
            self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)  # the rest of it is not read
        self.digest.update(raw_data)

    def file_complete(self, file_size):
        """End a file."""
        return HashedFile(self.file_name, file_size, self.digest.hexdigest())


def announced_too_large(request):
    """Whether the request says of itself that it is too large; the form's own fields need some
    bytes, too.
    """
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > largest_upload() + 10_000
    except ValueError:
        return True


def was_too_large(request):
    """Whether the handler gave up on the request's file."""
    return request.META.get(TOO_LARGE, False)
