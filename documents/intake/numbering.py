"""Automatic numbers of Word (「一、」, 「（一）」, 「第一条」 made by the word processor) written
out as text.

The converter knows lists of 1. 2. 3. and bullets; it drops every other kind of number, and all
numbers of headings. An official document is quoted by these numbers, so they become characters
before it is converted.
"""

import re
from copy import deepcopy
from typing import Any

from lxml import etree
from lxml.etree import _Element

from documents.intake.package import W
from documents.intake.styles import Styles

_DIGITS = "〇一二三四五六七八九"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographLegalTraditional", "japaneseLegal", "japaneseDigitalTenThousand",
}  # fmt: skip


def chinese_number(value: int) -> str:
    """1 → 一, 10 → 十, 12 → 十二, 20 → 二十, 105 → 一百〇五; digit by digit from 1,000 on."""
    if not 0 < value < 1000:
        return "".join(_DIGITS[int(digit)] for digit in str(value))
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "〇"
    return text + (_DIGITS[ones] if ones else "")


def _roman(value: Any) -> Any:
    text = ""
    for number, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += letters * (value // number)
        value %= number
    return text


def _letters(value: Any) -> Any:
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def format_number(value: int, kind: str) -> str:
    """A number as Word prints it in a number format (`w:numFmt`). Unknown kinds are printed in
    digits.
    """
    if kind in _CHINESE:
        return chinese_number(value)
    if kind == "ideographDigital":
        return "".join(_DIGITS[int(digit)] for digit in str(value))
    if kind in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if kind in {"upperLetter", "lowerLetter", "upperRoman", "lowerRoman"} and 0 < value < 5_000:
        text = _letters(value) if kind.endswith("Letter") else _roman(value)
        return text if kind.startswith("upper") else text.lower()
    if kind == "none":
        return ""
    return f"{value:02}" if kind == "decimalZero" else str(value)


def _value(node: _Element | None, path: str, default: str | None = None) -> str | None:
    found = node.find(path) if node is not None else None
    return default if found is None else found.get(f"{W}val", default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


class Level:
    """How one level of a numbered list is printed."""

    def __init__(self, node: _Element) -> None:
        self.start = _integer(_value(node, f"{W}start"), 1)
        self.kind = _value(node, f"{W}numFmt", "decimal")
        self.text = _value(node, f"{W}lvlText", "")

    def is_plain(self, depth: int) -> bool:
        """Whether an ordinary list of HTML prints the same: bullets, or `1.` in digits."""
        return self.kind == "bullet" or (self.kind == "decimal" and self.text == f"%{depth + 1}.")


class Numbering:
    """The automatic numbers of one document, counted in its order."""

    def __init__(self, root: _Element, styles: Styles) -> None:
        self._styles = styles
        self._counters: dict[Any, Any] = {}
        self._begun: set[Any] = set()
        self._lists, self._overrides = {}, {}
        if root is None:
            return
        abstract = {
            node.get(f"{W}abstractNumId"): {
                _integer(level.get(f"{W}ilvl"), 0): Level(level) for level in node.iter(f"{W}lvl")
            }
            for node in root.iter(f"{W}abstractNum")
        }
        for node in root.iter(f"{W}num"):
            number, kind = node.get(f"{W}numId"), _value(node, f"{W}abstractNumId")
            self._lists[number] = (kind, abstract.get(kind, {}))
            self._overrides[number] = {
                _integer(item.get(f"{W}ilvl"), 0): _integer(_value(item, f"{W}startOverride"), 1)
                for item in node.iter(f"{W}lvlOverride")
                if item.find(f"{W}startOverride") is not None
            }

    def write_out(self, paragraph: _Element) -> str:
        """Count this paragraph; where the converter would lose its number, make it text. Returns
        the text, or "".
        """
        number, depth = self._place(paragraph)
        kind, levels = self._lists.get(number, (None, {}))
        level = levels.get(depth)
        if level is None:
            return ""
        self._count(number, kind, levels, depth)
        if level.is_plain(depth) and not self._styles.is_heading(paragraph):
            return ""
        text = "" if level.kind == "bullet" else self._print(kind, levels, level)
        _take_out_of_list(paragraph, text)
        return text

    def _place(self, paragraph: _Element) -> tuple[Any, ...]:
        """(list id, depth) of a paragraph, its own or its style's."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        inherited = self._styles.numbering(paragraph)
        number = _value(own, f"{W}numId") or _value(inherited, f"{W}numId")
        depth = _value(own, f"{W}ilvl") or _value(inherited, f"{W}ilvl")
        return number, _integer(depth, 0)

    def _count(self, number: str, kind: str | None, levels: dict[int, Level], depth: int) -> None:
        counters = self._counters.setdefault(kind, {})
        if number not in self._begun:
            self._begun.add(number)
            for overridden, start in self._overrides.get(number, {}).items():
                counters[overridden] = start - 1
        for above in range(depth):
            counters.setdefault(above, levels[above].start if above in levels else 1)
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [key for key in counters if key > depth]:
            del counters[deeper]

    def _print(self, kind: str | None, levels: dict[int, Level], level: Level) -> str:
        counters = self._counters[kind]

        def one(match: re.Match[str]) -> Any:
            depth = int(match[1]) - 1
            return format_number(
                counters.get(depth, 1),
                (levels[depth].kind if depth in levels else None) or "decimal",
            )

        return re.sub(r"%([1-9])", one, level.text or "")


def _take_out_of_list(paragraph: _Element, text: str) -> None:
    """Put `text` before the paragraph's first run and take the paragraph out of its list."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    for node in properties.findall(f"{W}numPr"):
        properties.remove(node)
    none = etree.SubElement(properties, f"{W}numPr")
    etree.SubElement(none, f"{W}numId").set(f"{W}val", "0")
    if text:
        run = etree.Element(f"{W}r")
        first = paragraph.find(f"{W}r/{W}rPr")
        if first is not None:
            run.append(deepcopy(first))
        etree.SubElement(run, f"{W}t").text = text
        paragraph.insert(paragraph.index(properties) + 1, run)
