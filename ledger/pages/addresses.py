"""From which address a request came: what the audit log writes down, and what every count by
address goes by.
"""

import ipaddress
from functools import lru_cache

from django.conf import settings


def client_address(request):
    """The address the request came from, as text; empty where the server knows none."""
    return address_of(request.META)


def address_of(environ, proxies=None):
    """The same, of a WSGI environment. `proxies`: TRUSTED_PROXY_COUNT, where the caller has read
    it.

    Of `X-Forwarded-For` only what our own proxies wrote is believed: with `TRUSTED_PROXY_COUNT` = N
    that is the N-th entry from the right. Whatever stands further left is the client's own word.
    """
    direct, count = (
        environ.get("REMOTE_ADDR", ""),
        settings.TRUSTED_PROXY_COUNT if proxies is None else proxies,
    )
    if count < 1:
        return direct
    hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(hops) < count:
        return direct
    return _normalised(hops[-count].strip()) or direct


@lru_cache(maxsize=10_000)
def _normalised(address):
    """An address in its one spelling; empty where it is none."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
