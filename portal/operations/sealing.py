"""Encryption of a backup as it is written: AES-256-GCM in pieces, the key made from a passphrase by
scrypt.

Each piece is sealed under its number and under whether it is the last, so that a file that was cut
off, or whose pieces were put in another order, does not open.
"""

import io
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"LANTAI-BACKUP-1\n"
PIECE = 1 << 20
TAG = 16
SALT = 16
PREFIX = (
    7  # bytes of the nonce that are the file's own; four count the pieces and one marks the last
)


class SealError(Exception):
    """The file does not open; the message says why, in Chinese."""


def _key(passphrase, salt):
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix, number, *, is_last):
    return prefix + struct.pack(">IB", number, is_last)


def is_sealed(path):
    """Whether the file is one of ours that needs a passphrase."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class SealingWriter(io.RawIOBase):
    """Everything written goes sealed into `target`. `close()` writes the last piece."""

    def __init__(self, target, passphrase):
        super().__init__()
        salt, self.prefix = os.urandom(SALT), os.urandom(PREFIX)
        self.key, self.target, self.number, self.waiting = (
            _key(passphrase, salt),
            target,
            0,
            bytearray(),
        )
        target.write(MAGIC + salt + self.prefix)

    def writable(self):
        return True

    def write(self, data):
        """Seal whole pieces, keep the rest."""
        self.waiting += data
        while len(self.waiting) > PIECE:
            self._seal(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]
        return len(data)

    def _seal(self, piece, *, is_last):
        self.target.write(
            self.key.encrypt(_nonce(self.prefix, self.number, is_last=is_last), piece, None)
        )
        self.number += 1

    def close(self):
        """Seal what is left as the last piece."""
        if not self.closed:
            self._seal(bytes(self.waiting), is_last=True)
        super().close()


class OpeningReader(io.RawIOBase):
    """Reads what a SealingWriter wrote. Raises SealError on a wrong passphrase and on any damage."""

    def __init__(self, source, passphrase):
        super().__init__()
        head = source.read(len(MAGIC) + SALT + PREFIX)
        if len(head) != len(MAGIC) + SALT + PREFIX or not head.startswith(MAGIC):
            raise SealError("这不是加密的备份文件，或文件开头已损坏。")
        self.key, self.prefix = _key(passphrase, head[len(MAGIC) : -PREFIX]), head[-PREFIX:]
        self.source, self.number, self.piece, self.is_over = source, 0, b"", False
        self.ahead = source.read(PIECE + TAG)

    def readable(self):
        return True

    def readinto(self, buffer):
        """Open the next piece where the last one has been read."""
        while not self.piece and not self.is_over:
            self._open_next()
        count = min(len(buffer), len(self.piece))
        buffer[:count], self.piece = self.piece[:count], self.piece[count:]
        return count

    def _open_next(self):
        sealed, self.ahead = self.ahead, self.source.read(PIECE + TAG)
        self.is_over = not self.ahead
        try:
            self.piece = self.key.decrypt(
                _nonce(self.prefix, self.number, is_last=self.is_over), sealed, None
            )
        except InvalidTag:
            where = (
                "口令不对，或文件已损坏。"
                if self.number == 0
                else "备份文件已损坏或不完整，不能使用。"
            )
            raise SealError(where) from None
        self.number += 1
