"""The keys of personal data and their file: settings.CONFIDENTIAL_KEY_FILE, mode 0600, never in the
database.

The file is text, one key a line: 32 random bytes as URL-safe base64. The first encrypts; all
decrypt. So a new key and the one before stand side by side while values are encrypted anew. Every
use looks whether the file has changed, so no process has to be restarted.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from confidential.errors import KeyFileError
from confidential.key_files import write_beside, write_first

KEY_BYTES = 32
ID_BYTES = 4
HEAD = "# 加密个人信息的密钥：第一行用于加密，其余的只用于解密。请勿外传；请在别处另存一份，丢失之后加密的内容无法恢复。\n"
REMEDY = "请从另外保存的密钥或加密的备份恢复这个文件（属主为运行服务的账号，权限 600），再试一次。"


@dataclass(frozen=True)
class Key:
    """A key of AES-256-GCM. No `repr()` shows it."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """What names the key in every value encrypted under it: the first 4 bytes of a SHA-256."""
        return hashlib.sha256(b"lantai.confidential.key-id" + self.secret).digest()[:ID_BYTES]

    @property
    def cipher(self) -> AESGCM:
        """The cipher with this key."""
        return AESGCM(self.secret)


@dataclass(frozen=True)
class KeyRing:
    """The keys of the file, in its order; at least one, no two of one id."""

    keys: tuple[Key, ...]

    @property
    def first(self) -> Key:
        """The key that encrypts."""
        return self.keys[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in hexadecimal, in the order of the file."""
        return tuple(key.id.hex() for key in self.keys)

    def find(self, key_id: bytes) -> Key | None:
        """The key of an id, or None."""
        return next((key for key in self.keys if key.id == key_id), None)

    def led_by(self, key_id: str) -> "KeyRing":
        """The same keys, with this one encrypting."""
        return KeyRing(tuple(sorted(self.keys, key=lambda key: key.id.hex() != key_id)))

    def joined_by(self, others: Iterable[Key]) -> "KeyRing":
        """These keys, and behind them those of `others` that are not among them."""
        return KeyRing(tuple(dict.fromkeys((*self.keys, *others))))

    def without_old(self) -> "KeyRing":
        """Only the key that encrypts."""
        return KeyRing(self.keys[:1])

    def text(self) -> str:
        """What stands in the file."""
        return HEAD + "".join(
            f"{base64.urlsafe_b64encode(key.secret).decode()}\n" for key in self.keys
        )


def new_key(ring: KeyRing | None = None) -> Key:
    """A fresh key, in memory only, with an id that none of the ring has."""
    taken = ring.ids if ring else ()
    while (key := Key(secrets.token_bytes(KEY_BYTES))).id.hex() in taken:
        pass
    return key


def parse(text: str) -> KeyRing:
    """The keys of a file's text. Raises ValueError where it is not such a file."""
    lines = [
        line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")
    ]
    keys = tuple(Key(base64.b64decode(line, altchars=b"-_", validate=True)) for line in lines)
    if (
        not keys
        or any(len(key.secret) != KEY_BYTES for key in keys)
        or len({key.id for key in keys}) < len(keys)
    ):
        raise ValueError("not a file of keys")
    return KeyRing(keys)


def path() -> Path:
    """Where the file lies, or should."""
    return Path(settings.CONFIDENTIAL_KEY_FILE)


def is_here() -> bool:
    """Whether this machine has a file of keys."""
    return os.path.exists(path())


def read() -> KeyRing:
    """The keys of this machine. Raises KeyFileError, with its remedy, where there is no file, or it
    cannot be read.
    """
    place = path()
    try:
        seen = place.stat()
        return _read(place, seen.st_mtime_ns, seen.st_ino, seen.st_size)
    except FileNotFoundError as error:
        raise KeyFileError(f"没有加密个人信息的密钥文件 {place}。{REMEDY}") from error
    except OSError as error:
        raise KeyFileError(
            f"加密个人信息的密钥文件 {place} 读不出来（{error.strerror}）。{REMEDY}"
        ) from error
    except (ValueError, binascii.Error) as error:
        raise KeyFileError(f"{place} 不是加密个人信息的密钥文件，或者已经损坏。{REMEDY}") from error


@lru_cache(maxsize=1)
def _read(place: Path, mtime: int, inode: int, size: int) -> KeyRing:
    """Once for each state of the file."""
    return parse(place.read_text())


# Asked for a key where there is no file yet: the front door knows whether this machine may make one
# (several share one database).
_first_key: list[Callable[[], None]] = []


def on_first_use(provide: Callable[[], None]) -> None:
    """Let `provide` make the file, by `make()`, when something is to be encrypted and there is
    none; it raises KeyFileError where this machine may not.
    """
    _first_key[:] = [provide]


def read_or_make() -> KeyRing:
    """The keys of this machine, the first made where there is none and it may be. Raises
    KeyFileError otherwise.
    """
    if not is_here():
        for provide in _first_key:
            provide()
    return read()


def make() -> None:
    """Make the file with one key, unless it is there."""
    write_first(path(), KeyRing((new_key(),)).text().encode())


def write(ring: KeyRing) -> None:
    """Put these keys in the place of those of the file, at once and for good."""
    os.replace(write_beside(path(), ring.text().encode()), path())
    folder = os.open(path().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def set_aside(key: Key) -> Path:
    """Keep a key that is used no more beside the file, for backups of before; returns where."""
    place = path().with_name(f"{path().name}.retired-{key.id.hex()}")
    os.replace(write_beside(path(), KeyRing((key,)).text().encode()), place)
    return place
