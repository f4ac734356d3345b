"""Secrets of second factors as the database holds them: worth nothing without the installation's SECRET_KEY.

A copy of the database, or a backup without its keys, gives nobody a code. A new SECRET_KEY makes every enrolled
authenticator void (docs/decisions/0041-second-factor.md).
"""

import base64
import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE_BYTES = 16


def sealed(secret):
    """A secret of at most 24 bytes as hexadecimal text: nonce and AES-256-CTR. django-otp's column takes 40 bytes, so
    there is no room for a tag; a changed secret is simply another one, whose codes do not fit."""
    nonce = os.urandom(NONCE_BYTES)
    return (nonce + _crypt(nonce, secret)).hex()


def opened(text):
    """The secret of what `sealed()` gave."""
    data = bytes.fromhex(text)
    return _crypt(data[:NONCE_BYTES], data[NONCE_BYTES:])


def digest(code, *, user_id):
    """A backup code as it is kept: 80 bits of a keyed hash, 16 characters."""
    mac = salted_hmac(f"portal.accounts.backup-code.{user_id}", code, algorithm="sha256").digest()
    return base64.b32encode(mac[:10]).decode().lower()


def _crypt(nonce, data):
    key = hashlib.sha256(b"portal.accounts.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor().update(data)
