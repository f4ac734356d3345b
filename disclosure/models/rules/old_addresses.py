"""What makes two ways of writing an old portal's address the same address.

Browsers, chat programs and search engines write one address in many ways: percent-encoded or not,
in UTF-8 or in the GBK of the old systems, the parts of its query in any order, with what they hang
onto it to follow their readers.
"""

import itertools
import re
import unicodedata
from urllib.parse import quote_plus, unquote_to_bytes

MAX_KEY = 500
MOST_LEFT_OUT = 6  # of unknown further parameters all choices are tried: 64 at most
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
# What chat programs, searches and counters add.
_TRACKING = re.compile(
    r"utm_\w+|spm|scm|isappinstalled|nsukey|clicktime|enterid|share_\w+|sharer_\w+|wxshare_count|wx_\w+|tdsourcetag|bd_vid|bdmap|hmsr|hmpl|hmcu|hmkw|hmci"
    r"|fbclid|gclid|msclkid|yclid|ivk_sa|weibo_id|_wv|_wwv|ADTAG|ptlang|chksm|scene|srcid|sessionid|jsessionid|phpsessid",
    re.IGNORECASE,
)
_TRACKING_VALUES = {
    "from": {
        "timeline",
        "singlemessage",
        "groupmessage",
        "message",
        "qq",
        "weibo",
        "wechat",
        "baidu",
        "search",
    }
}


def host_key(host):
    """A host name without its port, in lower case."""
    return host.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


def address_key(path, query=""):
    """One way of writing a path with its query; None where it is too long to be kept."""
    key = path_key(path)
    if parameters := _parameters(query):
        key += "?" + _written(parameters)
    return key if len(key) <= MAX_KEY else None


def path_key(path):
    """One way of writing a path: decoded, without sessions, double slashes and the slash at its
    end.
    """
    path = _SLASHES.sub("/", _SESSION.sub("", _text(path)))
    return "/" + path.strip("/")


def asked_keys(path, query):
    """The keys an address that is asked for may be kept under, the closest first: some of its
    parameters may mean nothing.
    """
    path, parameters = path_key(path), _parameters(query)
    if len(parameters) > MOST_LEFT_OUT:
        chosen = [parameters, []]
    else:
        sizes = range(len(parameters), -1, -1)
        chosen = itertools.chain.from_iterable(
            itertools.combinations(parameters, size) for size in sizes
        )
    keys = [f"{path}?{_written(some)}" if some else path for some in chosen]
    return [key for key in dict.fromkeys(keys) if len(key) <= MAX_KEY]


def _parameters(query):
    """(name, value) pairs in order, without what only follows readers."""
    found = []
    for part in query.replace("&amp;", "&").split("&"):
        name, _, value = part.partition("=")
        name, value = _text(name.replace("+", " ")), _text(value.replace("+", " "))
        if (
            name
            and not _TRACKING.fullmatch(name)
            and value not in _TRACKING_VALUES.get(name.lower(), ())
        ):
            found.append((name, value))
    return sorted(found)


def _written(parameters):
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in parameters)


def _text(written):
    """Percent-encoding taken off, and read as UTF-8 or GBK: whichever gives Chinese."""
    data = unquote_to_bytes(written)
    if data.isascii():
        return data.decode("ascii")
    texts = []
    for encoding in ("utf-8", "gb18030"):
        try:
            texts.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not texts:
        return data.decode("latin-1")
    return unicodedata.normalize("NFC", max(texts, key=_share_of_chinese))


def _share_of_chinese(text):
    beyond = [character for character in text if not character.isascii()]
    return (
        sum("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in beyond) / len(beyond)
        if beyond
        else 0
    )
