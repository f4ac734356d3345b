"""Figures in official prose: what counts something, with its unit; dates, ordinals, document
numbers and the like are not.

Read from a folded passage (`statutory.prose.passages`): blanks gone, full-width signs plain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from documents.customs.numerals import NUMERAL, read_decimal, read_numeral
from statutory.prose.no_figures import spans_of_no_figures

PERCENT = "%"
# fmt: off
UNITS = (
    "个工作日", "工作日", "个百分点", "百分点", "万人次", "万余人次", "人次", "件次", "条次", "场次", "家次", "户次", "个次",
    "班次", "台次", "车次", "人/次", "件/次", "次数", "个大类", "大类", "大方面", "个方面", "方面", "个部分", "部分", "万元",
    "亿元", "千元", "元", "万字", "个小时", "小时", "分钟", "个月", "个季度", "周年", "条", "件", "项", "篇", "份", "人", "个",
    "家", "场", "期", "册", "本", "部", "套", "起", "宗", "例", "名", "位", "户", "处", "类", "种", "批", "幅", "张", "块", "封",
    "面", "字", "页", "卷", "台", "间", "所", "座", "辆", "则", "款", "轮", "次", "单", "笔", "株", "组", "档", "支", "堂", "课",
    "班", "站", "栏", "天", "日", "年", "分", "秒", "倍", "成", "级", "届", "号", "点", "岁", "米", "亩", "公里", "吨", "档次",
)
# fmt: on
_NOT_COUNTED = {
    "日",
    "年",
    "天",
    "号",
    "级",
    "届",
    "点",
    "分",
    "秒",
    "岁",
    "倍",
    "周年",
    "个月",
    "个季度",
    "百分点",
    "个百分点",
}
_MONEY = {"元": 1, "千元": 1000, "万元": 10**4, "亿元": 10**8}
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<before>约|近|超过?|逾|不足|至少|不少于|不低于|多达|将近|大约|最多|最高|达到?)?"
    rf"(?P<number>{_ARABIC}|{NUMERAL}+(?:点[零〇一二三四五六七八九]+)?)"
    rf"(?P<more>余|多|几)?(?P<scale>[万亿])?(?P<more2>余|多)?"
    rf"(?P<unit>%|{_UNIT})?(?P<after>以上|左右|上下|多)?"
)
_PER_HUNDRED = re.compile(
    rf"百分之(?P<number>{_ARABIC}|{NUMERAL}+(?:点[零〇一二三四五六七八九]+)?)"
)
_ROUGH_BEFORE = {
    "约",
    "近",
    "超",
    "超过",
    "逾",
    "不足",
    "至少",
    "不少于",
    "不低于",
    "多达",
    "将近",
    "大约",
    "最多",
    "最高",
}

_RANGE = re.compile(r"(?:\d|[%件条次个人项元万])(?:[-—~～]|至|到)+\d")
LONGEST = 24  # signs of one number
_SHARED = re.compile(r"[、和及与]")


@dataclass(frozen=True)
class Figure:
    """A number that counts: `value` in units of one, `unit` as written without 万 and 亿, `step`
    the worth of its last digit.

    `is_exact` is False for 余, 多, 约, 近, ranges and the like. Money is in 元. `start` and `end`
    are in the passage's text.
    """

    value: Fraction
    unit: str
    step: Fraction
    is_exact: bool
    start: int
    end: int
    written: str

    @property
    def is_percent(self) -> bool:
        """Whether it is a share."""
        return self.unit == PERCENT


def read_figures(text: str) -> list[Figure]:
    """The figures of a folded text, in order."""
    masked = _masked(text)
    found = [*_per_hundred(text, masked), *_plain(text, masked)]
    found.sort(key=lambda figure: figure.start)
    return [
        figure
        for figure in _units_shared(text, found)
        if figure.unit and figure.unit not in _NOT_COUNTED
    ]


def _masked(text: str) -> bytearray:
    masked = bytearray(len(text))
    for start, end, _ in spans_of_no_figures(text):
        masked[start:end] = b"\1" * (end - start)
    return masked


def _per_hundred(text: str, masked: bytearray) -> Iterator[Any]:
    for match in _PER_HUNDRED.finditer(text):
        value = _value(match["number"])
        if value is not None and not any(masked[slice(*match.span())]):
            masked[slice(*match.span())] = b"\1" * len(match.group())
            yield Figure(
                value,
                PERCENT,
                _step(match["number"]),
                _is_near(text, match),
                *match.span(),
                match.group(),
            )


def _is_near(text: str, match: re.Match[str]) -> bool:
    return not text[max(0, match.start() - 2) : match.start()].endswith(
        ("约", "近", "超", "超过", "逾", "不足")
    )


def _plain(text: str, masked: bytearray) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        start, end = (
            match.start("number"),
            match.end("unit") if match["unit"] else match.end("number"),
        )
        if any(masked[start:end]) or _is_broken(text, match):
            continue
        value = _value(match["number"])
        if value is None or _is_idiom(text, match):
            continue
        yield _figure(text, match, value)


def _is_broken(text: str, match: re.Match[str]) -> bool:
    """Digits that go on before or after: 1，234 with a full-width comma, or split by a blank. Not
    to be trusted.
    """
    start, end = match.span("number")
    if not match["number"][0].isdigit():
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(re.search(r"\d[ ，.]\Z|[.\d]\Z", before) or re.match(r"[ ，.]\d|[\d]", after))


def _is_idiom(text: str, match: re.Match[str]) -> bool:
    """一 in 进一步, 统一, 一体化, 万 in 万方, and numerals with no unit: words, not figures."""
    number = match["number"]
    if number[0].isdigit():
        return False
    if not match["unit"] or (match["scale"] and not number):
        return True
    before = text[match.start("number") - 1 : match.start("number")]
    if before in {
        "第",
        "其",
        "每",
        "同",
        "逐",
        "进",
        "唯",
        "统",
        "某",
        "任",
        "这",
        "那",
        "上",
        "下",
        "近",
        "几",
        "数",
        "若",
        "单",
        "万",
    }:
        return True
    if match["unit"] == "成" and text[match.end("unit") : match.end("unit") + 1] in set(
        "为立功果员效绩本就长熟"
    ):
        return True
    return number in {"一", "百", "千", "万", "千万", "百千"} and match["unit"] not in {
        "件",
        "条",
        "起",
        "宗",
    }


def _figure(text: str, match: re.Match[str], value: Fraction) -> Figure:
    scale = {"万": 10**4, "亿": 10**8}.get(match["scale"], 1)
    unit, step = match["unit"] or "", _step(match["number"]) * scale
    value *= scale
    if unit.startswith("万") and unit in {"万人次", "万余人次", "万字"}:
        value, step, unit = value * 10**4, step * 10**4, unit.removeprefix("万").removeprefix("余")
    if unit == "成":
        value, step, unit = value * 10, step * 10, PERCENT
    if unit in _MONEY:
        value, step, unit = value * _MONEY[unit], step * _MONEY[unit], "元"
    rough = match["more"] or match["more2"] or match["after"] or match["before"] in _ROUGH_BEFORE
    end = (
        match.end("unit")
        if match["unit"]
        else match.end("more2")
        if match["more2"]
        else match.end("number")
    )
    end = max(end, match.end("scale"))
    near = text[max(0, match.start("number") - 4) : end + 4]
    exact = not rough and not _RANGE.search(near)
    start = match.start("number")
    return Figure(value, unit, step, exact, start, end, text[start:end])


def _value(number: str) -> Fraction | None:
    if len(number) > LONGEST:
        return None
    if number[0].isdigit():
        return Fraction(number.replace(",", ""))
    return read_decimal(number) if "点" in number else _whole(number)


def _whole(number: str) -> Fraction | None:
    value = read_numeral(number)
    return None if value is None else Fraction(value)


def _step(number: str) -> Fraction:
    """The worth of the last digit that is written."""
    _, point, decimals = number.replace("点", ".").partition(".")
    return Fraction(1, 10 ** len(decimals)) if point else Fraction(1)


def _units_shared(text: str, figures: list[Figure]) -> list[Figure]:
    """分别为12、15和18件: a number without a unit takes that of the next one in its list."""
    shared = list(figures)
    for place in range(len(shared) - 2, -1, -1):
        figure, following = shared[place], shared[place + 1]
        between = text[figure.end : following.start]
        if not figure.unit and following.unit and _SHARED.fullmatch(between):
            shared[place] = replace(figure, unit=following.unit)
    return shared
