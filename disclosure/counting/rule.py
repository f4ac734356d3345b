"""One line of a journal, and the rule of repeats over lines."""

import re
from typing import NamedTuple

REPEAT_MS = 30 * 60 * 1000
# Milliseconds, item, trace under today's salt, and just after midnight the trace under yesterday's.
_LINE = re.compile(rb"(\d{13}) (\d{1,18}) ([0-9a-f]{32})(?: ([0-9a-f]{32}))?\n")


class View(NamedTuple):
    """One page view."""

    at: int
    item: int
    trace: bytes
    earlier: bytes | None


def line(at, item, trace, earlier=None):
    """A view as it is written."""
    return f"{at} {item} {trace} {earlier}\n".encode() if earlier else f"{at} {item} {trace}\n".encode()


def views(chunk):
    """The views in a piece of a journal that ends with a line's end. A torn line is none, and hides no other."""
    return [
        View(int(at), int(item), trace, earlier or None)
        for part in chunk.splitlines(keepends=True)
        if (found := _LINE.fullmatch(part))
        for at, item, trace, earlier in (found.groups(),)
    ]


def is_repeat(view, last_counted):
    """Whether the view follows a counted one of the same visitor too soon. `last_counted`: trace → milliseconds or None.

    Journals of several machines are rolled up at different times: a view may turn out to lie before a counted one.
    """
    for trace in (view.trace, view.earlier):
        if trace and (counted := last_counted(trace)) is not None and abs(view.at - counted) < REPEAT_MS:
            return True
    return False
