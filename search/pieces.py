"""A run that stands nowhere, taken apart into pieces that do: 小学入学条件 → 小学, 入学, 条件.

People write several words without a blank. The index itself is the dictionary. Of all ways to cut,
the one that leaves out the fewest characters, in the fewest pieces, two at least, of which the
rarest is the most common: 信息公开年度报告 is 信息公开 and 年度报告, not 信息公开年 and 度报告,
where both stand somewhere. A quarter of the characters may belong to no piece (的, 与); of more
than that nothing is made.
"""

from dataclasses import replace

from search.engines import engine
from search.query import MOST_WORDS, Query, Word

LONGEST_RUN = 24
LONGEST_PIECE = 8
SHORTEST_RUN = 4
OFTEN = 50  # what occurs in so many items is a word; how much more often does not matter


def take_apart(query):
    """The query with its long runs in pieces, or None where nothing can be taken apart. At most
    `LONGEST_RUN` times `LONGEST_PIECE` look-ups of `OFTEN` rows a word, in practice some twenty:
    only what stands can be part of what stands longer.
    """
    words = []
    for word in query.words:
        runs = word.ways[0]
        if (
            word.is_phrase
            or len(runs) > 1
            or not SHORTEST_RUN <= len(runs[0]) <= LONGEST_RUN
            or _stands(runs[0])
        ):
            words.append(word)
        else:
            words += [Word(((piece,),)) for piece in _pieces(runs[0])]
    words = tuple(dict.fromkeys(words))[:MOST_WORDS]
    return replace(query, words=words) if words and words != query.words else None


def _pieces(run):
    often = _occurring(run)
    # Of each beginning of the run the best cut: (characters left out, pieces, rarest, longest), and
    # the pieces.
    best = [((0, 0, -OFTEN, 0), ())]
    for end in range(1, len(run) + 1):
        (left_out, number, rarest, longest), pieces = best[end - 1]
        ways = [((left_out + 1, number, rarest, longest), pieces)]
        for start in range(max(0, end - LONGEST_PIECE), end - 1):
            if run[start:end] in often:
                (left_out, number, rarest, longest), pieces = best[start]
                rank = (
                    left_out,
                    number + 1,
                    max(rarest, -often[run[start:end]]),
                    max(longest, end - start),
                )
                ways.append((rank, (*pieces, run[start:end])))
        best.append(min(ways))
    (left_out, number, *_), pieces = best[-1]
    return list(pieces) if number > 1 and left_out <= max(1, len(run) // 4) else [run]


def _occurring(run):
    """{piece: in how many items, at most `OFTEN`} of those that occur."""
    found = {}
    for size in range(2, min(LONGEST_PIECE, len(run) - 1) + 1):
        for piece in {run[start : start + size] for start in range(len(run) - size + 1)}:
            if (size == 2 or (piece[1:] in found and piece[:-1] in found)) and (
                number := _occurrences(piece, OFTEN)
            ):
                found[piece] = number
    return found


def _stands(run):
    return _occurrences(run, 1) > 0


def _occurrences(run, most):
    return engine().count(Query(run, (Word(((run,),)),)), most)
