"""Marks that a paper is not for everybody: 密级 (保守国家秘密法, GB/T 9704-2012 7.2.2) and weaker
ones (内部资料, 工作秘密, 此件不公开).

A mark is told from a word: 国家秘密, 商业秘密, 依申请公开 stand in thousands of public texts. A mark
stands in a line or cell of its own, in brackets, behind its label, or with its star.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

_B = r"[ \t\u00a0\u3000]*"  # people space the characters of a mark
_STAR = r"[★☆⭐✩✭⋆*＊]"
_DIGITS = r"[0-9０-９一二三四五六七八九十〇零]{1,4}"
_DEGREE = rf"(?:绝{_B}密|机{_B}密|秘{_B}密)"
_TERM = (
    rf"(?:长{_B}期|永{_B}久|解密前|启用前|公开前|{_DIGITS}{_B}(?:年|个?{_B}月|天|日)"
    rf"|(?:至|到){_B}[0-9０-９〇零一二三四五六七八九十年月日./-]{{4,14}})"
)
_OPEN, _CLOSE = r"[（(【\[〔<＜]", r"[）)】\]〕>＞]"
_STARRED = re.compile(rf"{_DEGREE}{_B}级?{_B}{_STAR}{_B}{_TERM}?")
_ALONE = re.compile(rf"{_DEGREE}{_B}级?{_B}(?:{_STAR}?{_B}{_TERM})?")
_BRACKETED = re.compile(rf"{_OPEN}{_B}{_DEGREE}{_B}级?{_B}(?:{_STAR}?{_B}{_TERM})?{_B}{_CLOSE}")
_LABELLED = re.compile(
    rf"(?:密{_B}级(?:和保密期限|及保密期限)?|保密等级|秘密等级|涉密等级){_B}[:：]?{_B}{_DEGREE}"
    rf"(?:{_B}级)?(?:{_B}{_STAR}?{_B}{_TERM})?(?![一-鿿])"
)
_SERIAL = re.compile(
    rf"份{_B}号{_B}[:：]?{_B}(?:[NＮ][oｏ][.．]?{_B})?[0-9０-９]{{3,8}}(?![0-9０-９])"
)

_INSIDE = (
    r"(?:内部(?:资料|文件|材料|刊物|使用|参考|参阅|传阅|掌握|学习|发行|情况)"
    r"|工作秘密|仅供(?:内部|工作)(?:使用|参考|参阅|传阅|掌握)?)"
)
_CARE = r"(?:注意(?:保存|保密|保管)|妥善保管|严禁外传|请勿外传|不得外传|不要外传|不得公开|严禁翻印|不得翻印|阅后(?:即焚|收回|退回))"
_INTERNAL = re.compile(rf"{_INSIDE}(?:{_B}[,，、·;；—-]*{_B}{_CARE})*|{_CARE}")
_INTERNAL_WITH_CARE = re.compile(rf"{_INSIDE}{_B}[,，、·;；—-]*{_B}{_CARE}")
_ONLY_INSIDE = re.compile(r"仅供内部(?:使用|参考|参阅|传阅|掌握)")
_INTERNAL_BRACKETED = re.compile(
    rf"{_OPEN}{_B}(?:内{_B}部|不{_B}公开|不予公开|不宜公开|依申请公开|内部公开|{_INSIDE}|{_CARE})"
    rf"(?:{_B}[,，、]?{_B}{_CARE})?{_B}{_CLOSE}"
)
_THIS_PAPER = re.compile(
    r"[此本](?:件|文件|文|材料|资料|函|通知)(?:属性为|属于|系|为|[，,：:])?"
    r"(?:不(?:予|宜|得|可|能|对外|主动|予主动)?公开(?:发布)?|依申请公开|只发至|仅发至|发至县团级|限内部|仅限内部)"
)
_ATTRIBUTE = re.compile(
    rf"(?:公开(?:属性|方式|类别|选项|类型|形式|性质|意见)|信息公开(?:选项|属性)){_B}[:：]{_B}"
    rf"[√☑■]?{_B}(?:不予公开|不公开|依申请公开|内部公开|免予公开|不予主动公开|非公开)"
)
_QUOTES = {"“": "”", "「": "」", "『": "』", '"': '"'}
_LONGEST_ALONE = 30
MOST = 100
_CELLS = re.compile(r"[^\n\t|｜]+")


class Secrecy(StrEnum):
    """How grave a mark is."""

    STATE = "state"  # 密级: a state secret
    QUOTED = "quoted"  # a 密级 within quotation marks of a sentence: a text about marks
    INTERNAL = "internal"  # 内部资料 and the like


@dataclass(frozen=True)
class Mark:
    """One mark: `text[start:end]`."""

    kind: Secrecy
    start: int
    end: int
    words: str


def find_marks(text: str) -> list[Mark]:
    """The marks in a text, in its order, each place once; at most `MOST` of either grade."""
    found: dict[int, Mark] = {}
    marks = (*islice(_state_marks(text), MOST), *islice(_internal_marks(text), MOST))
    for kind, start, end in marks:
        if not any(mark.start < end and start < mark.end for mark in found.values()):
            words = re.sub(r"\s+", "", text[start:end])
            found[start] = Mark(kind, start, end, words)
    return [found[start] for start in sorted(found)]


def _state_marks(text: str) -> Iterator[tuple[Secrecy, int, int]]:
    for pattern in (_LABELLED, _STARRED, _BRACKETED, _SERIAL):
        for match in pattern.finditer(text):
            start, end = match.span()
            yield (Secrecy.QUOTED if _is_quoted(text, start, end) else Secrecy.STATE), start, end
    for start, end in _alone(text, _ALONE):
        yield Secrecy.STATE, start, end


def _internal_marks(text: str) -> Iterator[tuple[Secrecy, int, int]]:
    patterns = (
        _INTERNAL_WITH_CARE,
        _ONLY_INSIDE,
        _INTERNAL_BRACKETED,
        _THIS_PAPER,
        _ATTRIBUTE,
    )
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _is_quoted(text, *match.span()):
                yield Secrecy.INTERNAL, *match.span()
    for start, end in _alone(text, _INTERNAL):
        yield Secrecy.INTERNAL, start, end


def _alone(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Lines and cells that hold a mark and nothing else."""
    for cell in _CELLS.finditer(text):
        words = cell.group().strip(" \u00a0\u3000\r。.；;")
        if words and len(words) <= _LONGEST_ALONE and pattern.fullmatch(words):
            start = cell.start() + cell.group().index(words)
            yield start, start + len(words)


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether the mark stands in quotation marks inside a sentence: 密级标为“机密★1年”的文件…"""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    before, after = text[line_start:start], text[end : line_start + len(line)]
    for opening, closing in _QUOTES.items():
        place = before.rfind(opening)
        if place >= 0 and closing not in before[place + 1 :] and closing in after:
            return len(line) - (end - start) > 8
    return False
