"""本报告由…六个部分组成: what the opening says of the report's sections, beside its own list and beside
the sections themselves.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from documents.customs.numerals import read_numeral
from statutory.prose.finding import Finding, Stretch, Verdict, found
from statutory.prose.passages import Passage

_NUMBER = r"(?P<number>\d{1,3}|[两二三四五六七八九十]{1,3})"
PARTS_OF_REPORT = (
    "总体情况|概述|基本情况|工作情况|主要工作|概况",
    "主动公开",
    "收到和处理|依申请公开|申请情况|处理申请|申请办理|申请的?情况|公开申请",
    "复议|诉讼",
    "问题|不足|困难|改进",
    "其他|其它|说明|附表|附件|需要报告",
    "收费|费用|减免",
)
COMPOSITION = re.compile(
    rf"(?:报告|年报|全文)[^。]{{0,30}}?(?:包括|由|分为|包含|内容为|内容包括|：)(?P<list>[^。]{{20,260}}?)(?:等共|等|，?共计?)?(?:计|有)?{_NUMBER}(?:个|大)?(?:部分|方面|项内容)"
    r"|(?:报告|年报|全文)[^。]{0,12}?(?:分为|分|有|包括|包含)(?P<number2>\d|[两二三四五六七八九十])(?:个|大)?(?:部分|方面)，?(?:：|涵盖|分别[是为]|包括|包含|即)(?P<list2>[^。]{20,260})"
)

_NUMBERED = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3})[、.．]")
_ANNEX = re.compile(r"附表|附件|附录|统计表")
LONGEST = 400  # characters of a sentence that lists sections
LEAST = 3  # sections, numbered one after the other; fewer are no order to count by


def check_sections(passages: Sequence[Passage], titles: Sequence[str]) -> Iterator[Finding]:
    """Findings about every sentence that says of what the report is made. `titles`: of its sections,
    folded, in order.
    """
    numbered = _numbered(titles)
    for passage in passages:
        if match := COMPOSITION.search(passage.text):
            yield from _composition(passage, match, numbered)


def _numbered(titles: Sequence[str]) -> list[str]:
    """The titles 一、 二、 … where they go on from one without a gap; else none: then a page has
    lost some, or counts in another way.
    """
    marks = [(title, _NUMBERED.match(title)) for title in titles]
    found = [(title, read_numeral(mark["number"])) for title, mark in marks if mark]
    if len(found) < LEAST or [number for _, number in found] != list(range(1, len(found) + 1)):
        return []
    return [title for title, _ in found]


def _composition(
    passage: Passage, match: re.Match[str], numbered: Sequence[str]
) -> Iterator[Finding]:
    """The sections are known by their names, whatever marks stand between and inside them."""
    group = "number" if match["number"] else "number2"
    words = match["list"] or match["list2"]
    written, said = match[group], _read(match[group])
    named = [part for part in PARTS_OF_REPORT if re.search(part, words)]
    least = words.count("、") + 1 - _inner_marks(words)
    more: Any = {"figures": [Stretch(*match.span(group))]}
    span = passage.sentence_at(match.start())
    if not said or len(named) < 4:
        return
    if said == 6 and len(named) == 5 and least <= 5:
        text = f"文中说有{written}个部分，列出的是{len(named)}个。"
        sum_text = f"列出{len(named)}个部分，少{said - len(named)}个"
        yield found("sections", Verdict.BROKEN, passage, span, text, sum_text, **more)
    elif numbered:
        yield _beside_sections(passage, span, said, named, numbered, more)
    elif said in (len(named), least):
        text, sum_text = f"所说的{said}个部分与列出的一致。", f"列出{said}个部分"
        yield found("sections", Verdict.HOLDS, passage, span, text, sum_text, **more)
    elif said in (len(named) - 1, len(named) + 1):
        text = f"文中说有{written}个部分，列出的好像是{len(named)}个，不能确定怎样分，无法核对。"
        sum_text = f"{len(named)}≠{said}"
        yield found("sections", Verdict.UNKNOWN, passage, span, text, sum_text, **more)


def _beside_sections(
    passage: Passage,
    span: tuple[int, int],
    said: int,
    named: Sequence[str],
    numbered: Sequence[str],
    more: Any,
) -> Finding:
    number = len(numbered)
    if said == number:
        text, sum_text = f"所说的{said}个部分与实际分列的一致。", f"分列{number}个部分"
        return found("sections", Verdict.HOLDS, passage, span, text, sum_text, **more)
    absent = [part for part in named if not any(re.search(part, title) for title in numbered)]
    sum_text = f"{number}≠{said}"
    if len(named) == said and len(absent) == said - number and not _ANNEX.search("".join(absent)):
        text = f"文中说有{said}个部分，实际分列{number}个，列出的有{len(absent)}个没有对应的部分。"
        return found("sections", Verdict.BROKEN, passage, span, text, sum_text, **more)
    text = f"文中说有{said}个部分，实际分列{number}个；不能确定是否有部分没有录入，无法核对。"
    return found("sections", Verdict.UNKNOWN, passage, span, text, sum_text, **more)


def without_composition(text: str) -> str:
    """A text without the sentences that only list its sections: what they name is not there yet."""
    pieces = re.split(r"(?<=[。\n])", text)
    return "".join(piece for piece in pieces if not _only_lists(piece))


def _only_lists(sentence: str) -> bool:
    named = sum(bool(re.search(part, sentence)) for part in PARTS_OF_REPORT)
    return named >= 4 and sentence.count("、") >= 3 and len(sentence) <= LONGEST


def _inner_marks(words: str) -> int:
    """Marks inside one title: 行政复议、行政诉讼, 复议和诉讼."""
    return len(re.findall(r"复议、(?:被?提起)?(?:行政)?诉讼", words))


def _read(number: str) -> int | None:
    return int(number) if number.isdigit() else read_numeral(number)
