"""Titles to choose from while typing, and the words that were probably meant where nothing was
found.
"""

from collections import Counter

from documents.folding import runs, squash
from search.document import SCOPES
from search.query import Query, Word

MOST_TITLES = 8
TITLES_READ = 300  # for a slip: the newest titles that share something with it
MOST_MEANT = 3
LONGEST_SLIP = 12


def titles(query, open_walk):
    """Titles that hold every word of the query, the newest first, each once. `open_walk`: a `Walk`
    of so many hits, which have a `title`.
    """
    hits = open_walk(4 * MOST_TITLES).matches(query, SCOPES["title"])
    return list(dict.fromkeys(hit.title for hit in hits))[:MOST_TITLES]


def meant(query, open_walk):
    """Other ways to write the query that titles know, nearest and most frequent first.

    Every run of the query is compared with the pieces of like length of the newest titles that
    share a pair, or where no pair is left a character, with it. Bounded by `TITLES_READ` titles and
    runs of `LONGEST_SLIP` characters.
    """
    for word in query.words:
        for run in word.ways[0]:
            # Another number is another document, not a slip.
            if (
                len(run) <= LONGEST_SLIP
                and not any(map(str.isdigit, run))
                and (found := _nearest(run, open_walk))
            ):
                return [squash(query.text).replace(run, better, 1) for better in found]
    return []


def _nearest(run, open_walk):
    counts, distances = Counter(), {}
    allowed = 1 if len(run) <= 4 else 2
    for title in _like(run, open_walk):
        for piece in _pieces(title, len(run)):
            if piece not in distances:
                distances[piece] = distance(run, piece, allowed)
            if distances[piece]:
                counts[piece] += 1
    near = [piece for piece in counts if distances[piece] <= allowed]
    if any(distances[piece] == 0 for piece in distances):
        return []
    near.sort(
        key=lambda piece: (distances[piece], abs(len(piece) - len(run)), -counts[piece], piece)
    )
    return near[:MOST_MEANT]


def _like(run, open_walk):
    """Folded titles that share a pair with the run, or for want of one a character."""
    walk = open_walk(TITLES_READ)
    pairs = tuple((run[place : place + 2],) for place in range(len(run) - 1))
    hits = walk.matches(Query(run, (Word(pairs),)), SCOPES["title"])
    for character in "" if hits else run:
        hits += walk.matches(Query(character, characters=(character,)), SCOPES["title"])
    return {hit.pk: hit.title for hit in hits[: 2 * TITLES_READ]}.values()


def _pieces(title, length):
    """Pieces of a title as long as the run, or one character more or less; each once."""
    return {
        part[start : start + size]
        for part in runs(title)
        for size in range(max(2, length - 1), length + 2)
        for start in range(len(part) - size + 1)
    }


def distance(one, other, most):
    """Characters put in, taken out, changed or swapped with their neighbour between two words;
    `most` + 1 for more.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [], list(range(len(other) + 1))
    for place, character in enumerate(one, start=1):
        previous, row, older = row, [place], before
        for spot, against in enumerate(other, start=1):
            cost = min(previous[spot] + 1, row[-1] + 1, previous[spot - 1] + (character != against))
            if place > 1 < spot and character == other[spot - 2] and one[place - 2] == against:
                cost = min(cost, older[spot - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = previous
    return min(row[-1], most + 1)
