"""Full-text search: one analyser, an index on SQLite (FTS5) and on PostgreSQL (tsvector), ranking,
facets, suggestions.

    folding    characters → the characters that are compared          query      what a reader typed → what is looked for
    document   what an item gives to the index                        engines    the index of either database
    indexing   kept in the transaction of the act, rebuilt            finding    query + items → ranked, capped, counted
    facets     what the found can be narrowed by                      snippets   where in the text it stands
    suggestions  while typing, and instead of a slip                  failures   what nobody found

Why bigrams, why ranking stops at 1,000: docs/decisions/, "search".
"""
