"""The prose of a report: paragraphs without the tables, each with the way back to where its
characters stand.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from documents.html.parts import HtmlPart
from documents.html.places import Place
from documents.html.richtext import html_to_text
from statutory.prose.figures import Figure

MAX_CHARACTERS = 100_000  # of a report's text; what stands after it is not examined
MAX_PASSAGE = 10_000  # of one paragraph
_TABLE = re.compile(r"<(?P<end>/?)table>")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部条]|\d{1,2}[、.．](?!\d))"
)
_ENDS = "。；;！？!?：:"
MAX_OF_SENTENCE = 80  # figures; no list of parts is longer
# characters; a shorter line that ends in no punctuation is a heading or a caption, not a wrapped
# line
SHORTEST_WRAPPED = 20

# One character for one, so that places stay: full-width signs, and the traditional forms the rules
# look for.
_SIGNS = {
    "０": "0",
    "１": "1",
    "２": "2",
    "３": "3",
    "４": "4",
    "５": "5",
    "６": "6",
    "７": "7",
    "８": "8",
    "９": "9",
}
_SIGNS |= {
    "％": "%",
    "﹪": "%",
    "．": ".",
    "(": "（",
    ")": "）",
    ":": "：",
    ";": "；",
    ",": "，",
    "?": "？",
    "!": "！",
}
_PAIRS = (
    "條条項项億亿萬万兩两佔占總总計计個个數数與与別别為为類类種种開开請请復复複复議议訴诉訟讼處处間间實实際际辦办結结"
    "報报發发網网頁页創创單单場场冊册書书份份對对機机構构規规劃划業业務务統统從从內内無无問问題题續续減减費费動动進进"
    "關关頒颁佈布標标準准長长應应該该們们將将證证導导廣广會会後后現现體体"
)
_SIGNS |= dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_FOLD = str.maketrans(_SIGNS)
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?![\d,])")


def fold(text: str) -> str:
    """A text with its signs folded, place for place."""
    return text.translate(_FOLD)


_BLANKS = " \t\n\u3000\xa0\u200b\ufeff"


@dataclass(frozen=True)
class Passage:
    """A paragraph. `text` has blanks taken out (but between digits) and signs folded; `origin` maps
    it to the source.
    """

    place: Place
    section: str  # the title of the section it stands in; empty for the opening
    text: str
    origin: tuple[int, ...]
    source: str  # the plain text of the whole place

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the plain text of its place."""
        return self.origin[start], self.origin[end - 1] + 1

    @cached_property
    def sentences(self) -> Any:
        """(start, end) of its sentences; 其中 after a full stop belongs to the sentence before."""
        return _sentences(self.text)

    @cached_property
    def _starts(self) -> list[Any]:
        return [start for start, _ in self.sentences]

    def sentence_at(self, position: int) -> tuple[int, int]:
        """(start, end) of the sentence around a character."""
        return self.sentences[max(0, bisect_right(self._starts, position) - 1)]

    def by_sentence(self, figures: list[Figure]) -> list[tuple[tuple[int, int], list[Figure]]]:
        """((start, end), figures) of every sentence with figures in it, in order; each with a
        bounded number.
        """
        grouped: dict[Any, Any] = {}
        for figure in figures:
            inside = grouped.setdefault(self.sentence_at(figure.start), [])
            if len(inside) < MAX_OF_SENTENCE:
                inside.append(figure)
        return list(grouped.items())


_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’」』）]*|[^。！？]+\Z")
_GOES_ON = re.compile(
    r"其中|其余|分别[是为]|包括|[从按][^，。；]{1,14}(?:[来类]?看|分类?|划分)[，：]"
)


def _sentences(text: str) -> list[tuple[int, int]]:
    found: list[Any] = []
    for match in _SENTENCE.finditer(text):
        if found and _GOES_ON.match(text, match.start()):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


def passages_of(part: HtmlPart, section: str) -> list[Passage]:
    """The passages of one rich text (`documents.html.parts.HtmlPart`), lines broken by a printer
    joined again.
    """
    source = part.text[:MAX_CHARACTERS]
    in_table = _table_spans(part.html, source)
    return [
        _passage(part.place, section, source, start, end)
        for start, end in _paragraphs(source, in_table)
    ]


def _table_spans(clean: str, source: str) -> list[Any]:
    """Where the text of tables stands in the plain text. Blanks differ between the two, nothing
    else does.
    """
    depth, start, ranges = 0, 0, []
    for match in _TABLE.finditer(clean):
        depth += -1 if match["end"] else 1
        if match["end"] and depth == 0:
            ranges.append((start, match.end()))
        elif not match["end"] and depth == 1:
            start = match.start()
    if not ranges:
        return []
    solid = [position for position, sign in enumerate(source) if not sign.isspace()]
    spans = []
    for start, end in ranges:
        before, inside = _solid_length(clean[:start]), _solid_length(clean[start:end])
        if inside and before + inside <= len(solid):
            spans.append((solid[before], solid[before + inside - 1] + 1))
    return spans


def _solid_length(html: str) -> int:
    return sum(not sign.isspace() for sign in html_to_text(html))


def _paragraphs(source: str, in_table: list[Any]) -> list[tuple[int, int]]:
    found: list[Any] = []
    position = 0
    ends = [end for _, end in in_table]
    for line in source.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        table = bisect_left(ends, end)
        if not line or "\t" in line or (table < len(in_table) and in_table[table][0] <= start):
            continue
        if found and found[-1][1] == start - 1 and _goes_on(source[slice(*found[-1])], line):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the one before it: a page printed and read again breaks lines
    anywhere.
    """
    last = before.rsplit("\n", 1)[-1]
    return len(last) >= SHORTEST_WRAPPED and last[-1] not in _ENDS and not _HEADING.match(line)


def _passage(place: Place, section: str, source: str, start: int, end: int) -> Passage:
    kept: list[Any] = []
    origin: list[Any] = []
    for position in range(start, min(end, start + MAX_PASSAGE)):
        sign = source[position]
        if sign in _BLANKS:
            between = (
                kept
                and position + 1 < end
                and kept[-1].isdigit()
                and source[position + 1].isdigit()
            )
            if not between:
                continue
            sign = " "
        kept.append(sign)
        origin.append(position)
    text = "".join(kept)
    folded = list(fold(text))
    for match in _THOUSANDS.finditer(text):
        folded[match.start() : match.end()] = text[match.start() : match.end()]
    return Passage(place, section, "".join(folded), tuple(origin), source)
