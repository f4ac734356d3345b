"""How much of a report stands in another one already (雷同), paragraph by paragraph.

Of every paragraph a few traces are kept: hashes of overlapping pieces of its text, those of a fixed
quarter of all hashes. Two paragraphs that share text share traces, so that reports by the hundred
are sifted without reading them; only what remains is compared in full, by the measure of
`documents.likeness`.
"""

import re
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass

from documents.diff import EQUAL, steps
from documents.likeness import SHINGLE, comparable_text, similarity
from statutory.prose.passages import passages_of

KEPT = 4  # one hash in so many is kept
SHORTEST = 40  # characters that count; below, everything is like everything
SIFTED = 0.25  # share of traces in common from which on texts are compared
CANDIDATES = 3  # compared in full for each paragraph
ALIKE = 0.5  # from here on a paragraph is shown
SAME = 0.8
LONGEST_MARKED = 3_000  # characters of a paragraph whose common pieces are marked
SHORTEST_PIECE = 5
# What every report must say in the same words.
_FORMULA = re.compile(
    r"统计期限|勾稽关系|根据《中华人民共和国政府信息公开条例》.{0,60}(?:编制|现公布|制定)|如对本报告有|电子版"
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its place and traces. `report`: whose it is."""

    report: object
    place: str
    start: int
    end: int
    traces: frozenset

    def as_data(self):
        """As the database holds it."""
        return [self.place, self.start, self.end, sorted(self.traces)]

    @classmethod
    def of_data(cls, report, data):
        place, start, end, traces = data
        return cls(report, place, start, end, frozenset(traces))


@dataclass(frozen=True)
class Likeness:
    """A paragraph and the nearest one elsewhere. `share` is 0 to 1."""

    paragraph: Paragraph
    text: str
    nearest: Paragraph | None = None
    nearest_text: str = ""
    share: float = 0.0

    @property
    def percent(self):
        """In whole percent, never rounded up to a hundred."""
        return int(self.share * 100)

    @property
    def pieces(self):
        """The paragraph cut into (words, whether they stand in the other), and the other one
        likewise.
        """
        return common_pieces(self.text, self.nearest_text)


def paragraphs_of(report, parts):
    """The paragraphs of a report long enough to be compared, formulas left out."""
    found = []
    for part in parts:
        for passage in passages_of(part, ""):
            if _FORMULA.search(passage.text):
                continue
            kept = traces(passage.text)
            if kept:
                start, end = passage.span(0, len(passage.text))
                found.append(Paragraph(report, part.place.name, start, end, kept))
    return found


def traces(text):
    """The traces of a text; none where it is too short to be compared."""
    text = comparable_text(text)
    if len(text) < SHORTEST:
        return frozenset()
    hashes = {
        zlib.crc32(text[at : at + SHINGLE].encode("utf-8", "surrogatepass"))
        for at in range(len(text) - SHINGLE + 1)
    }
    return frozenset(one for one in hashes if one % KEPT == 0) or frozenset([min(hashes)])


def nearest_paragraphs(own, others, text_of):
    """The `Likeness` of each of `own` to the nearest of `others`. `text_of`: from a paragraph to
    its text.
    """
    index = defaultdict(list)
    for other in others:
        for trace in other.traces:
            index[trace].append(other)
    found = []
    for paragraph in own:
        text = text_of(paragraph)
        best = Likeness(paragraph, text)
        for candidate in _candidates(paragraph, index):
            words = text_of(candidate)
            share = similarity(comparable_text(text), comparable_text(words), SHINGLE)
            if share > best.share:
                best = Likeness(paragraph, text, candidate, words, share)
        found.append(best)
    return found


def _candidates(paragraph, index):
    hits = Counter(other for trace in paragraph.traces for other in index.get(trace, ()))
    rated = [
        (2 * number / (len(paragraph.traces) + len(other.traces)), position, other)
        for position, (other, number) in enumerate(hits.items())
    ]
    rated = sorted(
        ((share, -position, other) for share, position, other in rated if share >= SIFTED),
        reverse=True,
    )
    return [other for _, _, other in rated[:CANDIDATES]]


class TraceIndex:
    """Paragraphs by their traces: how much of a report stands in them, without reading a text."""

    def __init__(self, paragraphs):
        self.paragraphs, self.index = list(paragraphs), defaultdict(list)
        for number, paragraph in enumerate(self.paragraphs):
            for trace in paragraph.traces:
                self.index[trace].append(number)

    def share(self, own):
        """How much of a report's paragraphs stands in those of other reports, by the number of
        traces, 0 to 1.
        """
        total = like = 0
        for paragraph in own:
            hits = Counter(at for trace in paragraph.traces for at in self.index.get(trace, ()))
            shares = (self._share(paragraph, at, number) for at, number in hits.items())
            total += len(paragraph.traces)
            like += max(shares, default=0) * len(paragraph.traces)
        return like / total if total else 0.0

    def _share(self, paragraph, at, number):
        other = self.paragraphs[at]
        alike = 2 * number / (len(paragraph.traces) + len(other.traces))
        return alike if other.report != paragraph.report else 0


def overall(likenesses):
    """The share of a whole report: that of its paragraphs by their length."""
    total = sum(len(one.text) for one in likenesses)
    return sum(len(one.text) * one.share for one in likenesses) / total if total else 0.0


def common_pieces(first, second):
    """Two texts cut into (words, stands in both) pairs, in order."""
    if len(first) > LONGEST_MARKED or len(second) > LONGEST_MARKED:
        return [(first, False)], [(second, False)]
    spans = list(_spans_in_both(first, second))
    return _cut(first, [(a, a + size) for a, _, size in spans]), _cut(
        second, [(b, b + size) for _, b, size in spans]
    )


def _spans_in_both(first, second):
    """(start in the first, start in the second, size) of pieces both have, in order and apart.

    Compared by overlapping pieces of `SHORTEST_PIECE`: so long runs count more than scattered
    characters.
    """
    pieces = (
        [text[at : at + SHORTEST_PIECE] for at in range(len(text) - SHORTEST_PIECE + 1)]
        for text in (first, second)
    )
    end_a = end_b = 0
    for kind, a, b, c, _ in steps(*pieces):
        taken = max(end_a - a, end_b - c, 0)
        size = b - a + SHORTEST_PIECE - 1 - taken
        if kind == EQUAL and size >= SHORTEST_PIECE:
            yield a + taken, c + taken, size
            end_a, end_b = a + taken + size, c + taken + size


def _cut(text, spans):
    pieces, at = [], 0
    for start, end in spans:
        pieces += [(text[at:start], False)] * (start > at) + [(text[start:end], True)]
        at = end
    return pieces + [(text[at:], False)] * (at < len(text))
