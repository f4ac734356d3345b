"""The body as opening and titled passages, as text and as clean HTML."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from html import escape
from typing import Any

from django.core.exceptions import ValidationError

from documents.html.paste import clean_pasted
from documents.html.plaintext import Block as Paragraph
from documents.html.plaintext import heading_levels
from documents.html.richtext import sanitize
from documents.old_pages.blocks import Block
from documents.old_pages.folding import simplify
from documents.old_pages.result import Passage

_NUMERAL = re.compile(r"^(?P<numeral>[一二三四五六七八九十]{1,3})\s*[、.．,，]\s*")
_ARABIC = re.compile(r"^(?P<digit>\d{1,2})\s*[、.．]\s*(?=[\u4e00-\u9fff])")
_HEADINGS = (
    r"(?:总体情况|概述|基本情况|总体概况|工作概况|主动公开政府信息(?:的)?情况|主动公开情况|收到和处理政府信息公开申请(?:的)?情况|"
    r"依申请公开政府信息(?:的)?情况|政府信息公开行政复议、?行政诉讼(?:的)?情况|因政府信息公开工作被申请行政复议、?提起行政诉讼(?:的)?情况|"
    r"(?:政府信息公开工作)?存在的?(?:主要)?问题(?:及|和)改进(?:情况|措施)|其他需要报告的事项)"
)
# A heading the extraction of a page ran together with the text before and behind it.
_RUN_IN = re.compile(
    rf"(?:(?<=[。；：:;!！?？\s|])|^)(?P<heading>[一二三四五六七八九]、\s*{_HEADINGS})(?!\s*\|)(?=\s|第二十条|[（(]|20\d\d|$)"
)
# Rows of table B look like headings.
_ROW = re.compile(r"\s*[一二三四]、\s*(?:本年(?:度)?新收|上年(?:度)?结转|本年度办理结果|结转下年)")
_STATUTORY = re.compile(rf"[一二三四五六七八九十]、{_HEADINGS}")
SLACK = 5  # columns by which broken lines differ
MIN_BROKEN_LINES = 20  # before a text is taken for one whose lines were broken
_CHINESE = "一二三四五六七八九十"


def split_run_in(blocks: list[Block]) -> list[Block]:
    """Blocks in which every heading of the statutory form stands on a line of its own."""
    result = []
    for block in blocks:
        if block.grid is not None or len(block.text) < 12:
            result.append(block)
            continue
        places = [match.span("heading") for match in _RUN_IN.finditer(simplify(block.text))]
        result += _pieces(block, places) if places and places != [(0, len(block.text))] else [block]
    return result


def _pieces(block: Block, places: list[tuple[int, int]]) -> list[Block]:
    position, pieces = 0, []
    for start, end in places:
        pieces += [block.text[position:start], block.text[start:end]]
        position = end
    pieces.append(block.text[position:])
    return [Block(piece.strip(), region=block.region) for piece in pieces if piece.strip(" |")]


def passages_of(
    blocks: list[Block], tables: Collection[int] = (), stored: Collection[int] = ()
) -> tuple[Any, ...]:
    """(opening, sections): each a `Passage`; every line of the body stands in one of them.

    `tables`: positions of blocks that are rows of a statutory table, and so no headings; `stored`:
    those of them whose numbers stand in the report's own tables, and so not in the HTML again.
    """
    levels = _levels(blocks, set(tables))
    groups: list[Any] = [("", [])]
    for position, (block, level) in enumerate(zip(blocks, levels, strict=True)):
        if level == 2:
            groups.append((block.text.strip(), []))
        else:
            groups[-1][1].append((block, -1 if position in stored else level))
    width = _width_of(blocks)
    opening, *sections = (
        Passage(title, _text(inner), _html(inner, width)) for title, inner in groups
    )
    return opening, sections


def _levels(blocks: list[Block], tables: set[int]) -> list[int]:
    lines = [
        "…"
        if _is_row(block)
        or (position in tables and not _STATUTORY.match(simplify(block.text.strip())))
        else _as_customary(block.text.strip())
        for position, block in enumerate(blocks)
    ]
    levels = heading_levels(lines)
    if 2 in levels:
        return levels
    numbered = [_ARABIC.sub(_chinese, line) if _is_titled(line) else line for line in lines]
    statutory = [line for line in numbered if _STATUTORY.match(simplify(line))]
    if len(statutory) > 1:
        return heading_levels(numbered)
    return _marked(blocks, levels)


def _marked(blocks: list[Block], levels: list[int]) -> list[int]:
    """The levels with the page's own headings for sections, where no numbering tells them."""
    marked = [block.level for block in blocks if 2 <= block.level <= 5 and len(block.text) <= 60]
    if len(marked) < 2:
        return levels
    return [
        2 if block.level == min(marked) else level
        for block, level in zip(blocks, levels, strict=True)
    ]


