"""Which index numbers can be addresses: those of older portals come in as they were written."""

import re
import unicodedata

from django.urls import Resolver404, is_valid_path, resolve, reverse

_PLAIN = re.compile(r"[^\s\\\\?#%\x00-\x1f\x7f]+(?: [^\s\\\\?#%\x00-\x1f\x7f]+)*")


def is_plain_number(number):
    """Whether the address made of a number leads to its item: no dot names, no empty parts, no
    ending of ours, nothing unseen.
    """
    parts = number.split("/")
    if not _PLAIN.fullmatch(number) or any(part in {"", ".", ".."} for part in parts):
        return False
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in number):
        return False
    if is_valid_path(f"/items/{number}"):  # A/2021-1.pdf is a file of A/2021-1
        return False
    try:
        found = resolve(f"/items/{number}/")
    except Resolver404:
        return False
    return (
        found.url_name == "item-detail"
        and found.kwargs["index_number"] == number
        and bool(reverse("item-detail", args=[number]))
    )
