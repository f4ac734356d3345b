"""Slugs of organs and columns become part of addresses and of folders in packages; which words must
stay ours is read off the URL configuration itself, so that an address added tomorrow is kept free
today.
"""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from documents.uploads.names import DEVICES

TAKEN = (
    "“{}”是本站网址或者文件格式用的名字，不能作地址名。请换一个，例如在后面加上说明：“{}-office”。"
)
ONLY_DIGITS = "地址名不能只有数字，会与年度、编号混淆。请用英文名。"
ALIKE = "已有一个只差大小写的地址名“{}”，请换一个。"
_FIELD = re.compile(r"<(?:[\w.]+:)?\w+>")
_GROUP = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_ALTERNATIVES = re.compile(r"[\w-]+(?:\|[\w-]+)*")


def validate_new_slug(record):
    """Refuse a slug that is an address of ours. One that is stored already stays: an address
    published is never removed.

    Raises ValidationError with a sentence beside the field.
    """
    stored = (
        type(record).objects.filter(pk=record.pk).values_list("slug", flat=True).first()
        if record.pk
        else None
    )
    slug = record.slug
    if not slug or slug == stored:
        return
    if slug.isdigit():
        raise ValidationError({"slug": ONLY_DIGITS})
    if is_reserved(slug):
        raise ValidationError({"slug": TAKEN.format(slug, slug)})
    alike = type(record).objects.filter(slug__iexact=slug).exclude(pk=record.pk).exclude(slug=slug)
    if other := alike.values_list("slug", flat=True).first():
        raise ValidationError({"slug": ALIKE.format(other)})


def is_reserved(slug):
    """Whether an address of ours has this word as a part or an ending, in whatever case."""
    word = slug.lower()
    return word in reserved_words() or word in DEVICES or _is_an_ending(word)


@lru_cache(maxsize=1)
def reserved_words():
    """Every literal part of the public addresses, and every ending files are given under, in lower
    case.
    """
    return frozenset(word.lower() for word in _words(get_resolver().url_patterns))


def _words(patterns):
    for one in patterns:
        route = str(one.pattern)
        for converter in getattr(one.pattern, "converters", {}).values():
            if _ALTERNATIVES.fullmatch(converter.regex):
                yield from converter.regex.split("|")
        for part in _WORD.findall(_FIELD.sub(" ", _GROUP.sub(" ", route.removesuffix(r"\Z")))):
            yield part.strip("-")
        if (
            isinstance(one, URLResolver) and route != "admin/"
        ):  # the desk's own addresses hold no slug of ours
            yield from _words(one.url_patterns)


def _is_an_ending(word):
    """Whether `/name.word` is an address: the endings of older portals' pages are one expression,
    not a list.
    """
    try:
        resolve(f"/name.{word}")
    except Resolver404:
        return False
    return True
