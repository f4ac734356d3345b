"""Problems and promises in the text of a report: 存在问题, 改进情况, 下一步, 主要措施,
总体思路及措施.
"""

import re
from dataclasses import dataclass
from typing import Any

from documents.customs.numerals import read_numeral
from documents.html.parts import HtmlPart
from documents.html.places import Place
from statutory.prose.passages import Passage, fold, passages_of

PROBLEM, MEASURE = "problem", "measure"
LONGEST, MOST = 500, 40
SHORTEST = 6  # characters of something worth answering
_PROBLEMS = re.compile(r"问题|不足|困难|差距|薄弱")
_MEASURES = re.compile(r"改进|措施|打算|思路|下一步|下步|今后|计划|安排|整改")
_TURN = re.compile(
    r"针对(?:上述|以上|存在|这些)|下一步|下步|今后|改进措施|主要措施|改进情况|整改措施|20\d\d年，?[^，。]{0,6}(?:将|要|力争|重点)"
)
_ITEM = re.compile(
    r"(?:^|(?<=[。；：，！？）”]))(?:(?P<mark>[一二三四五六七八九十]{1,2})是|[（](?P<number>[一二三四五六七八九十]{1,2})[）]|(?P<arabic>\d{1,2})[.、](?!\d))"
)
_HEADING = re.compile(r"[（][一二三四五六七八九十]{1,2}[）].{0,24}\Z")


@dataclass(frozen=True)
class Found:
    """A problem or a measure, in the report's words."""

    kind: str
    text: str


def commitments_in(sections: list[tuple[str, str]]) -> list[Found]:
    """The `Found` of a report's (title, html) sections, in order, each once."""
    found = []
    for title, html in sections:
        title = fold(title)
        if not (_PROBLEMS.search(title) or _MEASURES.search(title)):
            continue
        part = HtmlPart(Place("section", title), html)
        kind = PROBLEM if _PROBLEMS.search(title) else MEASURE
        found += _in_section(passages_of(part, title), kind)
    return list(dict.fromkeys(found))[:MOST]


def _in_section(passages: list[Passage], kind: str) -> list[Found]:
    """Marked items where there are any, else the section's paragraphs; a turn of phrase goes from
    problems to measures.
    """
    found: list[Any] = []
    heading = ""
    for passage in passages:
        if _is_heading(passage.text):
            kind = _kind_of(passage.text, kind)
            is_title = _PROBLEMS.search(passage.text) or re.search(
                r"改进(?:措施|情况)|主要措施", passage.text
            )
            heading = "" if is_title else _quoted(passage, 0, len(passage.text))
            continue
        items, kind = _items(passage, kind)
        if heading and items:
            items = [
                Found(
                    items[0].kind, _short(f"{_bare(heading)}：{''.join(one.text for one in items)}")
                )
            ]
        found, heading = found + items, ""
    return found


def _quoted(passage: Passage, start: int, end: int) -> str:
    """The report's own words there, in one line."""
    first, last = passage.span(start, end)
    return "".join(passage.source[first:last].split())


def _is_heading(text: str) -> bool:
    return bool(_HEADING.match(text)) and text[-1] not in "。；！？"


def _kind_of(text: str, kind: Any) -> Any:
    if _PROBLEMS.search(text) and not _MEASURES.search(text):
        return PROBLEM
    return MEASURE if _MEASURES.search(text) else kind


def _items(passage: Passage, kind: str) -> tuple[Any, ...]:
    """The marked items of one paragraph; what follows a turn of phrase are measures."""
    text = passage.text
    marks = [match for match in _ITEM.finditer(text) if _is_first_or_next(match)]
    turn = _TURN.search(text)
    if not marks and turn and kind == PROBLEM and turn.start() >= SHORTEST:
        parts = ((PROBLEM, 0, turn.start()), (MEASURE, turn.start(), len(text)))
        spoken = [(part, _quoted(passage, start, end)) for part, start, end in parts]
        return [
            Found(part, _short(words)) for part, words in spoken if len(words) > SHORTEST
        ], MEASURE
    if not marks:
        kind = MEASURE if turn else kind
        return (
            [Found(kind, _short(_quoted(passage, 0, len(text))))] if _is_said(text) else []
        ), kind
    found = []
    if turn and turn.start() < marks[0].start():
        kind = MEASURE
    for match, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following else len(text)
        stop = _TURN.search(text, match.end(), end)
        ends = stop.start() if stop and kind == PROBLEM else end
        if ends - match.end() >= SHORTEST:
            found.append(Found(kind, _short(_quoted(passage, match.end(), ends))))
        if stop and kind == PROBLEM:
            kind = MEASURE
    return found, kind


def _is_first_or_next(match: re.Match[str]) -> bool:
    number = match["mark"] or match["number"]
    return bool(match["arabic"]) or (number is not None and read_numeral(number) is not None)


def _is_said(text: str) -> bool:
    return len(text) >= 20 and not re.search(
        r"[：:]\Z|如下|\A无[。]?\Z|\A针对(?:上述|以上|存在)[^。；]{0,40}。?\Z", text
    )


def _bare(text: str) -> Any:
    return re.sub(r"\A[（(][^）)]{1,3}[）)]", "", text).rstrip("。；：")


def _short(text: str) -> str:
    text = text.strip("，,；;。：: ")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
