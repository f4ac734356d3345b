"""The WSGI application in front of Django: public pages for everybody from memory, all else passed
on.
"""

import io
import logging
import time
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings

from disclosure.counting import counter_for_cache
from disclosure.lists.rendering import KEY, Rendering
from portal.front import errors
from portal.front.headers import of_answers_without_django
from portal.front.patience import patient
from portal.pagecache.addresses import Addresses
from portal.pagecache.delivery import STALE_NOTICE, cache_headers, deliver
from portal.pagecache.entry import Entry, NotForAllError, admit
from portal.pagecache.flights import Flights
from portal.pagecache.pages import NEED_NO_DATABASE
from portal.pagecache.shared import NoShared
from portal.pagecache.store import Store
from portal.pagecache.version import Version
from portal.pagecache.watch import Watch

logger = logging.getLogger(__name__)
# No public page may need longer than this, nor wait longer for a database that is frozen.
RENDER_PATIENCE = 5.0
# What a rendering for everybody may know of the one request that caused it: nothing but these and
# its address.
_KNOWN = (
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "HTTP_HOST",
    "wsgi.version",
    "wsgi.url_scheme",
    "wsgi.errors",
)


class Answer(NamedTuple):
    """What Django gave: an inner request's status, headers and body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Made:
    """What came of making a page: an entry that is kept for everybody, or an answer that is given
    and not kept (an error). Neither: the page is not for everybody after all.
    """

    entry: Entry | None = None
    answer: Answer | None = None


class PageCache:
    """Keeps declared pages (`pages.PAGES`) for readers without a session; `application` is
    Django's.
    """

    def __init__(self, application, *, megabytes, shared=None, version=None, watches=False):
        self.application = application
        self.store = Store(megabytes * 1_000_000)
        self.shared = shared or NoShared()
        self.version = version or Version()
        self.watch = Watch(self.version, self.store) if watches else None
        self.flights = Flights()
        self.addresses = Addresses()
        # Read once: a look at the settings costs as much as a look at the store.
        self._count = counter_for_cache()
        self._session = f"{settings.SESSION_COOKIE_NAME}="
        self._believes_proxy, self._https = bool(settings.TRUSTED_PROXY_COUNT), settings.HTTPS

    def __call__(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self._pass_on_writing(environ, start_response)
        declared = None if environ.get("SCRIPT_NAME") else self.addresses.page(environ["PATH_INFO"])
        if declared is None:
            return self._pass_on(environ, start_response)
        name, page = declared
        query = self.addresses.query(name, environ.get("QUERY_STRING", ""))
        origin = self._origin(environ)
        if origin is None:
            return self.application(environ, start_response)
        if query is None:
            return self._pass_on(environ, _private(start_response))
        if self._session in environ.get("HTTP_COOKIE", "") or "HTTP_AUTHORIZATION" in environ:
            environ["QUERY_STRING"] = query
            return self._pass_on(environ, _private(start_response))
        return self._answer(
            environ, start_response, name, page, (environ["PATH_INFO"], query, origin)
        )

    def _pass_on(self, environ, start_response):
        """To Django; while the database is down only what needs none, so that nobody hangs on it."""
        if self.version.is_down and not environ["PATH_INFO"].startswith(NEED_NO_DATABASE):
            self.version.current()
            if self.version.is_down:
                return _unavailable(start_response)
        return self.application(environ, start_response)

    def _pass_on_writing(self, environ, start_response):
        try:
            return self._pass_on(environ, start_response)
        finally:
            self.version.expire()

    def _origin(self, environ):
        """What of scheme and host the page depends on; None where Django must redirect or refuse."""
        scheme = environ["wsgi.url_scheme"]
        if self._believes_proxy and "HTTP_X_FORWARDED_PROTO" in environ:
            scheme = "https" if environ["HTTP_X_FORWARDED_PROTO"] == "https" else "http"
        if self._https and scheme != "https":
            return None
        return self.addresses.origin(scheme, environ.get("HTTP_HOST", ""))

    def _answer(self, environ, start_response, name, page, key):
        if self.watch:
            self.watch.begin()
        version = self.version.current()
        entry = self.store.get(key)
        if entry is not None and entry.version == version and time.monotonic() < entry.expires:
            if self.version.is_down:
                return self._deliver(key, entry, environ, start_response, STALE_NOTICE)
            return self._deliver(key, entry, environ, start_response)
        if self.version.is_down:
            return self._stale(key, entry, environ, start_response)
        if version is None:  # this process has just started and the first reading takes its time
            return self._for_one_reader(key, environ, start_response)
        made = self._fill(environ, name, page, key, version)
        if made.entry is not None:
            return self._deliver(key, made.entry, environ, start_response)
        if made.answer is None:
            return self._for_one_reader(key, environ, start_response)
        if made.answer.status == 503:
            self.version.expire()  # is it the database?
            return self._stale(key, self.store.get(key), environ, start_response)
        return _repeat(made.answer, environ, start_response)

    def _for_one_reader(self, key, environ, start_response):
        """Made for who asks, and not kept."""
        environ["QUERY_STRING"] = key[1]
        return self.application(environ, _private(start_response))

    def _deliver(self, key, entry, environ, start_response, notice=()):
        count = None
        if entry.counted is not None:
            printed, may_ask = getattr(entry.body, "printed", 0), not self.version.is_down
            count = self._count(environ, entry.counted, printed, may_ask)
        made = len(entry.body.made)
        answer = deliver(entry, environ, start_response, count, notice)
        if len(entry.body.made) != made:  # an encoding, at first use
            self.store.grown(key, entry)
        return answer

    def _stale(self, key, entry, environ, start_response):
        """The database is down: the last copy there is, else 503. None from before something was
        taken away.
        """
        if entry is None and self.version.value is not None:
            entry = self.shared.get(key, self.version.value, time.monotonic() + 1)
        if entry is None or not self.version.may_still_be_shown(entry.version):
            return _unavailable(start_response)
        return self._deliver(key, entry, environ, start_response, STALE_NOTICE)

    def _fill(self, environ, name, page, key, version):
        """The page as another reader's request has it made meanwhile, or as this one has."""
        with self.flights.joined(key) as is_pilot:
            if not is_pilot:
                entry = self.store.get(key)
                if entry is not None and entry.version == version:
                    return Made(entry=entry)
                if self.version.is_down:
                    return Made(answer=Answer(503, [], b""))
            return self._fetch_or_render(environ, name, page, key, version)

    def _fetch_or_render(self, environ, name, page, key, version):
        expires = time.monotonic() + page.seconds
        entry, lease = self.shared.get(key, version, expires), ""
        if entry is None:
            lease = self.shared.lead(key, version)
            if lease is None:
                entry, lease = self.shared.wait(key, version, expires), ""
        if entry is not None:
            self.store.put(key, entry)
            return Made(entry=entry)
        try:
            return self._render(environ, name, key, version, expires)
        finally:
            self.shared.done(key, version, lease)

    def _render(self, environ, name, key, version, expires):
        inner = _for_everybody(environ, key, version)
        with patient(RENDER_PATIENCE):
            answer = _collected(self.application, inner)
        try:
            headers = admit(*answer)
        except NotForAllError as reason:
            if answer.status >= 400:
                return Made(answer=answer)
            logger.error("%s is declared for everybody and is not: %s", name, reason)
            return Made()
        counted = inner[KEY].counted
        headers += cache_headers(name, counted)
        entry = Entry(
            status=answer.status, headers=headers, body=answer.body, counted=counted, version=version,
            expires=expires,
        )  # fmt: skip
        self.store.put(key, entry)
        if answer.status == 200:
            self.shared.put(key, entry)
        return Made(entry=entry)


