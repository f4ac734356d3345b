"""Parts and wholes in one sentence: 共…其中…, lists in brackets, totals at the end, what is left
over.

A list is taken whole or not at all: a few of its parts that happen to add up are no evidence. A sum
that comes out is evidence by itself. One that does not is a fault where the sentence says that its
list is complete, and where parts that cannot overlap exceed their whole; else the list may just not
name everything, and the reader is told that nobody can check it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Verdict
from statutory.prose.passages import Passage
from statutory.prose.sum_verdicts import FLOW, MAX_GAP, broken, holds, not_adding_up

_INTRODUCES = re.compile(r"其中|包括|包含|涵盖|[（(]含?|：|分别|[来类]看|由|即|信息中，")
_NEXT_SENTENCE = re.compile(r"其中|[来类]看|按[^，。；]{1,12}分|信息中，|分别")
_TOTAL_BEFORE = re.compile(
    r"(?:共计?|合计|总计|累计|总共|总数|总量|总数量|全年|公开|收到|受理|制作)[^，。；]{0,24}\Z"
)
_SUM_UP = re.compile(r"(?:共计|合计|总计|总共|共)[为有是]?\Z")
_REST = re.compile(
    r"(?:\A|[，、；：（])(?:及|和|以及|其中)?(?:其他|其它|其余|余下)[^，。；、]{0,30}\Z"
)
_PERSONS = (re.compile("自然人|公民|个人"), re.compile("法人|其他组织|单位"))
_THINGS = {
    "件",
    "份",
    "条",
    "宗",
    "起",
    "例",
    "个",
    "项",
    "篇",
}  # one and the same, as clerks write
_NO_PART = re.compile(
    r"同比|环比|增长|增加|减少|下降|提高|[比较](?:上年|去年|20)|上年|去年|办结|答复|回复|(?<!不予)(?<!其他)处理|完成|整改|占|达|结转|年均|平均"
    r"|另有?|此外|同时|其中|包括|包含|涵盖|分别|共计|合计|总计|总共|累计|[来类]看|按[^，。；]{1,12}分|截至"
)
_NEXT_OF_LIST = re.compile(r"(?:[，、；]|[和及与]|以及|[^，、；。：！？]{0,12}[）][，、；]?)")
NEXT = 80  # characters between the sentence of a total and that of its parts


def check_sums(passage: Passage, figures: list[Figure]) -> Iterator[Finding]:
    """Findings about wholes and their parts."""
    counts = [figure for figure in figures if not figure.is_percent]
    taken: set[Any] = set()
    grouped = passage.by_sentence(counts)
    for number, (span, inside) in enumerate(grouped):
        for position, whole in enumerate(inside):
            if whole.is_exact and whole.value >= 2:
                following, before = inside[position + 1 :], inside[:position]
                yield from _parts_after(passage, span, whole, following, taken, before)
        if number + 1 < len(grouped):
            later, following = grouped[number + 1]
            if later[0] - span[1] <= NEXT:
                yield from _parts_in_next(
                    passage, (span[0], later[1]), inside[-1], following, taken
                )
        yield from _totals_at_the_end(passage, span, inside, taken)


def _parts_in_next(
    passage: Passage, span: tuple[int, int], whole: Figure, following: list[Figure], taken: set[Any]
) -> Iterator[Finding]:
    """共217条。目前…其中，网站125条，微信92条: a total that ends its sentence and is broken down in
    a later one.
    """
    if (
        not whole.is_exact
        or whole.value < 2
        or len(following) < 2
        or not _is_total(passage.text, whole)
    ):
        return
    if _NEXT_SENTENCE.search(passage.text[whole.end : following[0].start]):
        for one in _parts_after(passage, span, whole, following, taken):
            # Between two sentences nobody can be sure that one speaks of the other's whole.
            yield one if one.verdict == Verdict.HOLDS else replace(one, verdict=Verdict.UNKNOWN)


def _is_total(text: str, whole: Figure) -> bool:
    return bool(_TOTAL_BEFORE.search(text[max(0, whole.start - 30) : whole.start]))


def _parts_after(
    passage: Passage,
    span: tuple[int, int],
    whole: Figure,
    following: list[Figure],
    taken: set[tuple[int, int]],
    before: Sequence[Figure] = (),
) -> Iterator[Finding]:
    """`before`: what the sentence counts before the whole; 其中 may speak of that as well."""
    text = passage.text
    reach = whole.value + sum(one.value for one in before if one.unit == whole.unit)
    depth = _depth(text, span[0], whole.start)
    same = [figure for figure in following if figure.unit == whole.unit]
    rest = same or [
        figure for figure in following if figure.unit in _THINGS and whole.unit in _THINGS
    ]
    rest = rest[: _until_next_total(text, rest)]
    for inner in (depth, depth + 1):
        level = [figure for figure in rest if _depth(text, span[0], figure.start) == inner]
        is_anothers = inner > depth and _is_of_another(text, span[0], depth, rest, level)
        hits = list(_runs(text, whole, level, inner > depth))
        for run in hits:
            key = (run[0].start, run[-1].end)
            if key not in taken:
                taken.add(key)
                yield holds(passage, span, whole, run)
        if same and not hits and (listed := _complete_list(text, whole, level)):
            key = (listed[0].start, listed[-1].end)
            if key not in taken:
                taken.add(key)
                yield broken(passage, span, whole, listed)
        elif (
            same
            and not hits
            and not is_anothers
            and (parts := _listed(text, whole, level, inner > depth))
        ):
            key = (parts[0].start, parts[-1].end)
            if key not in taken:
                taken.add(key)
                yield not_adding_up(passage, span, whole, parts, Fraction(reach))


def _is_of_another(
    text: str, start: int, depth: int, rest: list[Figure], level: list[Figure]
) -> bool:
    """2300条，其中重点1500条（财政300条…）: what stands in the bracket is of the figure before it."""
    return bool(level) and any(
        one.start < level[0].start and _depth(text, start, one.start) == depth for one in rest
    )


def _depth(text: str, start: int, position: int) -> int:
    piece = text[start:position]
    return piece.count("（") - piece.count("）")


def _until_next_total(text: str, rest: list[Figure]) -> int:
    """How many of the following figures come before another whole begins."""
    for number, figure in enumerate(rest):
        if _SUM_UP.search(text[max(0, figure.start - 4) : figure.start]):
            return number
    return len(rest)


def _runs(
    text: str, whole: Figure, level: list[Figure], is_bracket: bool
) -> Iterator[list[Figure]]:
    """Runs of parts that add up to the whole, each beginning where a list may begin."""
    place, before, had_total = 0, whole.end, _is_total(text, whole)
    while place < len(level):
        between = text[before : level[place].start]
        if place == 0 and re.match(r"[、和及与]", between):  # the whole is a part of a list itself
            return
        may_begin = (
            is_bracket
            or _INTRODUCES.search(between)
            or (had_total and place == 0 and not _is_flow(text, level))
        )
        sure = (is_bracket or _INTRODUCES.search(between)) and level[place].unit == whole.unit
        run = _adding_up(whole, level[place:], 2 if sure else 3)
        if may_begin and run and not _goes_on(text, run, level[place + len(run) :]):
            yield run
            place += len(run)
        else:
            place += 1
        before = level[place - 1].end


def _goes_on(text: str, run: list[Figure], later: list[Figure]) -> bool:
    """Whether the list that begins with `run` has further parts: then those are not all."""
    if not later:
        return False
    between = text[run[-1].end : later[0].start]
    inner = text[run[0].start : run[-1].end]
    if not _NEXT_OF_LIST.match(between) or "。" in between or _NO_PART.search(between):
        return False
    is_stronger = "；" in between and "；" not in inner and len(run) > 1
    return not is_stronger and bool(not FLOW.search(between) or FLOW.search(inner) or len(run) < 2)


def _listed(text: str, whole: Figure, level: list[Figure], is_bracket: bool) -> list[Figure]:
    """The parts that a sentence introduces as such after a whole, all of them; none where it
    introduces none.
    """
    if not level:
        return []
    between = text[whole.end : level[0].start]
    if not is_bracket:
        between = re.sub(r"（[^）]*）", "", between)
    if len(level) == 1 and level[0].value > whole.value and _is_one_part(text, whole, level[0]):
        return level
    if len(level) < 2:
        return []
    if not re.search(r"其中|包括|包含|涵盖|分别|\A（", between):
        return []
    parts = level[:1]
    while _goes_on(text, parts, level[len(parts) :]):
        parts = level[: len(parts) + 1]
    is_short = len(parts) < (3 if FLOW.search(text[whole.end : parts[-1].end]) else 2)
    return [] if is_short or not all(part.is_exact for part in parts) else parts


def _is_one_part(text: str, whole: Figure, part: Figure) -> bool:
    """公开信息5000条，其中网站6000条: 其中 right behind the whole, and neither is a change."""
    between = text[whole.end : part.start]
    before = text[max(0, whole.start - 12) : whole.start]
    return (
        part.is_exact
        and bool(re.match(r"[，。；（]?其中", between))
        and not re.search(r"[。；]|结转|上年|去年|累计|同比", between[1:])
        and not re.search(r"增|减|[比较]|上升|下降|新增", before + between)
    )


def _is_flow(text: str, level: list[Figure]) -> bool:
    """收到7件，上年结转0件，办结6件，结转1件: what came and went, no whole with parts."""
    return any(
        re.search(r"结转|办结|答复", text[max(0, figure.start - 12) : figure.start])
        for figure in level
    )


def _adding_up(whole: Figure, figures: list[Figure], least: int) -> list[Figure] | None:
    total = Fraction(0)
    run: list[Any] = []
    for figure in figures:
        if not figure.is_exact:
            return None
        total, run = total + figure.value, [*run, figure]
        if total > whole.value:
            return None
        if (
            total == whole.value
            and sum(bool(part.value) for part in run) >= 2
            and len(run) >= least
        ):
            return run
    return None


def _complete_list(text: str, whole: Figure, level: list[Figure]) -> list[Figure] | None:
    """The parts of a list that says it is complete (…其他N条, 自然人 and 法人) and does not add up;
    or None.
    """
    if len(level) < 2 or not all(figure.is_exact for figure in level):
        return None
    labels = [text[a.end : b.start] for a, b in pairwise([whole, *level])]
    introduced = re.search(r"其中|包括|分别|[来类]看", labels[0])
    if (
        not introduced
        or any("其中" in label or "（" in label for label in labels[1:])
        or FLOW.search("".join(labels))
    ):
        return None
    rest = next((number for number, label in enumerate(labels, 1) if _REST.search(label)), 0)
    complete = rest >= 3 or (rest == 2 and re.search("其余|余下", labels[1]))
    if not complete and not all(
        kind.search(label) for kind, label in zip(_PERSONS, labels, strict=False)
    ):
        return None
    run = level[: rest or 2]
    gap = abs(sum(figure.value for figure in run) - whole.value)
    return run if 0 < gap <= whole.value * MAX_GAP else None


def _totals_at_the_end(
    passage: Passage, span: tuple[int, int], inside: list[Figure], taken: set[tuple[int, int]]
) -> Iterator[Finding]:
    """A 5件，B 3件，共计8件."""
    for position, whole in enumerate(inside):
        if not whole.is_exact or not _SUM_UP.search(
            passage.text[max(0, whole.start - 4) : whole.start]
        ):
            continue
        before = [figure for figure in inside[:position] if figure.unit == whole.unit]
        total = Fraction(0)
        run: list[Any] = []
        for figure in reversed(before):
            total, run = total + figure.value, [figure, *run]
            if not figure.is_exact or total > whole.value:
                break
            if total == whole.value and len(run) >= 2 and (run[0].start, run[-1].end) not in taken:
                earlier = before[: len(before) - len(run)]
                if not earlier or not _goes_on(passage.text, earlier[-1:], [run[0]]):
                    taken.add((run[0].start, run[-1].end))
                    yield holds(passage, span, whole, run)
                break
