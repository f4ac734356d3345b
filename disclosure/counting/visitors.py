"""Who asks for a page: a person, a program that gathers pages, or a browser that only guesses what
comes next.
"""

import re
from functools import lru_cache

from django.conf import settings

# Programs that say what they are. A browser under remote control (HeadlessChrome), an unknown name
# or none at all is taken for a person's: the list errs on the side of the reader.
_CRAWLER = re.compile(
    "|".join(
        (
            # Googlebot, bingbot, Applebot, PetalBot, GPTBot, YoudaoBot …; Cubot is a telephone
            r"(?<!cu)bot(?!tle)",
            "spider",  # Baiduspider, Sogou web spider, 360Spider, HaosouSpider, YisouSpider, Bytespider, ToutiaoSpider
            "crawl|slurp|scrap[ey]|heritrix|nutch|httrack|archiver",
            "mediapartners|google-inspectiontool|apis-google|baidu-transcoder|yunguance",
            "facebookexternalhit|embedly|preview/|bingpreview",  # pictures of a page for a chat or a result list
            "feed|rss|miniflux|newsblur|inoreader|akregator",  # feed readers
            r"link.?check|validator|lychee|xenu|lighthouse",  # link and page checkers
            "monitor|uptime|pingdom|statuscake|jiankongbao|360jk",  # is the site up?
        )
    ),
    re.IGNORECASE,
)
_PURPOSE = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_NOT_READ_YET = ("prefetch", "prerender", "preview")


@lru_cache(maxsize=10_000)
def is_crawler(user_agent):
    """Whether a User-Agent names a crawler, a feed reader or a checker. Readers have few different
    ones.
    """
    return bool(_CRAWLER.search(user_agent))


def is_speculative(request):
    """Whether the browser only fetches the page in case the reader should want it."""
    return _is_fetched_ahead(request.META)


def _is_fetched_ahead(environ):
    if environ.keys().isdisjoint(_PURPOSE):
        return False
    said = [environ[name].lower() for name in _PURPOSE if name in environ]
    return any(word in text for text in said for word in _NOT_READ_YET)


def is_signed_in_staff(request):
    """Whether a member of staff is signed in. Without a session cookie neither session nor user is
    touched, so that a reader's page never carries `Vary: Cookie`.
    """
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff


def is_read_by_a_person(environ):
    """Whether the request of a WSGI environment is one a person makes to read the page."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not is_crawler(environ.get("HTTP_USER_AGENT", ""))
        and not _is_fetched_ahead(environ)
    )


def is_page_view(request):
    """Whether the request is a person opening the page to read it, and none of the staff."""
    return is_read_by_a_person(request.META) and not is_signed_in_staff(request)