def _for_everybody(environ, key, version):
    """A request that knows nothing of who asks."""
    inner = {name: environ[name] for name in _KNOWN if name in environ}
    # The number is for the log and the page that says an error, which is not kept.
    for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID"):
        if settings.TRUSTED_PROXY_COUNT and name in environ:
            inner[name] = environ[name]
    return inner | {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key[0],
        "QUERY_STRING": key[1],
        "REMOTE_ADDR": "",
        "wsgi.input": io.BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        KEY: Rendering(version=version, for_everybody=True),
    }


def _collected(application, environ):
    """What Django answers an inner request."""
    heads = []
    parts = application(
        environ, lambda status, headers, exc_info=None: heads.append((int(status[:3]), headers))
    )
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Answer(*heads[-1], body)


def _repeat(answer, environ, start_response):
    status, headers, body = answer
    start_response(f"{status} Answer", list(headers))
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def _private(start_response):
    """Staff see every page as it stands now; no cache on their way may give that to others."""

    def start(status, headers, exc_info=None):
        if not any(name.lower() == "cache-control" for name, _ in headers):
            headers = [*headers, ("Cache-Control", "private, no-cache")]
        return start_response(status, headers, exc_info)

    return start


def _unavailable(start_response):
    response = errors.unavailable()
    start_response("503 Service Unavailable", [*response.items(), *of_answers_without_django()])
    return (response.content,)
