"""What the rules of a report's year asked it to contain.

Sections are recognised by words of their titles, for organs word them in many ways; before 2014
there was no national form and the topics of Art. 32 of the Regulation of 2007 may stand anywhere,
so there the whole text is read.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from statutory.layouts import layouts_for


@dataclass(frozen=True)
class Required:
    """One thing a report must contain: what the rules call it, and words of which one betrays it.
    `table`: its key.
    """

    name: str
    words: tuple[str, ...]
    table: str = ""


_ORDINARY = ("问题", "不足"), ("其他需要报告", "需要说明", "其他事项", "其他需要")
NARRATIVE = (
    Required("主动公开政府信息的情况", ("主动公开",)),
    Required("依申请公开政府信息和不予公开政府信息的情况", ("依申请", "申请公开", "公开申请")),
    Required("政府信息公开的收费及减免情况", ("收费", "费用", "减免")),
    Required("因政府信息公开申请行政复议、提起行政诉讼的情况", ("复议", "诉讼")),
    Required("政府信息公开工作存在的主要问题及改进情况", _ORDINARY[0]),
)
STATISTICS = (*NARRATIVE, Required("政府信息公开情况统计表", ("统计表", "统计指标"), "statistics"))
SIX_PARTS = (
    Required("总体情况", ("总体情况", "概述", "基本情况")),
    Required("主动公开政府信息情况", ("主动公开",), "a"),
    Required("收到和处理政府信息公开申请情况", ("收到和处理", "依申请公开", "公开申请"), "b"),
    Required("政府信息公开行政复议、行政诉讼情况", ("复议", "诉讼"), "c"),
    Required("存在的主要问题及改进情况", _ORDINARY[0]),
    Required("其他需要报告的事项", _ORDINARY[1]),
)
REQUIRED = {
    "narrative": NARRATIVE,
    "statistics": STATISTICS,
    "format_2019": SIX_PARTS,
    "format_2021": SIX_PARTS,
}
SOURCES = {
    "narrative": "2007 年《条例》第三十二条",
    "statistics": "2007 年《条例》第三十二条、国办发〔2014〕32号",
    "format_2019": "国办公开办函〔2019〕60号",
    "format_2021": "国办公开办函〔2021〕30号",
}


def missing_parts(
    regime: str, titles: Iterable[str], text: str, tables: Collection[str] = ()
) -> list[Required]:
    """The `Required` that a report has not: `titles` of its sections, `text` of all of it, keys of
    its `tables`.
    """
    regime = str(regime)
    fixed = bool(layouts_for(regime))
    headings = "\n".join(titles)
    missing = []
    for part in REQUIRED[regime]:
        if part.table and not fixed and part.table in tables:
            continue
        if not any(word in (headings if fixed else headings + text) for word in part.words):
            missing.append(part)
    return missing


def missing_tables(regime: str, tables: Collection[str]) -> list[Required]:
    """The `Required` whose table nobody has filled in, of the forms that have tables."""
    return [part for part in REQUIRED[str(regime)] if part.table and part.table not in tables]
