"""Whether a document is an annual report on disclosure work, or any other item."""

import re
from typing import Any

from documents import customs
from documents.customs.genres import Genre
from documents.old_pages import titles
from documents.old_pages.folding import simplify
from documents.old_pages.furniture import Parts
from documents.old_pages.reading import Source
from documents.old_pages.result import ITEM, REPORT, Recognition

_REPORT_PLACE = re.compile(r"(?:信息公开|政务公开)?(?:工作)?(?:年报|年度报告)")
_REPORT_SECTIONS = (
    "主动公开", "依申请公开|公开申请", "收费|减免", "复议|诉讼", "存在的?(?:主要)?(?:问题|不足)", "总体情况|概述", "需要报告|说明的?事项",
)  # fmt: skip
_OPENS_REPORT = re.compile(
    r"本(?:年度|份)?(?:报告|年报).{0,600}统计(?:期限|时限|时间|数据)|统计(?:期限|时限).{0,60}本(?:年度)?报告"
    r"|(?:编制|公布|发布)(?:了|的)?.{0,30}(?:政府信息公开|信息公开)(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)"
)


def kind_of(result: Recognition, text: str, source: Source, parts: Parts, found: Any) -> str:
    """`report` or `item`, by title, tables, opening, headings and the place it stood at."""
    title = result.title or ""
    if titles.is_report_title(title):
        return REPORT
    folded = simplify(text)
    has_table = "本年新收政府信息公开申请" in re.sub(r"\s", "", folded) and "结转下年度" in re.sub(
        r"\s", "", folded
    )
    if customs.genre_of(title) not in {"", Genre.REPORT} and not has_table:
        return ITEM
    if has_table or found.a or found.b:
        return REPORT
    headings = " ".join(simplify(section.title) for section in result.sections)
    hits = sum(bool(re.search(pattern, headings)) for pattern in _REPORT_SECTIONS)
    about = len(re.findall(r"政府信息公开|政务公开|信息公开|公开政府信息", folded))
    place = " ".join(
        [
            *result.trail,
            *parts.metadata.all("category"),
            source.properties.get("columnname", ""),
            source.address or "",
        ]
    )
    if (
        _OPENS_REPORT.search(re.sub(r"\s", "", folded)[:1200])
        and not re.search(r"通知如下|现通知|特此通知", folded)
        and about
    ):
        return REPORT
    if (
        (hits >= 3 and about >= 3)
        or (_REPORT_PLACE.search(place) and about >= 3)
        or ("xxgkAnnualReport" in place)
    ):
        return REPORT
    return ITEM
