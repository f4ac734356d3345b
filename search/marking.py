"""Where in a text the query stands: pieces that a template prints, the found ones marked. No HTML
is made here.
"""

import re
from dataclasses import dataclass

from documents.folding import fold_evenly

WIDTH = 110
LEAD = 30  # characters before the first hit
MOST_HITS = 300
LONGEST = 200_000  # characters of a text that are looked at
_SENTENCE_END = "。！？；!?;\n"


@dataclass(frozen=True)
class Piece:
    """A stretch of text."""

    text: str
    is_hit: bool = False


@dataclass
class Passage:
    """The best stretch of one text. `source`: the name of the attachment it is from, or nothing."""

    pieces: list
    score: int  # how many different words stand in it
    source: str = ""


class Marker:
    """Finds the runs of one query in texts."""

    def __init__(self, query):
        self.number = len(query.words) or len(query.characters)
        spaced = ("[ \u200b]*".join(map(re.escape, run)) for run in query.runs)
        self.pattern = re.compile("|".join(spaced)) if query.runs else None

    def spans(self, text):
        """(start, end, what was found) of every hit."""
        if not self.pattern:
            return []
        found = zip(
            range(MOST_HITS), self.pattern.finditer(fold_evenly(text[:LONGEST])), strict=False
        )
        return [
            (match.start(), match.end(), re.sub("[ \u200b]", "", match[0])) for _, match in found
        ]

    def mark(self, text, *, start=0, end=None, spans=None):
        """The text between two places in pieces."""
        end = len(text) if end is None else end
        pieces, place = [], start
        for first, last, _ in self.spans(text) if spans is None else spans:
            if place <= first and last <= end:
                pieces += [Piece(text[place:first]), Piece(text[first:last], is_hit=True)]
                place = last
        return [piece for piece in [*pieces, Piece(text[place:end])] if piece.text]

    def passage(self, text, source=""):
        """The stretch of `WIDTH` characters with the most different words of the query in it, the
        earliest of such.
        """
        spans = self.spans(text)
        best, score = 0, 0
        for start, _, _ in spans:
            here = len(
                {
                    word
                    for first, last, word in spans
                    if start <= first and last <= start + WIDTH - LEAD
                }
            )
            if here > score:
                best, score = start, here
        start = _opening(text, best)
        end = min(len(text), start + WIDTH)
        pieces = self.mark(text, start=start, end=end, spans=spans)
        if start:
            pieces.insert(0, Piece("…"))
        if end < len(text):
            pieces.append(Piece("…"))
        return Passage(pieces, score, source)


def _opening(text, place):
    """Where a stretch around a place may start: behind the end of a sentence, else some way before
    it.
    """
    start = max(0, place - LEAD)
    ends = [text.rfind(mark, start, place) for mark in _SENTENCE_END]
    return max(ends) + 1 if max(ends) >= 0 else start
