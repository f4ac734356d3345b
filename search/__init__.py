"""Full-text search for every room: one analyser, an index on SQLite (FTS5) and on PostgreSQL
(tsvector).

    kinds        what a room gives to the index           document     the fields of one entry
    query        what a reader typed → what is asked      engines      the index of either database
    indexing     kept in the transaction of the act       walking      places → rows a reader may see
    marking      where in a text it stands                pieces       words written without a blank
    suggestions  while typing, and instead of a slip

An entry says nothing of who may read what it points to: whoever searches passes his own queryset
(`published()`), and only what is in it is found. Why bigrams: docs/decisions/0030-search.md.
"""
