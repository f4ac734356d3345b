"""What RFC 4287 asks of a feed, as far as a feed of ours can break it."""

import datetime as dt
import re
from collections import Counter
from contextlib import suppress
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # 3.3
ONCE = {"id": 1, "title": 1, "updated": 1}
AT_MOST_ONCE = (
    "summary",
    "subtitle",
    "published",
    "rights",
    "generator",
    "icon",
    "logo",
    "content",
    "source",
)
KNOWN = {
    "feed": {
        *ONCE,
        "author",
        "category",
        "contributor",
        "entry",
        "generator",
        "icon",
        "link",
        "logo",
        "rights",
        "subtitle",
    },
    "entry": {
        *ONCE,
        "author",
        "category",
        "content",
        "contributor",
        "link",
        "published",
        "rights",
        "source",
        "summary",
    },
}


def problems(document):
    """Sentences: what of the rules the feed breaks. Nothing is the answer hoped for."""
    feed = ElementTree.fromstring(document)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_of_one(feed, "feed")]
    for entry in entries:
        found += _of_one(entry, "entry")
        if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            found.append("an entry without author in a feed without")  # 4.2.1
        if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
            found.append("an entry with neither content nor a link to it")  # 4.1.2
    found += [
        f"the id {name} stands twice"
        for name, number in Counter(map(_id, entries)).items()
        if number > 1
    ]
    return found + (
        [] if len(_links(feed, "self")) == 1 else ["not one link to itself"]
    )  # 4.1.1: should


def _of_one(element, kind):
    names = Counter(child.tag.removeprefix(ATOM) for child in element)
    yield from (f"{kind}: {name} stands {names[name]} times" for name in ONCE if names[name] != 1)
    yield from (f"{kind}: {name} more than once" for name in AT_MOST_ONCE if names[name] > 1)
    yield from (f"{kind}: {name} is no element of it" for name in names if name not in KNOWN[kind])
    if not _is_absolute(_id(element)):
        yield f"{kind}: the id {_id(element)!r} is no IRI"
    for name in ("updated", "published"):
        for moment in element.findall(f"{ATOM}{name}"):
            if not _is_moment(moment.text or ""):
                yield f"{kind}: {name} is {moment.text!r}"
    yield from (f"{kind}: {problem}" for problem in [*_of_links(element), *_of_words(element)])


def _of_links(element):
    links = element.findall(f"{ATOM}link")
    alike = Counter(
        (link.get("type"), link.get("hreflang")) for link in _links(element, "alternate")
    )
    if any(number > 1 for number in alike.values()):
        yield "two links alternate alike"
    if not all(_is_absolute(link.get("href", "")) for link in links):
        yield "a link that leads nowhere"


def _of_words(element):
    if not all(person.findtext(f"{ATOM}name") for person in element.findall(f"{ATOM}author")):
        yield "an author of no name"
    if not all(category.get("term") for category in element.findall(f"{ATOM}category")):
        yield "a category without a term"
    for name in ("title", "summary", "subtitle", "rights"):
        for text in element.findall(f"{ATOM}{name}"):
            if text.get("type", "text") not in ("text", "html") or len(
                text
            ):  # XHTML we write nowhere
                yield f"{name} is no text"


def _id(element):
    return element.findtext(f"{ATOM}id") or ""


def _links(element, rel):
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


def _is_absolute(address):
    parts = urlsplit(address)
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(
        r'[\s<>"{}|\\^`]', address
    )


def _is_moment(text):
    with suppress(ValueError):
        return bool(DATE.fullmatch(text) and dt.datetime.fromisoformat(text))
    return False
