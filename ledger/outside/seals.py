"""The seal of a package: the register's key under the digest of the package's list of files, and
under where the register stood.

Whoever changes, adds or takes a file away and writes the list anew has no key for another seal.
`ledger/standalone/verify_seal.py` checks it without us; docs/register-format.md describes it.
"""

import contextlib
import logging

from django.core.exceptions import ImproperlyConfigured

from ledger import keys, signing
from ledger.actions import register_key
from ledger.export import head_of_register, public_keys

SEAL_FORMAT = "lantai-seal-1"
logger = logging.getLogger(__name__)


def begin():
    """How many entries the register has as a package is begun; there is a key to seal it with by
    now, where this machine may make one.
    """
    with contextlib.suppress(ImproperlyConfigured):
        sealing_key()
    return head_of_register()["sequence"]


def sealing_key():
    """The private key to seal and to sign records with. Raises ImproperlyConfigured where this
    machine may not sign.
    """
    if signing.key_in_use() is None:
        register_key()
    return signing.signing_key()


def seal(*, manifest_sha256, head, begun):
    """The seal as an object, the same for the same package; None where this machine may not sign.

    `head`: the register's, as `ledger.export.head_of_register` gives it: what the package was made
    with. `begun`: how far the register was when the package was begun; what came later may be in its
    data or not.
    """
    try:
        private_key = sealing_key()
    except ImproperlyConfigured as error:
        logger.warning("a package was given away without a seal: %s", error)
        return None
    signed = {
        "format": SEAL_FORMAT,
        "manifest_sha256": manifest_sha256,
        "register_begun": begun,
        "register_entries": head["sequence"],
        "register_head": head["entry_hash"],
        "key_id": keys.key_id(keys.public_hex(private_key)),
    }
    return signed | {"signature": keys.sign(private_key, signed), "keys": public_keys()}
