"""What stands for a visitor: a hash that nothing can be read from."""

from functools import lru_cache
from hashlib import blake2b

from ledger.pages.addresses import address_of


def visitor_of(environ, pk, proxies=None):
    """What tells a visitor of this item from others, to be hashed at once. `proxies`:
    TRUSTED_PROXY_COUNT where it is known.
    """
    agent, language = environ.get("HTTP_USER_AGENT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    return f"{address_of(environ, proxies)}\0{agent}\0{language}\0{pk}".encode("utf-8", "replace")


def trace(visitor, salt):
    """32 hexadecimal digits, as bytes, that stand for this visitor on this item as long as the salt
    lives.
    """
    keyed = _keyed(salt).copy()
    keyed.update(visitor)
    return keyed.hexdigest().encode()


@lru_cache(maxsize=2)
def _keyed(salt):
    """The hash with its key taken in, once for all visitors of a day."""
    return blake2b(key=salt, digest_size=16)
