"""Blocks as a stream of words and numbers, however a table was flattened."""

import re
import unicodedata
from dataclasses import dataclass

from documents.old_pages.folding import compact
from imports.forms import MAX_LABEL

TEXT, NUMBER, BLANK, MARK, END = "text", "number", "blank", "mark", "end"
MIN_LONE_BARS = 12
MAX_BROKEN_LABEL = 24  # characters of a label over several lines
_NUMBER = re.compile(
    r"(?P<sign>[+\-−–增减]?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?:件|条|项|元|万元|个|人|次|宗|份|起|篇|万)?\Z"
)
_MARK = re.compile(r"(?:[/\\—–\-−_*]{1,4}|无|N/A|暂无|不涉及)\Z")
_ENUMERATOR = re.compile(r"[(]?\d{1,2}[.、)]\Z")
_FUSED_BEHIND = re.compile(r"(?P<text>.*[\u4e00-\u9fff)”\"])(?P<numbers>\d+(?:\.\d+)?)\Z")
_FUSED_BEFORE = re.compile(r"(?P<number>\d+)(?P<text>(?:[(][一二三四五六七]|[一二三四]、).*)\Z")


@dataclass(frozen=True)
class Token:
    """One word or number. `block` is the position of its block, `is_cell` whether cells were marked
    as such.
    """

    kind: str
    block: int
    text: str = ""
    value: int | float | None = None
    is_cell: bool = False


def is_label(token):
    """Whether a word can be part of a label; longer text is prose."""
    return token.kind == TEXT and len(token.text) <= MAX_LABEL


def number_of(text):
    """The number a cell holds (251000元, +2, 1,234), or None where it is no number."""
    match = _NUMBER.match(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if not match:
        return None
    digits = match["digits"].replace(",", "")
    value = float(digits) if "." in digits else int(digits)
    return -value if match["sign"] and match["sign"] in "-−–减" else value


def tokens_of(blocks):
    """The stream of `Token`s of some blocks; a row or line ends with an END."""
    if _bars_end_cells(blocks):
        yield from _cells_ended_by_bars(blocks)
        return
    for position, block in enumerate(blocks):
        if block.grid is not None:
            for row in block.grid:
                for cell in row:
                    yield from _cell(cell.text, position)
                yield Token(END, position, is_cell=True)
        else:
            yield from _line(block.text, position)
            yield Token(END, position)


def _bars_end_cells(blocks):
    """Whether every cell of a table is a line of its own and a bar on the next line ends it."""
    lone = sum(block.text.strip() == "|" for block in blocks)
    others = sum("|" in block.text and block.text.strip() != "|" for block in blocks)
    return lone >= MIN_LONE_BARS and others * 10 < lone


def _cells_ended_by_bars(blocks):
    waiting = []
    for position, block in enumerate(blocks):
        if block.grid is None and block.text.strip() == "|":
            # A label may be broken over lines; what is longer was text above the table.
            whole = sum(len(line) for line, _ in waiting) <= MAX_BROKEN_LABEL
            for line, place in [] if whole else waiting[:-1]:
                yield from _line(line, place)
                yield Token(END, place)
            yield from _cell(
                "".join(line for line, _ in (waiting if whole else waiting[-1:])), position
            )
            waiting = []
        elif block.grid is None:
            waiting.append((block.text, position))
        else:
            yield from tokens_of([block])
    for line, place in waiting:
        yield from _line(line, place)
        yield Token(END, place)


def _line(line, position):
    if "|" in line or "\t" in line:
        cells = re.split(r"[|\t]", line)
        if "|" in line and not cells[-1].strip():
            cells.pop()
        for cell in cells:
            yield from _cell(cell, position)
        return
    for word in unicodedata.normalize("NFKC", line).split():
        yield from _word(word, position, is_cell=False)


def _cell(text, position):
    """A cell is one thing, unless it holds several numbers."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lstrip("? ")
    if not text:
        yield Token(BLANK, position, is_cell=True)
    elif (value := number_of(text)) is not None:
        yield Token(NUMBER, position, text, value, is_cell=True)
    elif _MARK.match(text):
        yield Token(MARK, position, text, is_cell=True)
    elif all(number_of(word) is not None for word in text.split()):
        for word in text.split():
            yield Token(NUMBER, position, word, number_of(word), is_cell=True)
    elif not _ENUMERATOR.match(text):
        yield Token(TEXT, position, compact(text), is_cell=True)


def _word(word, position, *, is_cell):
    if re.fullmatch(r"0{7}|0{15}", word):  # seven zeros written without a blank between them
        for _ in word:
            yield Token(NUMBER, position, "0", 0)
        return
    if (value := number_of(word)) is not None:
        yield Token(NUMBER, position, word, value, is_cell=is_cell)
    elif _MARK.match(word):
        yield Token(MARK, position, word, is_cell=is_cell)
    elif match := _FUSED_BEHIND.match(word):
        if len(word) < 60:
            yield Token(TEXT, position, compact(match["text"]))
            yield from _word(match["numbers"], position, is_cell=is_cell)
        else:
            yield Token(TEXT, position, compact(word))
    elif match := _FUSED_BEFORE.match(word):
        yield Token(NUMBER, position, match["number"], int(match["number"]))
        yield Token(TEXT, position, compact(match["text"]))
    elif not _ENUMERATOR.match(word) and word.strip("?"):
        yield Token(TEXT, position, compact(word), is_cell=is_cell)
