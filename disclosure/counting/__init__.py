"""Browse counts (浏览次数): which page views count, and how one is written.

Nothing that says who read what is kept: a visitor is a hash under a random salt of the day. The
salt and the hashes go as soon as they can no longer decide whether a view is a repeat (docs: the
page /about/counts/ tells the public).

A view is one line appended to this process's journal before the page is delivered; `roll_up()`
turns lines into counts, each exactly once (docs/decisions/0015-counting-by-journal.md). Until then
`Tally` knows what to print.
"""

import os
import time

from django.conf import settings

from disclosure.counting.salts import Salts
from disclosure.counting.tally import Tally
from disclosure.counting.traces import trace, visitor_of
from disclosure.counting.visitors import is_page_view, is_read_by_a_person
from disclosure.lists.rendering import rendering

_salts, _tally = Salts(), Tally()


def count_view(request, item):
    """Count the request as a view of the item where it is one, and set `item.view_count` to the
    number to print.
    """
    page = rendering(request)
    if page.for_everybody:  # the page cache counts each delivery of what is rendered now
        page.counted = item.pk
        return
    is_view = not settings.COUNT_BY_PIXEL and is_page_view(request)
    item.view_count = _count(request.META, item.pk, item.view_count, is_view)


def count_pixel(request, item):
    """Count a view of a page that somebody else delivered: its picture of one pixel is asked of us."""
    _count(
        request.META, item.pk, item.view_count, settings.COUNT_BY_PIXEL and is_page_view(request)
    )


def counter_for_cache():
    """count(environ, pk, printed, may_ask=True): counts the delivery of a kept page that shows item
    `pk`, returns the number to print.

    `printed`: the number where nothing better is known; `may_ask`: whether the database may be
    asked for a better one. The settings are read once, here: each look at them costs as much as the
    hash of the visitor.
    """
    is_counted, proxies = not settings.COUNT_BY_PIXEL, settings.TRUSTED_PROXY_COUNT

    def count(environ, pk, printed, may_ask=True):
        is_view = is_counted and is_read_by_a_person(environ)
        return _count(environ, pk, printed, is_view, may_ask, proxies)

    return count


def current_count(item):
    """The item's count with the views that are not rolled up yet, as far as this process knows."""
    return _tally.number(item.pk, item.view_count, int(time.time() * 1000))


def _count(environ, pk, printed, is_view, may_ask=True, proxies=None):
    now = int(time.time() * 1000)
    if is_view and (salts := _salts.at(now, may_ask=may_ask)):
        visitor = visitor_of(environ, pk, proxies)
        return _tally.write(
            now, pk, printed, *[trace(visitor, salt) for salt in salts], may_ask=may_ask
        )
    return _tally.number(pk, printed, now, may_ask=may_ask)


def ask_in(context):
    """Let a server process say how patiently the database may be asked: `context()` makes a context
    manager.
    """
    _tally.patient = context


def start_anew():
    """Forget what this process knows: after a fork, and between tests."""
    _salts.forget()
    _tally.forget()


os.register_at_fork(after_in_child=start_anew)
