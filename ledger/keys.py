"""The Ed25519 key that signs checkpoints: its file, its signatures, and the checking of them.

The private key lives in settings.LEDGER_KEY_FILE (PEM, PKCS #8, mode 0600), never in the database,
so that whoever can write to the database alone cannot sign.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from confidential import key_files
from ledger.canonical import canonical


def new_key():
    """A fresh private key, in memory only."""
    return Ed25519PrivateKey.generate()


def is_here():
    """Whether this machine has a file for the key."""
    return os.path.exists(
        settings.LEDGER_KEY_FILE
    )  # no: also where a folder above may not be entered


def private_key():
    """The signing key of this machine's file. Which key may sign is not known here
    (`ledger.signing`).

    Raises ImproperlyConfigured, a sentence with its remedy, where the file cannot be read or holds
    something else.
    """
    path = Path(settings.LEDGER_KEY_FILE)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, OSError) as error:
        raise ImproperlyConfigured(
            f"登记簿的签名密钥 {path} 读不出来（{error}）。请从备份恢复这个文件。"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(
            f"{path} 不是 Ed25519 私钥。请从备份恢复，或移走它后运行 manage.py ledger_key。"
        )
    return key


def make():
    """Make the key's file, unless it is there."""
    key_files.write_first(Path(settings.LEDGER_KEY_FILE), _pem(new_key()))


def _pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_beside(key):
    """Write a new key next to the present one; returns its path."""
    return key_files.write_beside(Path(settings.LEDGER_KEY_FILE), _pem(key))


def written_beside(public_key):
    """The file of a key that a rotation wrote beside the present one and did not live to put in its
    place, or None.
    """
    path = Path(settings.LEDGER_KEY_FILE)
    for waiting in sorted(path.parent.glob(f"{path.name}.*")):
        with contextlib.suppress(ValueError, TypeError, OSError):
            key = serialization.load_pem_private_key(waiting.read_bytes(), password=None)
            if public_hex(key) == public_key:
                return waiting
    return None


def take_the_place(waiting):
    """Put a key written beside in the place of the present one, which is gone then: its signatures
    need it no more.
    """
    with contextlib.suppress(FileNotFoundError):  # another process was faster
        os.replace(waiting, settings.LEDGER_KEY_FILE)


def public_hex(key):
    """The public half of a private key: 32 bytes in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def key_id(public_key):
    """Short name of a public key: the first 32 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def sign(key, value):
    """Signature, in hexadecimal, of a value's canonical text."""
    return key.sign(canonical(value)).hex()


def is_signed(value, *, public_key, signature):
    """Whether the signature is that key's under that value."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), canonical(value)
        )
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
