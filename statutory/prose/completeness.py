"""Whether a report has what the law asked for in its year (2007 条例 Art. 32; 2019 条例 Art. 50 and
its forms).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statutory.prose.finding import Finding, Verdict
from statutory.prose.sections import without_composition

SHORTEST = 400  # characters; a shorter text points to a file that holds the report
LAST_OLD_YEAR = 2018  # from the report on 2019 the six sections of 国办公开办函〔2019〕60号


@dataclass(frozen=True)
class Asked:
    """One content the law asks for: its name, what its heading says, and what a text says that
    speaks of it anywhere.
    """

    name: str
    heading: str
    words: str


_OLD = (
    Asked(
        "主动公开政府信息的情况",
        r"主动公开|公开情况|公开工作|工作.*情况|概述|信息公开",
        r"主动公开|公开",
    ),
    Asked(
        "依申请公开政府信息和不予公开政府信息的情况",
        r"申请",
        r"依申请|公开申请|申请公开的|申请人|申请获取|受理.{0,6}申请|申请表|不予公开",
    ),
    Asked(
        "政府信息公开的收费及减免情况",
        r"收费|费用|减免",
        r"收费|减免|收取.{0,8}费|检索费|复制费|邮寄费|成本费|免费提供|未收取",
    ),
    Asked(
        "因政府信息公开申请行政复议、提起行政诉讼的情况",
        r"复议|诉讼|申诉",
        r"行政复议|行政诉讼|复议|诉讼",
    ),
    Asked(
        "政府信息公开工作存在的主要问题及改进情况",
        r"问题|不足|困难|改进|打算|下一步",
        r"存在.{0,12}问题|不足|差距",
    ),
)
_NEW = (
    Asked("总体情况", r"总体情况|概述|基本情况|总体", r"总体情况"),
    Asked("主动公开政府信息情况", r"主动公开", r"第二十条第"),
    Asked("收到和处理政府信息公开申请情况", r"申请", r"本年新收政府信息公开申请|勾稽关系"),
    Asked("政府信息公开行政复议、行政诉讼情况", r"复议|诉讼", r"未经复议直接起诉|复议后起诉"),
    Asked("存在的主要问题及改进情况", r"问题|不足|改进", r"存在.{0,12}问题|不足|差距"),
    Asked("其他需要报告的事项", r"其他|其它|需要报告|需要说明", r"其他需要(?:报告|说明)"),
)
_HEADING_IN_TEXT = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])([^。；\n]{2,40})"
)
_FINISHED = re.compile(r"[。！？）)”》\d日附表]\s*\Z|\t")


def check_completeness(titles: Iterable[str], text: str, year: int) -> Iterator[Finding]:
    """Findings about the report as a whole: one for every content that is absent, or one that
    nothing is.
    """
    asked = _OLD if year <= LAST_OLD_YEAR else _NEW
    law = "2007年《政府信息公开条例》第三十二条" if year <= LAST_OLD_YEAR else _form(year)
    text = without_composition(text)  # the opening names sections that need not be there
    headings = "\n".join([*titles, *_HEADING_IN_TEXT.findall(text)])
    absent = [
        one
        for one in asked
        if not re.search(one.heading, headings) and not re.search(one.words, text)
    ]
    if not absent:
        names = "、".join(one.name for one in asked)
        yield Finding(
            "contents",
            Verdict.HOLDS,
            f"{law}要求的内容都有：{names}。",
            f"应有{len(asked)}项，有{len(asked)}项",
        )
        return
    if len(text) < SHORTEST or not _FINISHED.search(text.rstrip()) or len(absent) == len(asked):
        said = f"文本好像不完整，无法核对{law}要求的内容是否齐全。"
        yield Finding("contents", Verdict.UNKNOWN, said)
        return
    for one in absent:
        said = f"{law}要求有“{one.name}”，报告中没有这部分内容。"
        yield Finding("contents", Verdict.BROKEN, said, f"应有{len(asked)}项，缺{len(absent)}项")


def _form(year: int) -> str:
    notice = "国办公开办函〔2021〕30号" if year >= 2021 else "国办公开办函〔2019〕60号"
    return f"《政府信息公开条例》第五十条和{notice}"
