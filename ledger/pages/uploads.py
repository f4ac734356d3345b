"""Hashing a reader's file while it arrives, and looking for the 校验码 that our own files carry.
Nothing is stored on disk; a package (DOCX, ODT, XLSX) that is not too large is held in memory until
the answer, for what it says is compressed.
"""

import contextlib
import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TOO_LARGE = "ledger.upload_too_large"
# How files say it: HTML, PDF and properties; a line of text; a key of JSON.
_CODE = re.compile(
    rb"(?:sha256:|(?:\xe6\xa0\xa1\xe9\xaa\x8c\xe7\xa0\x81)"  # 校验码
    rb'\xef\xbc\x88SHA-256\xef\xbc\x89\xef\xbc\x9a|"content_sha256": ?")([0-9a-f]{64})(?![0-9a-f])'
)
_ANY_CODE = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_REACH = 120  # bytes of the piece before, where a code may begin
MOST_CODES = 20
LARGEST_PACKAGE = 8_000_000  # bytes held in memory
MOST_OF_A_PART = 3_000_000
_PARTS = re.compile(
    r"(docProps/custom|meta|word/document|content|xl/sharedStrings|xl/worksheets/.*)\.xml"
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
_BROKEN += (RuntimeError, KeyError)  # encrypted; named and not there


def largest_upload():
    """Bytes. Less than the largest attachment: what strangers send must not fill the disk on which
    nginx gathers it.
    """
    return settings.LARGEST_COPY


@dataclass(frozen=True)
class HashedFile:
    """What is left of an upload: its name as the reader's browser gave it, its size, its digest, and
    the codes written in it.
    """

    name: str
    size: int
    sha256: str
    codes: tuple[str, ...] = ()


class HashingHandler(FileUploadHandler):
    """Django's upload handler that keeps the digest instead of the file."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()
        self.codes = CodeReader()

    def receive_data_chunk(self, raw_data, start):
        """Take a piece; hand nothing on."""
        if start + len(raw_data) > largest_upload():
            self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)  # the rest of it is not read
        self.digest.update(raw_data)
        self.codes.take(raw_data)

    def file_complete(self, file_size):
        """End a file."""
        digest = self.digest.hexdigest()
        return HashedFile(self.file_name, file_size, digest, self.codes.found())


class CodeReader:
    """Looks for codes in a file that passes by in pieces."""

    def __init__(self):
        self.codes, self.rest, self.package = {}, b"", None

    def take(self, piece):
        """Look through the next piece."""
        if not self.rest and piece.startswith(b"PK\x03\x04"):
            self.package = io.BytesIO()
        if self.package is not None:
            self.package.write(piece)
            if self.package.tell() > LARGEST_PACKAGE:
                self.package = None
        text = self.rest + piece
        self._note(match[1] for match in _CODE.finditer(text))
        self.rest = text[-_REACH:]

    def found(self):
        """The codes, in the order in which they stood."""
        if self.package is not None:
            self._note(_codes_in(self.package))
        return tuple(self.codes)

    def _note(self, codes):
        for code in codes:
            if len(self.codes) < MOST_CODES:
                self.codes[code.decode()] = True


def _codes_in(package):
    """Codes in the texts and properties of a package; a part that is broken or too large says
    nothing.
    """
    try:
        opened = zipfile.ZipFile(package)
    except _BROKEN:
        return
    with opened:
        for name in filter(_PARTS.fullmatch, opened.namelist()):
            with contextlib.suppress(*_BROKEN), opened.open(name) as part:
                yield from _ANY_CODE.findall(part.read(MOST_OF_A_PART))


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
