"""What stands for a visitor: a hash that nothing can be read from."""

import hashlib

from disclosure.visitors import address_of


def trace(environ, pk, salt):
    """32 hexadecimal digits that stand for this visitor on this item as long as the salt lives."""
    who = "\0".join(
        (
            address_of(environ),
            environ.get("HTTP_USER_AGENT", ""),
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            str(pk),
        )
    )
    return hashlib.blake2b(who.encode("utf-8", "replace"), key=salt, digest_size=16).hexdigest()
