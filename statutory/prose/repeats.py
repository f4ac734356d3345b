"""The same quantity stated twice: it should be the same number both times."""

import re
from collections.abc import Iterator
from typing import Any

from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Spot, Verdict, found, plain, spots
from statutory.prose.passages import Passage

WINDOW = 70  # characters before a figure in which its subject is looked for
SHARED = 6  # characters two subjects must have in common
SMALLEST = 20  # below, numbers are alike by chance
_UNITS = {
    "个": "事",
    "项": "事",
    "件": "事",
    "条": "事",
    "份": "事",
    "篇": "事",
    "宗": "事",
    "起": "事",
}
_COMMON = re.compile(
    r"政府信息公开工作|政府信息公开|政务公开工作|政务公开|政府信息|信息公开|人民政府|办公室|今年以来|全年共|我区|我市|我县|我局|领导小组|工作人员"
)
# One official total a report states more than once: the whole year, no channel, no part, no other
# year.
_DISCLOSED = re.compile(
    r"(?:全年|本年度?|20\d\d年度?|一年来)[^。；]{0,40}?(?:共|累计|总共|共计)(?:向社会)?(?:主动)?公开(?:各类|各项)?(?:政府|政务)?信息(?:共|共计)?\Z"
)
_CHANNEL = re.compile(
    r"(?:通过|在|利用)(?P<channel>[^，。；]{2,30}?)(?:上|中|内)?(?:主动)?(?:公开|发布)(?:各类|各项)?(?:政府|政务)?信息(?:共|共计)?\Z"
)
_CHANNEL_WORDS = re.compile(
    r"政府信息公开|信息公开|门户|网站|栏目|专栏|平台|政府|我[局市区县办镇]|微信|公众号|人民"
)
_ELSEWHEN = re.compile(r"去年|上年|上半年|季度|月|截至|截止|累计|历年|其中")
_PART = re.compile(
    r"通过|其中|网站|公众号|微信|微博|新媒体|平台|公报|去年|上年|上半年|季度|同期|截至|截止|历年|累计至|自20|街道|乡镇|部门|类"
)


def check_repeats(figures_by_passage: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Findings about quantities that come back, over the whole report. Takes (passage, figures)
    pairs.
    """
    placed = [(passage, figure) for passage, figures in figures_by_passage for figure in figures]
    yield from _consistent(placed)
    yield from _totals_of_disclosure(placed)
    yield from _channels(placed)


def _consistent(placed: list[tuple[Passage, Figure]]) -> Iterator[Finding]:
    seen: dict[Any, Any] = {}
    for passage, figure in placed:
        if (
            figure.is_percent
            or not figure.is_exact
            or figure.value < SMALLEST
            or figure.value % 100 == 0
        ):
            continue
        key = (figure.value, _UNITS.get(figure.unit, figure.unit))
        first = seen.setdefault(key, (passage, figure))
        if first[1] is figure or _same_sentence(first, (passage, figure)):
            continue
        if _same_subject(first, (passage, figure)):
            said = f"前后两处都是{plain(figure.value)}，说法一致。"
            other = Spot.of(first[0], *first[0].sentence_at(first[1].start))
            span = passage.sentence_at(figure.start)
            sum_text = f"{plain(figure.value)}={plain(figure.value)}"
            both = [*spots(first[0], [first[1]]), figure]
            yield found(
                "repeat", Verdict.HOLDS, passage, span, said, sum_text, (other,), figures=both
            )
            del seen[key]


def _same_sentence(first: tuple[Passage, Figure], second: tuple[Passage, Figure]) -> bool:
    (passage, figure), (other, again) = first, second
    return passage is other and passage.sentence_at(figure.start) == other.sentence_at(again.start)


def _same_subject(first: tuple[Passage, Figure], second: tuple[Passage, Figure]) -> bool:
    """Whether what stands around both figures has a stretch of words in common that not every
    report has.
    """
    words = _subject(*first)
    others = _subject(*second)
    return any(
        words[at : at + SHARED] in others
        for at in range(len(words) - SHARED + 1)
        if "□" not in words[at : at + SHARED]
    )


def _subject(passage: Passage, figure: Figure) -> str:
    around = passage.text[max(0, figure.start - WINDOW) : figure.end + 20]
    return _COMMON.sub("□", re.sub(r"[\W\d_]+", "□", around))


def _scope(words: str) -> Any:
    """Of what area a total is: 全区, 全市, or the organ alone."""
    return re.findall(r"全[市区县镇省系]|本级|我[市区县局办镇]", words)[:1]


def _scope_of(placed: Any) -> Any:
    passage, figure = placed
    return _scope(passage.text[passage.sentence_at(figure.start)[0] : figure.start])


def _channels(placed: list[tuple[Passage, Figure]]) -> Iterator[Finding]:
    """通过审计信息栏目公开信息20条 and later 16条: one channel, two numbers."""
    first: dict[Any, Any] = {}
    for passage, figure in placed:
        before = passage.text[passage.sentence_at(figure.start)[0] : figure.start]
        match = (
            _CHANNEL.search(before)
            if figure.is_exact and figure.unit in {"条", "篇", "件"}
            else None
        )
        if not match or _ELSEWHEN.search(before):
            continue
        name = _CHANNEL_WORDS.sub("□", match["channel"])
        twin = next((key for key in first if _alike(key, name)), None)
        if twin is None:
            first[name] = (passage, figure)
        elif first[twin][1].value != figure.value:
            other, was = first[twin]
            said = (
                f"同一渠道公开信息的数量，一处{was.written}，一处{figure.written}，口径可能不一样。"
            )
            spot = Spot.of(other, *other.sentence_at(was.start))
            sum_text = f"{plain(was.value)}≠{plain(figure.value)}"
            yield found(
                "repeat",
                Verdict.UNKNOWN,
                passage,
                passage.sentence_at(figure.start),
                said,
                sum_text,
                (spot,),
                figures=[*spots(other, [was]), figure],
            )


def _alike(name: str, other: str) -> bool:
    return any(
        name[at : at + 4] in other for at in range(len(name) - 3) if "□" not in name[at : at + 4]
    )


def _totals_of_disclosure(placed: list[tuple[Passage, Figure]]) -> Iterator[Finding]:
    first = None
    for passage, figure in placed:
        start, _ = passage.sentence_at(figure.start)
        before = passage.text[start : figure.start]
        stated = figure.unit in {"条", "件", "篇"} and figure.is_exact and _DISCLOSED.search(before)
        if not stated or _PART.search(before) or _UNITS.get(figure.unit) is None:
            continue
        if first is None:
            first = (passage, figure)
            continue
        if (
            figure.value != first[1].value
            and figure.unit == first[1].unit
            and _scope(before) == _scope_of(first)
        ):
            span = passage.sentence_at(figure.start)
            other = Spot.of(first[0], *first[0].sentence_at(first[1].start))
            said = f"全年公开信息的数量前后不一：一处{first[1].written}，一处{figure.written}。"
            sum_text = f"{plain(first[1].value)}≠{plain(figure.value)}"
            both = [*spots(first[0], [first[1]]), figure]
            yield found(
                "repeat", Verdict.BROKEN, passage, span, said, sum_text, (other,), figures=both
            )
