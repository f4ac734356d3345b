"""Growth against the organ's report of the year before: 共收到申请3646件，同比增长1.05%."""

import re
from fractions import Fraction
from typing import Any

from statutory.prose.figures import Figure
from statutory.prose.finding import Verdict, found, plain
from statutory.prose.passages import Passage
from statutory.prose.tables import Tables

_AGAINST_LAST_YEAR = re.compile(
    r"(?:同比|[较比](?:去|上)一?年(?:同期|度)?|[较比]20\d\d年)[^。；]{0,12}?(?:增长|增加|上升|下降|减少|回落|降低|下滑|提高|增幅|降幅)"
)
NEAR = 30  # characters between the number of applications and the percentage


def check_growth(
    passage: Passage, figures: list[Figure], quantities: list[Any], tables: Tables, earlier: Tables
) -> dict[Any, Any]:
    """{start of the percentage: its `Finding`} for the growth of what the tables count."""
    found_at = {}
    for one in quantities:
        if one.is_part:
            continue
        percent = next((figure for figure in figures if figure.start >= one.figure.end), None)
        percent = (
            percent if percent and percent.is_percent else _after_bracket(passage, figures, one)
        )
        if percent is None or not percent.is_exact:
            continue
        label = (
            passage.text[percent.start - NEAR : percent.start]
            if percent.start > NEAR
            else passage.text[: percent.start]
        )
        if _AGAINST_LAST_YEAR.search(label) and (
            finding := _judged(passage, one, percent, tables, earlier)
        ):
            found_at[percent.start] = finding
    return found_at


def _after_bracket(passage: Passage, figures: list[Figure], one: Any) -> Any:
    """The first percentage after the bracket that breaks the total down by organ."""
    if passage.text[one.figure.end : one.figure.end + 1] != "（":
        return None
    close = passage.text.find("）", one.figure.end, one.end)
    following = next((figure for figure in figures if close > 0 and figure.start > close), None)
    return (
        following
        if following and following.is_percent and following.start - close <= NEAR
        else None
    )


def _judged(passage: Passage, one: Any, percent: Figure, tables: Any, earlier: Any) -> Any:
    now, before = tables.values(one.name), earlier.values(one.name)
    if not before:
        return None
    value, span, figures = one.figure.value, (one.start, one.end), [one.figure, percent]
    same = [(a, b) for a, b in zip(now, before, strict=False) if a.value == value]
    pairs = same or [(None, b) for b in before]
    for base in [base for _, base in pairs] + before:
        if base.value and _matches(value, base.value, percent):
            said = f"上年报告{base.name}为{plain(base.value)}件，与{percent.written}相符。"
            return found(
                "change",
                Verdict.HOLDS,
                passage,
                span,
                said,
                _sum(value, base.value),
                figures=[percent],
                used=[one.figure],
            )
    base = pairs[0][1]
    if not base.value:
        return None
    said = f"上年报告{base.name}为{plain(base.value)}件，按此计算与文中的{percent.written}不同"
    is_sure = same and one.name == "received"
    verdict = Verdict.BROKEN if is_sure else Verdict.UNKNOWN
    said += "。" if is_sure else "，口径可能不一样。"
    return found("change", verdict, passage, span, said, _sum(value, base.value), figures=figures)


def _matches(new: Fraction, old: Fraction, percent: Figure) -> bool:
    gap = abs(new - old) * 100 / old - percent.value
    return abs(gap) <= percent.step / 2 or 0 <= gap < percent.step


def _sum(new: Fraction, old: Fraction) -> str:
    change = f"{float(abs(new - old) * 100 / old):.2f}".rstrip("0").rstrip(".")
    return f"({plain(max(old, new))}−{plain(min(old, new))})÷{plain(old)}={change}%"
