"""What came in and what became of it, in one sentence: 收到110件，办结104件.

Fewer done than received is told, with what is left over; more done than received is a fault, unless
something may have been carried over from the year before.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from statutory.prose.figures import Figure
from statutory.prose.finding import Finding, Verdict, found, plain
from statutory.prose.passages import Passage
from statutory.prose.tables import Tables

_VERB = r"(?:上报|申报|报送|提出|受理|收到|接收|收办|新收|征集|承办|提交|交办)"
_RECEIVED = re.compile(_VERB + r"[^，。；（）、]{0,6}\Z")
_RECEIVED_OF_A_KIND = re.compile(_VERB + r"[^，。；（）]{0,24}\Z")
_DEALT_WITH = re.compile(
    r"(?:更新|办结|办理完毕|办理|答复|回复|审核通过|完成|整改|解决|落实)[了完]?\Z"
)
# What may make more be done than came in: older business, or another scope of the second figure.
_OLDER = re.compile(
    r"结转|上年|去年|往年|历年|以前年度|跨年|遗留|积压|存量|历史|另|转[办送]|累计[办答回完]"
)
# What comes in all the year round and is carried over without a word.
_ONGOING = re.compile(
    r"热线|工单|转办|诉求|留言|信访|投诉|举报|来信|来访|来电|咨询|案件|业务|审批|服务事项"
)
_APPLICATIONS = re.compile(r"信息公开|政务公开|依申请|公开申请")
NEAR = 12  # characters between the first figure and the word before the second


def check_dealt_with(passage: Passage, figures: list[Figure], tables: Tables) -> Iterator[Finding]:
    """Findings about pairs of received and dealt with."""
    for span, inside in passage.by_sentence([one for one in figures if not one.is_percent]):
        for number, (first, second) in enumerate(pairwise(inside)):
            if not _is_pair(passage.text, span, first, second):
                continue
            later = [one for one in inside[number + 2 :] if one.unit == first.unit]
            if second.value < first.value:
                yield from _left_over(passage, span, first, second, later)
            elif second.value > sum(one.value for one in inside[: number + 1]):
                yield _too_many(passage, span, first, second, tables)


def _is_pair(text: str, span: tuple[int, int], first: Figure, second: Figure) -> bool:
    if first.unit != second.unit or not (first.is_exact and second.is_exact and second.value):
        return False
    between = text[first.end : second.start]
    before = text[max(span[0], first.start - 36) : first.start]
    if not _DEALT_WITH.search(between):
        return False
    if second.value < first.value:
        return bool(_RECEIVED.search(before))
    return len(between) <= NEAR and bool(_RECEIVED_OF_A_KIND.search(before))


def _left_over(
    passage: Passage, span: tuple[int, int], first: Figure, second: Figure, later: list[Figure]
) -> Iterator[Finding]:
    gap = first.value - second.value
    sum_text = f"{plain(first.value)}−{plain(second.value)}={plain(gap)}"
    rest = next((one for one in later if one.value == gap), None)
    if rest is not None:
        said = f"两数相差{plain(gap)}，与文中的{rest.written}相符。"
        figures = [first, second, rest]
        yield found("difference", Verdict.HOLDS, passage, span, said, sum_text, figures=figures)
    elif "其中" not in passage.text[first.end : second.start]:
        untold = f"正文没有说明这{plain(gap)}{first.unit}的情况"
        if later:  # what follows may tell of them, in words nobody can be sure of
            untold = "后文列出的数没有与此相等的，不能确定是否都已说明"
        said = f"{first.written}与{second.written}相差{plain(gap)}，{untold}，无法核对。"
        figures = [first, second]
        yield found("difference", Verdict.UNKNOWN, passage, span, said, sum_text, figures=figures)


def _too_many(
    passage: Passage, span: tuple[int, int], first: Figure, second: Figure, tables: Tables
) -> Finding:
    """A fault, but where something may have been carried over."""
    words = passage.text[span[0] : second.end + NEAR]
    said = f"办理的{second.written}多于收到的{first.written}"
    sum_text = f"{plain(second.value)} > {plain(first.value)}"
    figures = [first, second]
    carried = tables.row(1) if tables.has_applications else None
    if _OLDER.search(words) or _ONGOING.search(words) or (_APPLICATIONS.search(words) and carried):
        said += "，其中可能有以前年度结转的，无法核对。"
        return found("difference", Verdict.UNKNOWN, passage, span, said, sum_text, figures=figures)
    said += "，文中没有说有上年结转的。"
    return found("difference", Verdict.BROKEN, passage, span, said, sum_text, figures=figures)
