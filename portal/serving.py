"""What stands in front of Django in a server process."""

import gc
import hashlib
import json
from pathlib import Path

from django.conf import settings

from disclosure import counting
from portal.customising import folder
from portal.front import patience
from portal.front.gate import guarded
from portal.pagecache.cache import PageCache
from portal.pagecache.shared import NoShared, Shared
from portal.watching.measuring import Measured, by_django

# A page waits no longer for its browse count.
PATIENCE_FOR_COUNTS = 0.5
_LOOKED_AT = (
    *(
        "background",
        "catalog",
        "checklist",
        "confidential",
        "desk",
        "disclosure",
        "documents",
        "imports",
    ),
    *("inquiries", "ledger", "opendata", "portal", "search", "statutory", "workdays"),
    *("static", "templates"),
)
_CODE = ("*.py", "*.html", "*.css", "*.js")


def in_front_of(application):
    """The application a server runs: the page cache with Django behind it, or Django alone where no
    page is kept.
    """
    patience.install()
    counting.ask_in(lambda: patience.patient(PATIENCE_FOR_COUNTS))
    set_aside_what_stays()
    if not settings.METRICS_TOKEN:
        return _kept(application)
    return Measured(_kept(by_django(application)))


def set_aside_what_stays():
    """Code, models and addresses stay as long as the process. The collector would look through all
    of it every few pages, and a page in ten wait for that (a tenth to a half of what a search page
    takes).
    """
    gc.collect()
    gc.freeze()


def _kept(application):
    if settings.DEBUG or not settings.PAGE_CACHE_MB:
        return guarded(application)
    return guarded(
        PageCache(
            application, megabytes=settings.PAGE_CACHE_MB, shared=shared_pages(), watches=True
        )
    )


def shared_pages():
    """The pages all machines share, or what stands in where there is no Redis."""
    url = settings.CACHES["default"]["LOCATION"]
    url = url if isinstance(url, str) else url[0]
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return NoShared()
    return Shared(url, release())


def release():
    """A digest of what decides how a page looks: code, templates, static files (the district's
    too), what the environment fixes. What is entered at the desk is not in it: its changes are
    changes of the version.
    """
    digest = hashlib.blake2b(
        json.dumps(
            [settings.SITE_FIXED, settings.SITE_ORIGIN, settings.DEMO, settings.COUNT_BY_PIXEL]
        ).encode()
    )
    for room in _LOOKED_AT:
        place = Path(settings.BASE_DIR, room)
        for file in sorted(
            path for pattern in _CODE for path in place.rglob(pattern) if "tests" not in path.parts
        ):
            digest.update(file.read_bytes())
    for part in folder.content():
        digest.update(part)
    return digest.hexdigest()[:20]
