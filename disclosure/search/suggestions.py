"""Titles to choose from while typing, and the words that were probably meant where nothing was
found.
"""

from functools import partial

from disclosure.search.finding import load_synonyms
from disclosure.search.items import walk_items
from search import suggestions
from search.query import parse


def titles(text, items):
    """Titles among `items` that hold every word typed so far, the newest first, each once."""
    query = parse(text)
    if query.is_empty:
        return []
    return suggestions.titles(query.with_synonyms(load_synonyms()), partial(walk_items, items))


def meant(text, items):
    """Other ways to write the query that titles among `items` know, nearest and most frequent
    first.
    """
    return suggestions.meant(parse(text), partial(walk_items, items))
