"""Addresses of items, each by its index number. An item's page prints some eight of them, and
Django goes through all its patterns for every one: that was a tenth of the time of a page that is
not kept.
"""

from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

_SAMPLE = "SAMPLE-NUMBER"


@lru_cache(maxsize=512)
def _around(name, *further):
    before, _, after = reverse(name, args=[_SAMPLE, *further]).partition(_SAMPLE)
    return before, after


def item_address(name, index_number, *further):
    """What `reverse(name, args=[index_number, *further])` gives; raises NoReverseMatch where that
    does (there is no number).
    """
    if not index_number or "\x00" in index_number:
        return reverse(name, args=[index_number, *further])
    before, after = _around(name, *further)
    return (
        f"{before}{quote(index_number, safe=RFC3986_SUBDELIMS + '/~:@')}{after}"  # as Django quotes
    )
