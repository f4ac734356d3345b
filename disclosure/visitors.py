"""Who asks for a page: a person, a program that gathers pages, or a browser that only guesses what comes next."""

import ipaddress
import re

from django.conf import settings

# Programs that say what they are. A browser under remote control (HeadlessChrome), an unknown name or none at all is
# taken for a person's: the list errs on the side of the reader.
_CRAWLER = re.compile(
    "|".join(
        (
            r"(?<!cu)bot(?!tle)",  # Googlebot, bingbot, Applebot, PetalBot, GPTBot, YoudaoBot …; Cubot is a telephone
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
_PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_NOT_READ_YET = ("prefetch", "prerender", "preview")


def client_address(request):
    """The address the request came from, as text; empty where the server knows none.

    Of `X-Forwarded-For` only what our own proxies wrote is believed: with `TRUSTED_PROXY_COUNT` = N that is the N-th
    entry from the right. Whatever stands further left is the client's own word.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if count < 1 or len(hops) < count:
        return direct
    try:
        return str(ipaddress.ip_address(hops[-count].strip()))
    except ValueError:
        return direct


def is_crawler(user_agent):
    """Whether a User-Agent names a crawler, a feed reader or a checker."""
    return bool(_CRAWLER.search(user_agent))


def is_speculative(request):
    """Whether the browser only fetches the page in case the reader should want it."""
    said = " ".join(request.headers.get(name, "") for name in _PURPOSE_HEADERS).lower()
    return any(word in said for word in _NOT_READ_YET)


def is_signed_in_staff(request):
    """Whether a member of staff is signed in. Without a session cookie neither session nor user is touched, so that
    a reader's page never carries `Vary: Cookie`.
    """
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff


def is_page_view(request):
    """Whether the request is a person opening the page to read it."""
    return (
        request.method == "GET"
        and not is_speculative(request)
        and not is_crawler(request.headers.get("User-Agent", ""))
        and not is_signed_in_staff(request)
    )
