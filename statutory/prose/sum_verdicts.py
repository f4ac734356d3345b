"""What is said of a whole and its parts: they add up, they do not, or nobody can tell and why."""

import re
from fractions import Fraction
from itertools import pairwise

from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Verdict, found, plain
from statutory.prose.passages import Passage

FLOW = re.compile(
    r"予以公开|部分公开|不予|无法提供|不予处理|其他处理|结转|同意|转下年|按期|答复|办结"
)  # outcomes: their whole may hold what was carried over; the identities of the table know
# One and the same thing may be published in several of these, and be counted in each.
CHANNELS = re.compile(
    r"网|微信|微博|公众号|客户端|平台|报|刊|栏|屏|电视|电台|广播|媒体|渠道|方式|形式|途径|馆|窗口"
)
MAX_GAP = 0.3  # share of the whole; a list further off than this is a list of something else


def not_adding_up(
    passage: Passage,
    span: tuple[int, int],
    whole: Figure,
    parts: list[Figure],
    reach: Fraction,
) -> Finding:
    """A list that does not come out. `reach`: the most a part of it can be."""
    total = sum((part.value for part in parts), Fraction(0))
    if total == whole.value:  # its last parts are nought
        return holds(passage, span, whole, parts)
    words = passage.text[whole.end : parts[-1].end]
    may_overlap = bool(CHANNELS.search(words) or FLOW.search(words))
    larger = _larger(passage.text, parts, reach)
    if larger is not None and not FLOW.search(words):
        explanation = f"分项{larger.written}大于总数{whole.written}。"
        sum_text = f"{plain(larger.value)} > {plain(whole.value)}"
        figures = [whole, *parts]
        return found("sum", Verdict.BROKEN, passage, span, explanation, sum_text, figures=figures)
    if len(parts) == 1:
        text = f"分项{parts[0].written}大于它前面的{whole.written}；“其中”也可能说的是前面几个数之和，无法核对。"
        sum_text = f"{plain(parts[0].value)} > {plain(whole.value)}"
        return found("sum", Verdict.UNKNOWN, passage, span, text, sum_text, figures=[whole, *parts])
    gap = total - whole.value
    is_sure = len(parts) > 2 and "（" not in words[1:] and not may_overlap
    if 0 < gap <= whole.value * MAX_GAP and is_sure:
        return broken(passage, span, whole, parts)
    reason = "文中没有说明列出的是否就是全部"
    if FLOW.search(words):
        reason = "办理结果中可能有上年结转的，由统计表的勾稽关系核对"
    elif gap > 0:
        reason = "同一条信息可能计入几项"
    explanation = f"列出的各分项相加为{plain(total)}，与{whole.written}相差{plain(abs(gap))}；{reason}，无法核对。"
    sum_text = f"{_equation(parts, total)}；{plain(whole.value)}"
    figures = [whole, *parts]
    return found("sum", Verdict.UNKNOWN, passage, span, explanation, sum_text, figures=figures)


def _larger(text: str, parts: list[Figure], reach: Fraction) -> Figure | None:
    """A part beyond doubt that is larger than its whole: the first of the list, or a later one that
    stands in it like those before, and is no channel (其他方式 are many).
    """
    if parts[0].value > reach:
        return parts[0]
    signs = [text[a.end : b.start][:1] for a, b in pairwise(parts)]
    if len(set(signs)) != 1 or CHANNELS.search(text[parts[0].end : parts[-1].start]):
        return None
    return next((part for part in parts if part.value > reach), None)


def holds(passage: Passage, span: tuple[int, int], whole: Figure, run: list[Figure]) -> Finding:
    """The parts add up."""
    said = f"各分项相加等于{whole.written}，与所述相符。"
    equation = _equation(run, whole.value)
    return found("sum", Verdict.HOLDS, passage, span, said, equation, figures=[whole, *run])


def broken(passage: Passage, span: tuple[int, int], whole: Figure, run: list[Figure]) -> Finding:
    """The parts do not add up, beyond doubt."""
    total = sum((figure.value for figure in run), Fraction(0))
    said = f"各分项相加为{plain(total)}，文中写的是{whole.written}，相差{plain(abs(total - whole.value))}。"
    arithmetic = f"{_equation(run, total)} ≠ {plain(whole.value)}"
    return found("sum", Verdict.BROKEN, passage, span, said, arithmetic, figures=[whole, *run])


def _equation(run: list[Figure], total: Fraction) -> str:
    return "+".join(plain(figure.value) for figure in run) + f"={plain(total)}"
