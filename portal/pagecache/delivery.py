"""Delivering a kept page: encoding, count, 304, headers."""

from django.conf import settings

from portal.pagecache.addresses import Bounded
from portal.pagecache.bodies import Counted

# Browsers ask each time, which costs a 304; so nobody reads an old page or an old count.
BROWSERS = "public, max-age=0, must-revalidate"
STALE_NOTICE = [("Warning", '111 - "Revalidation Failed"'), ("X-Lantai-Stale", "database")]
_encodings = Bounded(1_000)


def cache_headers(name, counted):
    """What caches may do: none but browsers', unless the installation says that a CDN stands in
    front.

    A CDN is told by `Surrogate-Key` what to drop: everything, one kind of page, or one item's page.
    """
    if not (seconds := settings.CDN_SECONDS):
        return [("Cache-Control", BROWSERS), ("Vary", "Accept-Encoding")]
    shared = f"s-maxage={seconds}, stale-while-revalidate={seconds}, stale-if-error=86400"
    keys = f"lantai {name}" + (f" item-{counted}" if counted is not None else "")
    return [
        ("Cache-Control", f"public, max-age=0, {shared}"),
        ("Vary", "Accept-Encoding"),
        ("Surrogate-Key", keys),
    ]


def encoding_for(accepted):
    """`br`, `gzip` or an empty text, by an Accept-Encoding header."""
    try:
        return _encodings[accepted]
    except KeyError:
        return _encodings.remember(accepted, _negotiated(accepted))


def _negotiated(accepted):
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    return next((name for name in ("br", "gzip") if weights.get(name, weights.get("*", 0)) > 0), "")


def _weight(parameter):
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def deliver(entry, environ, start_response, count, notice=()):
    """Answer a request from an entry. `count` is printed where the page prints one."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING")
    encoding = encoding_for(accepted) if accepted else ""
    body = entry.body
    tag = f'W/"{entry.digest}-{count}"' if type(body) is Counted else f'W/"{entry.digest}"'
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and entry.status == 200 and (tag in asked or asked == "*"):
        start_response("304 Not Modified", [*entry.brief_headers, ("ETag", tag), *notice])
        return ()
    # In one piece: the server sends each by a system call of its own, which costs more than to copy
    # a page.
    whole = b"".join(body.encoded(encoding, count))
    headers = [*entry.headers, ("ETag", tag), ("Content-Length", str(len(whole))), *notice]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response(entry.status_line, headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (whole,)
