"""Values at rest: AES-256-GCM, bound to the place they belong to.

A value names its key, so old and new keys may stand side by side. Its tag covers the key's id and
the place, so a changed value does not open, nor one that was copied from another record, field or
room. What a value does not hide is its length.
"""

import base64
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from confidential import keyring
from confidential.errors import DamagedValueError, UnknownKeyError
from confidential.keyring import ID_BYTES

MARK = "c1."  # of values as text; the number changes with the format
NONCE_BYTES = 12
TAG_BYTES = 16


@dataclass(frozen=True)
class Place:
    """Where a value belongs: a room, a field of it, and what names the record there for good (not
    its position in a list).
    """

    room: str
    field: str
    record: str | int

    def __post_init__(self) -> None:
        if self.record is None or "" in (self.room, self.field, self.record):
            raise ValueError(
                "a place at rest needs a room, a field and a record that has its number already"
            )

    def __str__(self) -> str:
        return f"{self.room}.{self.field} {self.record}"

    def authenticated(self, key_id: bytes) -> bytes:
        """The associated data: every part with its length before it, so that no two places give the
        same bytes.
        """
        parts = [
            MARK.encode(),
            key_id,
            *(str(part).encode() for part in (self.room, self.field, self.record)),
        ]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def encrypt_bytes(data: bytes, *, place: Place) -> bytes:
    """Bytes at rest: id of the key, nonce, ciphertext, tag; 32 bytes longer than `data`.

    Raises KeyFileError where there is no key.
    """
    key, nonce = keyring.read_or_make().first, os.urandom(NONCE_BYTES)
    return key.id + nonce + key.cipher.encrypt(nonce, data, place.authenticated(key.id))


def decrypt_bytes(value: bytes, *, place: Place) -> bytes:
    """What `encrypt_bytes()` was given for this place. Raises DamagedValueError, UnknownKeyError or
    KeyFileError.
    """
    key_id = bytes(value[:ID_BYTES])
    key = keyring.read().find(key_id)
    if len(value) < ID_BYTES + NONCE_BYTES + TAG_BYTES:
        raise DamagedValueError(_damaged(place))
    if key is None:
        raise UnknownKeyError(
            f"{place} 用编号 {key_id.hex()} 的密钥加密，{keyring.path()} 中没有这把密钥。{keyring.REMEDY}"
        )
    nonce, rest = value[ID_BYTES : ID_BYTES + NONCE_BYTES], value[ID_BYTES + NONCE_BYTES :]
    try:
        return key.cipher.decrypt(nonce, rest, place.authenticated(key_id))
    except InvalidTag as error:
        raise DamagedValueError(_damaged(place)) from error


def _damaged(place: Place) -> str:
    return f"{place} 的加密内容被改动过，或者不是这一条的。请运行 manage.py confidential_key --check 查明范围，从备份恢复这一条。"


def encrypt(text: str, *, place: Place) -> str:
    """A text at rest, in letters, digits, `-`, `_` and `.`; about 4/3 of its UTF-8 bytes and 46
    characters.
    """
    return to_text(encrypt_bytes(text.encode(), place=place))


def decrypt(value: str, *, place: Place) -> str:
    """What `encrypt()` was given for this place; errors as of `decrypt_bytes()`."""
    return decrypt_bytes(from_text(value, place=place), place=place).decode()


def to_text(value: bytes) -> str:
    """Bytes at rest for a column of text."""
    return MARK + base64.urlsafe_b64encode(value).decode().rstrip("=")


def is_text_at_rest(value: str) -> bool:
    """Whether this is what `to_text()` gives."""
    return value.startswith(MARK)


def from_text(value: str, *, place: Place) -> bytes:
    """Back from `to_text()`. Raises DamagedValueError for all that is not letter by letter what it
    would have given.
    """
    try:
        data = base64.urlsafe_b64decode(
            value.removeprefix(MARK) + "=" * (-len(value.removeprefix(MARK)) % 4)
        )
    except ValueError as error:
        raise DamagedValueError(_damaged(place)) from error
    if to_text(data) != value:
        raise DamagedValueError(_damaged(place))
    return data


def key_id_of(value: bytes) -> str:
    """The id, in hexadecimal, of the key a value at rest was encrypted under."""
    return bytes(value[:ID_BYTES]).hex()
