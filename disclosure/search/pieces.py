"""A run that stands nowhere, taken apart into pieces that do: 小学入学条件 → 小学, 入学, 条件.

People write several words without a blank. The index itself is the dictionary: from the left, the longest piece that some
item holds, and so on: two pieces at least. A quarter of the characters may belong to no piece (的, 与); of more than that nothing is made.
"""

from dataclasses import replace

from disclosure.search.engines import engine
from disclosure.search.query import MOST_WORDS, Query, Word

LONGEST_RUN = 24
LONGEST_PIECE = 8
SHORTEST_RUN = 4


def take_apart(query):
    """The query with its long runs in pieces, or None where nothing can be taken apart. At most `LONGEST_RUN` times
    `LONGEST_PIECE` look-ups of one row a word, in practice some ten."""
    words = []
    for word in query.words:
        runs = word.ways[0]
        if word.is_phrase or len(runs) > 1 or not SHORTEST_RUN <= len(runs[0]) <= LONGEST_RUN or _stands(runs[0]):
            words.append(word)
        else:
            words += [Word(((piece,),)) for piece in _pieces(runs[0])]
    words = tuple(dict.fromkeys(words))[:MOST_WORDS]
    return replace(query, words=words) if words and words != query.words else None


def _pieces(run):
    found, place = [], 0
    while place < len(run) - 1:
        longest = min(LONGEST_PIECE, len(run) - place)
        sizes = range(longest, 1, -1)
        size = next((size for size in sizes if _stands(run[place : place + size])), 0)
        if size:
            found.append(run[place : place + size])
        place += size or 1
    left_out = len(run) - sum(map(len, found))
    return found if len(found) > 1 and left_out <= max(1, len(run) // 4) else [run]


def _stands(run):
    return engine().stands(Query(run, (Word(((run,),)),)))
