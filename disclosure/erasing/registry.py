"""The one list of what holds words."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Eraser:
    """A function of (words, by) that empties some columns: run inside the transaction of the
    removal.
    """

    columns: tuple
    run: Callable


ERASERS = []
HOLDS_NONE = {}  # "app.Model" or "app.Model.column" → why no word of an item can stand there


def erases(*columns):
    """Declare a function as the one that takes an item's words out of `columns`
    ("disclosure.Item.title", …). A decorator.
    """

    def note(function):
        ERASERS.append(Eraser(columns, function))
        return function

    return note


def holds_none(reason, *names):
    """Declare models ("app.Model") or columns that never hold words of an item, and why."""
    HOLDS_NONE.update(dict.fromkeys(names, reason))


def erase_everywhere(words, *, by):
    """Run every eraser. `words` are gathered before the first runs."""
    for eraser in ERASERS:
        eraser.run(words, by)
