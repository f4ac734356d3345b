"""What is refused before anything looks at it: a method, a missing Host, an address or a body that
is too long.

nginx refuses the same and more (deploy/nginx/lantai.conf). This holds where the portal is asked
directly, and says it in words.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from portal.front.headers import of_answers_without_django

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
# Bytes of a query as it is sent. The longest question the search takes has 300 characters, each of
# them nine bytes here.
LONGEST_QUERY = 4_000
LONGEST_FORM = 65_536
DESK, COPIES = "/admin/", "/register/verify/"
_METHOD = "405 Method Not Allowed", "这个网站只接受 GET、HEAD、POST 和 OPTIONS 请求。"
_NO_HOST = "400 Bad Request", "请求没有说明要访问哪个网站（缺少 Host），无法处理。"
_TOO_LONG = "414 URI Too Long", "网址太长，无法处理。请缩短搜索的文字，或者减少筛选条件后重试。"
_NO_LENGTH = (
    "411 Length Required",
    "请求没有说明内容的长度，所以没有接收。请用 Content-Length 说明长度后重试。",
)
_BAD_LENGTH = "400 Bad Request", "请求对内容长度的说明有误，所以没有接收。"
_TOO_LARGE = (
    "413 Content Too Large",
    "一次提交的内容不能超过 {}，所以没有接收。请返回上一页，把内容缩短、文件缩小，或者分几次提交。",
)
_NOT_ASCII = re.compile(r"[\x80-\xff]")
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def longest_body(method: str, path: str) -> int:
    """Bytes that a request may bring: many where files are taken (the page that compares copies
    says itself what is too large for it, and reads none of that), else what a form has.
    """
    takes_files = path.startswith(DESK) or path == COPIES
    return settings.LARGEST_REQUEST if method == "POST" and takes_files else LONGEST_FORM


def refusal(environ: Environ) -> tuple[str, str] | None:
    """Status and sentence where a request is not looked at. TRACE above all, which would answer
    with the reader's own headers.
    """
    if environ["REQUEST_METHOD"] not in METHODS:
        return _METHOD
    if "HTTP_HOST" not in environ and environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
        return _NO_HOST
    if len(environ.get("QUERY_STRING", "")) > LONGEST_QUERY:
        return _TOO_LONG
    return _refused_body(environ)


def _take_raw_query(environ: Environ) -> None:
    """The query of an address that was sent as it is read (中文 and not %E4%B8%AD…): nginx passes
    it on in a header, since gunicorn takes no such address. A client's own header is overwritten by
    nginx, and not believed where none stands in front.
    """
    raw = environ.pop("HTTP_X_RAW_QUERY", "")
    if raw and settings.TRUSTED_PROXY_COUNT and not environ.get("QUERY_STRING"):
        environ["QUERY_STRING"] = _NOT_ASCII.sub(lambda found: f"%{ord(found[0]):02X}", raw)


def _refused_body(environ: Environ) -> tuple[str, str] | None:
    """A body whose length is not said is not taken: browsers say it, nginx says it, and nobody
    could bound it otherwise.
    """
    if "HTTP_TRANSFER_ENCODING" in environ:
        return _NO_LENGTH
    if not (said := environ.get("CONTENT_LENGTH")):
        return None
    if not (said.isascii() and said.isdecimal()):
        return _BAD_LENGTH
    most = longest_body(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    if len(said) < 16 and int(said) <= most:
        return None
    return _TOO_LARGE[0], _TOO_LARGE[1].format(
        f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1000} kB"
    )


def _drain(environ: Environ) -> None:
    """Read what is left of a body that nobody wanted. nginx has all of it and sends it on: were the
    connection closed upon it in the middle, nginx would now and then call the portal dead (502)
    instead of passing the refusal on.
    """
    if not settings.TRUSTED_PROXY_COUNT or not environ.get("CONTENT_LENGTH", "").isdecimal():
        return
    left = settings.LARGEST_REQUEST
    while left > 0 and (piece := environ["wsgi.input"].read(min(left, LONGEST_FORM))):
        left -= len(piece)


def guarded(application: Application) -> Application:
    """WSGI, in front of all else: what is refused costs no look at the database."""

    def guard(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_X_RAW_QUERY" in environ:
            _take_raw_query(environ)
        refused = refusal(environ)
        if refused is None:
            answer = application(environ, start_response)
            if environ["PATH_INFO"] == COPIES:
                _drain(environ)
            return answer
        _drain(environ)
        status, sentence = refused
        body = f"{sentence}\n".encode()
        told = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        told += [("Cache-Control", "no-store")] + (
            [("Allow", ", ".join(METHODS))] if status.startswith("405") else []
        )
        start_response(status, told + of_answers_without_django())
        return [body]

    return guard
