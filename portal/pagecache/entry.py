"""One kept page: what was answered, and how it is delivered."""

import hashlib
import json
import struct
from http import HTTPStatus

from portal.pagecache.bodies import Counted, Fixed

KEPT_STATUSES = {200, 301, 404, 410}
LARGEST_BODY = 2_000_000
# Set at delivery, or said by the server.
_OWN = {
    "content-length",
    "content-encoding",
    "etag",
    "cache-control",
    "vary",
    "date",
    "last-modified",
}
_STATUS_LINES = {status: f"{status} {HTTPStatus(status).phrase}" for status in KEPT_STATUSES}


class NotForAllError(Exception):
    """An answer that must not be kept; the message says why."""


class Entry:
    """A page as rendered once, with everything needed to deliver it thousands of times."""

    __slots__ = (
        "body",
        "brief_headers",
        "counted",
        "digest",
        "expires",
        "headers",
        "held",
        "status",
        "version",
    )

    def __init__(self, *, status, headers, body, counted, version, expires):
        self.status, self.headers, self.version, self.expires = status, headers, version, expires
        self.counted = counted if status == 200 else None
        self.body = _stored(body, self.counted)
        self.digest = hashlib.blake2b(body, digest_size=9).hexdigest()
        self.brief_headers = [pair for pair in headers if pair[0] in ("Cache-Control", "Vary")]
        self.held = 0

    @property
    def size(self):
        """Bytes of all stored bodies."""
        return self.body.size

    @property
    def status_line(self):
        """As WSGI wants it."""
        return _STATUS_LINES[self.status]

    def packed(self):
        """The entry as bytes for the shared store: no code in it, only text and the page."""
        head = json.dumps([self.status, self.headers, self.counted]).encode()
        return struct.pack("<I", len(head)) + head + self.body.whole

    @classmethod
    def unpacked(cls, packed, *, version, expires):
        """The entry another process packed. Raises ValueError where the bytes are none."""
        (length,) = struct.unpack_from("<I", packed)
        status, headers, counted = json.loads(packed[4 : 4 + length])
        headers = [(name, value) for name, value in headers]
        body = packed[4 + length :]
        return cls(
            status=status,
            headers=headers,
            body=body,
            counted=counted,
            version=version,
            expires=expires,
        )


def _stored(body, counted):
    if counted is not None:
        try:
            return Counted(body)
        except ValueError:  # a page that prints no count
            pass
    return Fixed(body)


def admit(status, headers, body):
    """The headers to keep of an answer for everybody. Raises NotForAllError."""
    if status not in KEPT_STATUSES:
        raise NotForAllError(f"status {status}")
    if len(body) > LARGEST_BODY:
        raise NotForAllError("too large")
    for name, value in headers:
        check = _CHECKS.get(name.lower())
        if check and (reason := check(value.lower())):
            raise NotForAllError(reason)
    return [(name, value) for name, value in headers if name.lower() not in _OWN]


_CHECKS = {
    "set-cookie": lambda value: "sets a cookie",
    "cache-control": lambda value: "private" if "private" in value or "no-store" in value else "",
    "vary": lambda value: "" if value.strip() in ("", "accept-encoding") else f"varies by {value}",
    "content-encoding": lambda value: "encoded already",
    "www-authenticate": lambda value: "asks who",
}
