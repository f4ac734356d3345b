"""Every number of a report's text, each in exactly one of four lists: 相符, 不符, 无法核对 (with the
reason), 不是工作数字 (with what it is).

A number is what is written in Arabic digits, and a Chinese numeral that counts something (四项).
The digits of a text are taken whole: none is left out and none stands in two lists.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from documents.html.parts import HtmlPart
from statutory.prose.figures import Figure, read_figures
from statutory.prose.finding import Verdict
from statutory.prose.no_figures import NoFigure, spans_of_no_figures
from statutory.prose.passages import Passage, passages_of

AROUND = 14  # characters quoted on either side of a number
_DIGITS = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SPLIT = re.compile(r"\d[ ，.]\Z"), re.compile(r"[ ，.]\d")


class Standing(StrEnum):
    """The four lists."""

    BROKEN = "broken"
    UNKNOWN = "unknown"
    HOLDS = "holds"
    NO_FIGURE = "no_figure"

    @property
    def label(self) -> str:
        """As it is printed."""
        return {
            "broken": "不符",
            "unknown": "无法核对",
            "holds": "相符",
            "no_figure": "不是工作数字",
        }[self.value]


class Reason(StrEnum):
    """Why nothing was found to check a figure by."""

    ROUGH = "rough"
    SPLIT = "split"
    ALONE = "alone"
    ROUNDED = "rounded"
    IN_TABLE = "in_table"
    BLANK = "blank"
    NO_IDENTITY = "no_identity"
    NO_EARLIER = "no_earlier"
    IN_TOTAL = "in_total"

    @property
    def label(self) -> str:
        """As it is printed."""
        return _REASONS[self]


_REASONS = {
    Reason.ROUGH: "文中写的是约数或者范围，不能按精确数核对",
    Reason.SPLIT: "数字中间有空格或者标点，不能确定是一个数还是几个数",
    Reason.ALONE: "在本报告文字、统计表和上年报告中，没有找到可以与它对照的数字",
    Reason.ROUNDED: "只用来重新计算百分比；百分比是四舍五入的，这个数差一点看不出来",
    Reason.IN_TABLE: "是正文中的表格或者列表里的数字，没有录入法定统计表，不作核对",
    Reason.BLANK: "与它相加的格子有空白",
    Reason.NO_IDENTITY: "法定表式没有规定与它有关的勾稽关系，正文也没有写到这个数",
    Reason.NO_EARLIER: "要与上一年度的报告对照，本平台没有那份报告的这个数",
    Reason.IN_TOTAL: "它所在的合计不符，不能确定错在哪一个数",
}


@dataclass(frozen=True)
class Number:
    """One number of the text. `start` and `end` are in the plain text of `place`; `code`: that of
    the finding, or of the reason, or what else the number is.
    """

    place: str
    section: str
    start: int
    end: int
    written: str
    before: str
    after: str
    standing: Standing
    code: str
    reason: str


_RANK = {Verdict.BROKEN.value: 0, Verdict.HOLDS.value: 1, Verdict.UNKNOWN.value: 2}


def numbers_of(
    parts: Sequence[HtmlPart], titles: Sequence[str], findings: Iterable[Mapping[str, Any]]
) -> list[Number]:
    """All `Number`s of a report's texts, in order. `findings`: what `examine` found in them, as
    plain data (`Finding.as_data`).
    """
    spoken = _spoken(list(findings))
    found: list[Number] = []
    for part, title in zip(parts, titles, strict=True):
        own = [
            number
            for passage in passages_of(part, title)
            for number in _of_passage(passage, spoken)
        ]
        found += sorted([*own, *_outside(part, title, own)], key=lambda number: number.start)
    return found


def _spoken(findings: Sequence[Mapping[str, Any]]) -> dict[Any, tuple[Standing, str, str]]:
    """{(place, start): (list, code, reason)} of the numbers that findings speak of, by the gravest."""
    spoken: dict[Any, tuple[Standing, str, str]] = {}
    for finding in sorted(findings, key=lambda one: _RANK[one["verdict"]]):
        judged = Standing(finding["verdict"]), finding["code"], finding["explanation"]
        for spot in finding["figures"]:
            spoken.setdefault((spot["place"], spot["start"]), judged)
    rounded = Standing.UNKNOWN, Reason.ROUNDED.value, Reason.ROUNDED.label
    for finding in findings:
        for spot in finding["used"]:
            spoken.setdefault((spot["place"], spot["start"]), rounded)
    return spoken


def _of_passage(passage: Passage, spoken: Mapping[Any, Any]) -> Iterator[Number]:
    figures = {figure.start: figure for figure in read_figures(passage.text)}
    kinds = list(spans_of_no_figures(passage.text))
    for start, end in _stretches(passage.text, figures.values()):
        told = spoken.get((passage.place.name, passage.origin[start]))
        kind = next((kind for a, b, kind in kinds if a <= start and end <= b), None)
        judged = told or _judged(passage.text, (start, end), figures.get(start), kind)
        span = passage.span(start, end)
        yield _number(passage.place.name, passage.section, passage.source, span, judged)


def _stretches(text: str, figures: Iterable[Figure]) -> list[tuple[int, int]]:
    """(start, end) of the numbers: Arabic ones, and Chinese numerals that count."""
    found = [match.span() for match in _DIGITS.finditer(text)]
    taken = bytearray(len(text))
    for start, end in found:
        taken[start:end] = b"\1" * (end - start)
    found += [
        (figure.start, figure.end)
        for figure in figures
        if not any(taken[figure.start : figure.end])
    ]
    return sorted(found)


def _judged(
    text: str,
    span: tuple[int, int],
    figure: Figure | None,
    kind: NoFigure | None,
) -> tuple[Standing, str, str]:
    """(list, code, reason) of a number nothing was found about: what else it is, or why."""
    if figure is None and kind is not None:
        return Standing.NO_FIGURE, kind.value, kind.label
    if figure is not None and not figure.is_exact:
        why = Reason.ROUGH
    elif _is_split(text, *span):
        why = Reason.SPLIT
    else:
        why = Reason.ALONE
    return Standing.UNKNOWN, why.value, why.label


def _is_split(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(_SPLIT[0].search(before) or _SPLIT[1].match(after))


def _outside(part: HtmlPart, title: str, own: Sequence[Number]) -> Iterator[Number]:
    """The numbers of tables in the text, and of what is too long to be examined."""
    text = part.text
    taken = bytearray(len(text))
    for number in own:
        taken[number.start : number.end] = b"\1" * (number.end - number.start)
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        while start < end and taken[start]:
            start += 1
        if start < end and not any(taken[start:end]):
            why = Reason.IN_TABLE
            yield _number(
                part.place.name, title, text, (start, end), (Standing.UNKNOWN, why.value, why.label)
            )


def _number(
    place: str, section: str, source: str, span: tuple[int, int], judged: tuple[Standing, str, str]
) -> Number:
    start, end = span
    pieces = (source[max(0, start - AROUND) : start], source[start:end], source[end : end + AROUND])
    before, written, after = (" ".join(piece.split()) for piece in pieces)
    return Number(place, section, start, end, written, before, after, *judged)
