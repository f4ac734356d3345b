"""共公开信息700条，…。通过网站公开65条，微信公开635条: a total, and the next sentence by its channels."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Verdict, found, plain
from statutory.prose.passages import Passage
from statutory.prose.sum_verdicts import CHANNELS, MAX_GAP, holds

_TOTAL = re.compile(r"共?(?:主动)?公开[^，。；]{0,6}信息[^，。；]{0,8}\Z")
_BEGINS = re.compile(r"通过|利用|在")


def check_channels(passage: Passage, figures: list[Figure]) -> Iterator[Finding]:
    """Findings about totals whose channels stand in the sentence behind."""
    counts = [figure for figure in figures if not figure.is_percent]
    for (span, inside), (later, following) in pairwise(passage.by_sentence(counts)):
        whole = next((one for one in inside if _is_total(passage.text, span, one)), None)
        if whole is None or later[0] != span[1] or not _are_channels(passage, later, following):
            continue
        if all(one.is_exact and one.unit == whole.unit for one in following):
            yield from _judged(passage, (span[0], later[1]), whole, following)


def _is_total(text: str, span: tuple[int, int], figure: Figure) -> bool:
    before = text[max(span[0], figure.start - 24) : figure.start]
    return figure.is_exact and figure.value >= 2 and bool(_TOTAL.search(before))


def _are_channels(passage: Passage, span: tuple[int, int], figures: list[Figure]) -> bool:
    """Whether a sentence begins with a channel and gives one number to each."""
    if len(figures) < 2 or not _BEGINS.match(passage.text, span[0]):
        return False
    ends = [span[0], *(one.end for one in figures)]
    labels = [passage.text[end : one.start] for end, one in zip(ends, figures, strict=False)]
    return all(CHANNELS.search(label) for label in labels)


def _judged(
    passage: Passage, span: tuple[int, int], whole: Figure, parts: list[Figure]
) -> Iterator[Finding]:
    total = sum((one.value for one in parts), Fraction(0))
    gap = abs(total - whole.value)
    if not gap:
        yield holds(passage, span, whole, parts)
    elif gap <= whole.value * MAX_GAP:
        said = f"各渠道相加为{plain(total)}，与{whole.written}相差{plain(gap)}；同一条信息可能计入几个渠道，也可能还有其他渠道，无法核对。"
        sum_text = (
            f"{'+'.join(plain(one.value) for one in parts)}={plain(total)}；{plain(whole.value)}"
        )
        figures = [whole, *parts]
        yield found("sum", Verdict.UNKNOWN, passage, span, said, sum_text, figures=figures)
