"""Lists that say how many they name: A、B、C三项制度, 包括…等15大类, N个方面：一是…二是…, 六部分 of
a report.
"""

import re
from collections.abc import Iterator
from typing import Any

from documents.customs.numerals import read_numeral
from statutory.prose.finding import Finding, Verdict, found
from statutory.prose.passages import Passage

_NUMBER = r"(?P<number>\d{1,3}|[两二三四五六七八九十]{1,3})"
_THINGS = (
    r"(?P<unit>大类|大方面|个方面|方面|个大类|个部分|部分|大部分|项制度|项机制|项工作|项活动|项措施|项内容|项|类|个栏目|个专栏|个领域|个系列|种形式|种方式|种渠道"
    r"|种途径|个渠道|大渠道|个环节|个阶段|大板块|个板块|大领域|大系列|大体系|个层面|大平台|个平台|条渠道|个(?!月|季度|工作日|小时|百分点|人))"
)
# A、B、C(和D)(等)(在内的|共)N类: the list runs up to the number.
_BEFORE = re.compile(rf"(?P<open>等(?:在内的)?)?(?P<all>共|共计)?(?:的)?{_NUMBER}{_THINGS}")
_LIST_BEGINS = re.compile(r"包括|包含|分为|分别是|分别为|即|由|涵盖|设有|设立了?|开设了?|：")
_CLAUSE = re.compile(r"[，。；！？]")
_MORE = re.compile(r"以及|及|和|与|或")
_MARKERS = re.compile(
    r"(?:^|(?<=[。；：，！？）”\n]))(?P<mark>[一二三四五六七八九十]{1,2})(?:是|要)"
)
_ANNOUNCES = re.compile(
    rf"(?:以下|如下|下列|了|抓好|做好|开展|突出|坚持|存在|围绕|从|有|为)?{_NUMBER}(?:个|大|项|件)[^，。；：、（）\d]{{0,12}}?[。：]\Z"
)
LONGEST = 400  # characters of a list
_ANNOUNCED = re.compile(
    r"以下|如下|下列|方面|工作|活动|措施|问题|任务|环节|结合|到位|重点|不足|制度|机制"
)
_PARTS_OF_REPORT = (
    "总体情况|概述|基本情况|工作情况|主要工作|概况",
    "主动公开",
    "收到和处理|依申请公开|申请情况|处理申请|申请办理|申请的?情况|公开申请",
    "复议|诉讼",
    "问题|不足|困难|改进",
    "其他|其它|说明|附表|附件|需要报告",
    "收费|费用|减免",
)
_COMPOSITION = re.compile(
    rf"(?:报告|年报|全文)[^。]{{0,30}}?(?:包括|由|分为|包含|内容为|内容包括|：)(?P<list>[^。]{{20,260}}?)(?:等|共|共计|，共|等共)(?:计|有)?{_NUMBER}(?:个|大)?(?:部分|方面|项内容)"
    r"|(?:报告|年报|全文)[^。]{0,12}?(?:分为|分|有|包括|包含)(?P<number2>\d|[两二三四五六七八九十])(?:个|大)?(?:部分|方面)，?(?:：|涵盖|分别[是为]|包括|包含|即)(?P<list2>[^。]{20,260})"
)


def check_lists(passage: Passage) -> Iterator[Finding]:
    """Findings about lists inside one sentence."""
    composition = _COMPOSITION.search(passage.text)
    if composition and (finding := _composition(passage, composition)):
        yield finding
    for match in _BEFORE.finditer(passage.text):
        if composition and composition.start() <= match.start() < composition.end():
            continue
        finding = _listed_before(passage, match)
        if finding:
            yield finding


def _composition(passage: Passage, match: re.Match[str]) -> Any:
    """本报告由…六部分组成: the sections are known by their names, whatever marks stand between and
    inside them.
    """
    written, words = match["number"] or match["number2"], match["list"] or match["list2"]
    said, named = _read(written), sum(bool(re.search(part, words)) for part in _PARTS_OF_REPORT)
    if named < 4:
        return None
    least = words.count("、") + 1 - _inner_marks(words)
    span = passage.sentence_at(match.start())
    if named == said:
        return found(
            "list",
            Verdict.HOLDS,
            passage,
            span,
            f"所说的{said}个部分与列出的一致。",
            f"列出{named}个部分",
        )
    if said == 6 and named == 5 and least <= 5:
        text = f"文中说有{written}个部分，列出的是{named}个。"
        return found(
            "list", Verdict.BROKEN, passage, span, text, f"列出{named}个部分，少{said - named}个"
        )
    return None


def _inner_marks(words: str) -> int:
    """Marks inside one title: 行政复议、行政诉讼, 复议和诉讼."""
    return len(re.findall(r"复议、(?:被?提起)?(?:行政)?诉讼", words))


