"""The parts of a zipped document, read with bounds: sizes in a zip are claims of whoever made it."""

import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree

from documents.extraction.result import BROKEN, ENCRYPTED, TOO_LARGE, UNSAFE, UnreadableError

MAX_PARTS = 5_000
MAX_PART_BYTES = 60_000_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 300  # the XML of a long regular table packs 1:200; asked of parts over 10 MB only
RATIO_ASKED_FROM = 10_000_000
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, NotImplementedError, OSError,
    RuntimeError, ValueError, IndexError, UnicodeError,
)  # fmt: skip
_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


class Zipped:
    """A zipped document. Raises UnreadableError for what is broken, encrypted or a bomb."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self._infos = {info.filename: info for info in self._zip.infolist()}
        except ZIP_ERRORS as error:
            raise UnreadableError(BROKEN) from error
        self._check_bounds()
        self.names = sorted(self._infos)

    def _check_bounds(self) -> None:
        infos = self._infos.values()
        if (
            len(self._zip.infolist()) > MAX_PARTS
            or sum(info.file_size for info in infos) > MAX_TOTAL_BYTES
        ):
            raise UnreadableError(TOO_LARGE)
        for info in infos:
            if info.flag_bits & 1:
                raise UnreadableError(ENCRYPTED)
            is_bomb = info.file_size > RATIO_ASKED_FROM and info.file_size > MAX_RATIO * max(
                info.compress_size, 1
            )
            if is_bomb or (_is_xml(info.filename) and info.file_size > MAX_PART_BYTES):
                raise UnreadableError(TOO_LARGE)

    def read(self, name: str) -> Any:
        """The bytes of a part, never more than the bound. Raises UnreadableError where it is
        missing or broken.
        """
        try:
            with self._zip.open(self._infos[name]) as part:
                return part.read(MAX_PART_BYTES)
        except ZIP_ERRORS as error:
            raise UnreadableError(BROKEN) from error

    def size(self, name: str) -> Any:
        """How many bytes a part has, as it claims."""
        return self._infos[name].file_size

    def xml(self, name: str) -> Any:
        """The root of an XML part. Entities and outside references are refused, not followed."""
        data = self.read(name)
        if any(mark in data for mark in _DOCTYPE):
            raise UnreadableError(UNSAFE)
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableError(BROKEN) from error

    def refuse_declarations(self) -> None:
        """Refuse a DOCTYPE in any part, before another library parses them."""
        for name in self.names:
            if _is_xml(name) and any(mark in self.read(name) for mark in _DOCTYPE):
                raise UnreadableError(UNSAFE)


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))
