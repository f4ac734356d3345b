"""ZIP packages as streams: what is packed is read piece by piece, and the same entries give the
same bytes.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a ZIP can write down; every entry bears it
_READ_AND_WRITE = 0o100644 << 16
_UNIX = 3


@dataclass(frozen=True)
class Entry:
    """A file of a package: its path and its content in pieces. `is_packed`: false for what is
    compressed already.
    """

    path: str
    chunks: Iterable[bytes]
    is_packed: bool = True


class _Outlet:
    """A file that cannot be rewound, as `zipfile` writes to it: what has been written is fetched
    with `take()`.
    """

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.position = 0

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        self.position += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self.position

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream_zip(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The package in pieces. Sizes stand behind each file, as they are not known before."""
    outlet = _Outlet()
    with zipfile.ZipFile(cast("IO[bytes]", outlet), "w") as package:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED if entry.is_packed else zipfile.ZIP_STORED
            info.create_system, info.external_attr = _UNIX, _READ_AND_WRITE
            with package.open(info, "w") as file:
                for chunk in entry.chunks:
                    file.write(chunk)
                    if outlet.pieces:
                        yield outlet.take()
    yield outlet.take()