def _read(number: str) -> int | None:
    return int(number) if number.isdigit() else read_numeral(number)


def _listed_before(passage: Passage, match: re.Match[str]) -> Finding | None:
    text, said = passage.text, _read(match["number"])
    if (
        not said
        or said < 3
        or text[match.start() - 1 : match.start()]
        in {"第", "这", "前", "后", "上", "等", "余", "、"}
    ):
        return None
    begins = _clause_start(text, match.start())
    clause = _without_inner(text[begins : match.start()])
    marks = clause.count("、")
    if marks < 2 and not (marks == 1 and said == 3):
        return None
    opening = list(_LIST_BEGINS.finditer(clause))
    if opening:
        clause = clause[opening[-1].end() :]
        marks = clause.count("、")
    last = clause.rsplit("、", 1)[-1]
    least, most = marks + 1, marks + 1 + len(_MORE.findall(clause))
    least_joined = marks + 1 + bool(_MORE.search(last)) if not opening else least
    span = passage.sentence_at(match.start())
    return _judged(passage, match, said, (least, max(most, least_joined)), bool(opening), span)


def _judged(
    passage: Passage,
    match: re.Match[str],
    said: int,
    named: tuple[int, int],
    is_delimited: bool,
    span: tuple[int, int],
) -> Finding | None:
    least, most = named
    written = f"{match['number']}{match['unit']}"
    if least <= said <= most:
        return found(
            "list", Verdict.HOLDS, passage, span, f"列出的与“{written}”一致。", f"列出{said}项"
        )
    if match["open"] and most < said <= 2 * most and is_delimited:
        text = f"文中说有“{written}”，只列出{_range(least, most)}项，其余{_range(said - most, said - least)}项没有列出。"
        return found(
            "list",
            Verdict.UNKNOWN,
            passage,
            span,
            text,
            f"{said}−{_range(least, most)}={_range(said - most, said - least)}",
        )
    return None


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}至{high}"


def _clause_start(text: str, end: int) -> int:
    """Where the clause of a list begins; a comma inside brackets or quotation marks ends none."""
    depth = 0
    for position in range(end - 1, max(-1, end - LONGEST), -1):
        sign = text[position]
        depth += sign in "）”》" or -(sign in "（“《")
        if depth == 0 and _CLAUSE.match(sign):
            return position + 1
    return max(0, end - LONGEST)


def _without_inner(clause: str) -> str:
    """The clause without what stands in brackets and quotation marks: a mark in there is not of the
    list.
    """
    return re.sub(r"（[^）]*）|“[^”]*”|《[^》]*》", "□", clause)


def check_numbered(passages: list[Passage]) -> Iterator[Finding]:
    """开展了两项活动。一是…二是…: what is announced and what follows, over the paragraphs of one
    section.
    """
    for number, passage in enumerate(passages):
        for mark in _MARKERS.finditer(passage.text):
            if mark["mark"] == "一" and (
                announced := _ANNOUNCES.search(
                    passage.text, max(0, mark.start() - 30), mark.start()
                )
            ):
                following = _count_on(passages, number, mark)
                yield from _numbered(passage, announced, following)
        if (
            announced := _ANNOUNCES.search(passage.text, max(0, len(passage.text) - 30))
        ) and number + 1 < len(passages):
            first = _MARKERS.match(passages[number + 1].text)
            if first and first["mark"] == "一" and passages[number + 1].section == passage.section:
                yield from _numbered(passage, announced, _count_on(passages, number + 1, first))


def _count_on(passages: list[Passage], number: int, first: re.Match[str]) -> int:
    """How far 一是、二是… goes on, from this mark to the end of the section or the next 一是."""
    count = 1
    for later in passages[number:]:
        if later.section != passages[number].section:
            break
        for mark in _MARKERS.finditer(later.text, first.end() if later is passages[number] else 0):
            value = read_numeral(mark["mark"])
            if value == 1:
                return count
            if value == count + 1:
                count = value
    return count


def _numbered(passage: Passage, announced: re.Match[str], count: int) -> Iterator[Finding]:
    said = _read(announced["number"])
    span = passage.sentence_at(announced.start("number"))
    if not _ANNOUNCED.search(announced.group()):
        return
    written = passage.text[announced.start("number") : announced.end()].rstrip("。：")
    if said == count:
        yield found(
            "list",
            Verdict.HOLDS,
            passage,
            span,
            f"“{written}”与下文分列的一致。",
            f"下文分列{count}项",
        )
    elif said and 2 <= said < count and announced.group().endswith("："):
        text = f"文中说“{written}”，下文分列了{count}项。"
        yield found("list", Verdict.BROKEN, passage, span, text, f"{count}≠{said}")


__all__ = ["check_lists", "check_numbered"]
