"""One line of a journal, and the rule of repeats over lines."""

import re
from typing import NamedTuple

REPEAT_MS = 30 * 60 * 1000
# Milliseconds, item, trace under today's salt, and just after midnight the trace under yesterday's.
_LINE = re.compile(rb"^(\d{13}) (\d{1,18}) ([0-9a-f]{32})(?: ([0-9a-f]{32}))?\n", re.MULTILINE)


class View(NamedTuple):
    """One page view."""

    at: int
    item: int
    trace: bytes
    earlier: bytes | None


def line(at, item, trace, earlier=None):
    """A view as it is written."""
    return (
        b"%d %d %b %b\n" % (at, item, trace, earlier)
        if earlier
        else b"%d %d %b\n" % (at, item, trace)
    )


def views(chunk):
    """The views in a piece of a journal that ends with a line's end. A torn line is none, and hides
    no other.
    """
    return [
        View(int(at), int(item), trace, earlier or None)
        for at, item, trace, earlier in _LINE.findall(chunk)
    ]


def is_repeat(at, trace, earlier, last_counted):
    """Whether a view follows a counted one of the same visitor too soon. `last_counted`: trace →
    milliseconds or None.

    Journals of several machines are rolled up at different times: a view may turn out to lie before
    a counted one.
    """
    counted = last_counted(trace)
    if counted is None and earlier is not None:
        counted = last_counted(earlier)
    return counted is not None and -REPEAT_MS < at - counted < REPEAT_MS
