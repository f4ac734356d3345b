"""Items in the full-text index (the room `search` keeps it), ranking, facets, suggestions.

    items      what the index has of items, walked            composing, reading   what an item gives to it
    indexing   kept in the transaction of the act             finding              ranked, capped, counted
    facets     what the found can be narrowed by              snippets             where it stands
    suggestions  while typing, and instead of a slip          failures             what nobody found

Why ranking stops at 1,000: docs/decisions/0030-search.md.
"""
