"""Bytes and nothing else: what the server itself can do. /N answers N bytes."""

_BODIES = {}


def application(environ, start_response):
    """N bytes, made once."""
    path = environ["PATH_INFO"]
    body = _BODIES.get(path)
    if body is None:
        body = _BODIES[path] = b"x" * int(path.strip("/") or 0)
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    )
    return (body,)
