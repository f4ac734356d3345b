"""Secrets of second factors as the database holds them: encrypted by `confidential`, each for its
account alone.

A copy of the database, or a backup without its keys, gives nobody a code. Those written before
there was `confidential` are encrypted under the installation's SECRET_KEY without a tag; they stay
readable until `manage.py confidential_key` has encrypted them anew
(docs/decisions/0041-second-factor.md, 0089-personal-data-at-rest.md).
"""

import base64
import hashlib
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.utils.crypto import salted_hmac

from confidential.encryption import Place, decrypt_bytes, encrypt_bytes, from_text, to_text

OLDER_NONCE_BYTES = 16
ROOM, FIELD = "accounts", "authenticator.secret"


def place_of(user_id):
    """Where an account's secret belongs."""
    return Place(ROOM, FIELD, user_id)


def sealed(secret, *, user_id):
    """A secret of at most 25 bytes as text: django-otp's column takes 80 characters. Raises
    ConfidentialError without a key.
    """
    return to_text(encrypt_bytes(secret, place=place_of(user_id)))


def opened(text, *, user_id):
    """The secret of what `sealed()` gave, now or in a version before. Raises ConfidentialError."""
    if (older := opened_of_before(text)) is not None:
        return older
    return decrypt_bytes(from_text(text, place=place_of(user_id)), place=place_of(user_id))


def opened_of_before(text, user_id=None):
    """The secret of a version before (hexadecimal: nonce and AES-256-CTR), or None where this is
    not such a text.
    """
    if not re.fullmatch(r"(?:[0-9a-f]{2}){17,40}", text):
        return None
    data = bytes.fromhex(text)
    key = hashlib.sha256(b"portal.accounts.second-factor" + settings.SECRET_KEY.encode()).digest()
    # Nothing is written like this any more. It was bound to nothing: what somebody changed was
    # another secret, whose codes do not fit.
    cipher = Cipher(algorithms.AES(key), modes.CTR(data[:OLDER_NONCE_BYTES]))
    return cipher.decryptor().update(data[OLDER_NONCE_BYTES:])


def digest(code, *, user_id):
    """A backup code as it is kept: 80 bits of a keyed hash, 16 characters."""
    mac = salted_hmac(f"portal.accounts.backup-code.{user_id}", code, algorithm="sha256").digest()
    return base64.b32encode(mac[:10]).decode().lower()