def _is_titled(line: str) -> bool:
    return len(line) <= 40 and not re.search(r"[。；！？\d]\Z|\s{2}", line)


def _is_row(block: Block) -> bool:
    """A table, or a line of one that was flattened."""
    return (
        block.grid is not None
        or "|" in block.text
        or "\t" in block.text
        or bool(_ROW.match(simplify(block.text)))
    )


def _chinese(match: re.Match[str]) -> Any:
    digit = int(match["digit"])
    return f"{_CHINESE[digit - 1]}、" if 0 < digit <= 10 else match[0]


def _as_customary(line: str) -> str:
    """The line with its number written as the customs have it; a full stop behind a short heading
    is none.
    """
    line = _NUMERAL.sub(r"\g<numeral>、", line)
    return (
        line[:-1]
        if _NUMERAL.match(line)
        and len(line) <= 40
        and re.search(r"(?:情况|措施|事项|概述|问题|说明)[。:：]\Z", line)
        else line
    )


def _text(inner: list[tuple[Block, int]]) -> str:
    return "\n".join(block.written for block, _ in inner if block.written.strip())


def _html(inner: list[tuple[Block, int]], width: int = 0) -> str:
    """Clean HTML. A table the gate would not let through is written out as lines; lines a page
    broke are one paragraph.
    """
    parts, before = [], ""
    for block, level in inner:
        if level < 0:
            continue
        text = "" if block.grid is not None else block.text.strip()
        if block.grid is not None:
            parts.append(_table(block))
        elif level == 0 and _continues(before, text, width):
            parts[-1] = parts[-1].removesuffix("</p>") + escape(text, quote=False) + "</p>"
        else:
            parts.append(Paragraph(text, level).html)
        before = text if level == 0 else ""
    return sanitize("".join(parts))


def _table(block: Block) -> str:
    try:
        return clean_pasted(block.html)
    except ValidationError:
        return "".join(
            Paragraph("\t".join(cell.text for cell in row)).html for row in block.grid or ()
        )


def _width_of(blocks: list[Block]) -> int:
    """The columns at which the lines of a text were broken, as in text out of a PDF; 0 where
    paragraphs are whole lines.
    """
    lines = [block.text.strip() for block in blocks if block.grid is None]
    widths = Counter(
        _columns(line) for line in lines if len(line) >= 15 and not re.search(r"\s{2}|[|\t]", line)
    )
    if sum(widths.values()) < MIN_BROKEN_LINES:
        return 0
    width, _ = widths.most_common(1)[0]
    near = sum(count for columns, count in widths.items() if abs(columns - width) <= SLACK)
    return width if near * 10 >= sum(widths.values()) * 6 else 0


def _columns(line: str) -> int:
    """How wide a line is printed: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)


def _continues(before: str, text: str, width: int) -> bool:
    """Whether a line is the rest of the paragraph the line before it began."""
    if not width or _columns(before) < width - SLACK or re.search(r"[。；！？：:]\Z|\s{2}", before):
        return False
    return not re.match(
        r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、.．]|第[一二三四五六七八九十]+[条章]|.*\s{2}",
        text,
    )
