"""The plain text of an official document, recognised: trail and page furniture, opening, sections,
headings.

Old portals leave documents behind as saved pages: lines of text between the furniture of a page.
`recognise()` finds the structure by the customs of official writing (「一、」 a section, 「（一）」
a heading or one of a running list) and keeps every character: head furniture + text + foot
furniture is the source again, white space aside.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from documents.html.richtext import sanitize

MAX_HEADING = 50  # characters; a longer single sentence is text, whatever number stands before it
MAX_TITLE = 60  # characters of a section's title

_NUMERAL = "[一二三四五六七八九十百]{1,4}"
_SECTION = re.compile(rf"(?:{_NUMERAL}、|第{_NUMERAL}[章部](?:分)?[\s\u3000]*)\S")
_NUMBERED = re.compile(rf"[（(]{_NUMERAL}[)）]\s*\S")
_SENTENCE_END = re.compile(r"[。！？；!?;]")

_TRAIL = re.compile(r"首页\s*[>›»＞]")
_BULLET = re.compile(r"[•·●]\s*")
_ADDRESS = re.compile(r"https?://\S+\Z")
# Labels of the line under a saved page's title; what follows the colon is the value.
_LABEL = re.compile(
    r"(?P<label>索\s*引\s*号|信息索引号|文件名称|发布机构|成文日期|发布日期|公开日期|公开方式|日期|来源|信息来源"
    r"|浏览次数|浏览量|点击数|字号|字体|分享|作者|责任编辑)\s*[:：]\s*"
)
_BUTTON = re.compile(r"[【\[]?(?:朗读|打印(?:本页)?|关闭(?:窗口)?|收藏|分享)[】\]]?\Z")
_FOOT = re.compile(
    r"Produced\s+By\b|[【\[]?(?:打印本页|打印|关闭窗口|关闭|返回顶部)[】\]]?\Z|(?:上|下)一[篇条]\s*[:：]"
)
_DAY = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")


@dataclass(frozen=True)
class Block:
    """One paragraph of the document. `level`: 0 text, 2 the title of a section, 3 a heading inside
    one.
    """

    text: str
    level: int = 0

    @property
    def html(self) -> str:
        """The paragraph as an element."""
        tag = f"h{self.level}" if self.level else "p"
        return f"<{tag}>{escape(self.text, quote=False)}</{tag}>"


@dataclass(frozen=True)
class Section:
    """One top-level section: its title with the number it carries, and what stands under it."""

    title: str
    blocks: tuple[Block, ...] = ()

    @property
    def html(self) -> str:
        """The section's body, sanitised, without its title."""
        return _html(self.blocks)


@dataclass(frozen=True)
class Document:
    """A recognised document. `head` and `foot` are the lines of furniture as found; `fields` reads
    those of the head.
    """

    opening: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Any:
        """来源 as the saved page names it, or an empty string."""
        return self.fields.get("来源") or self.fields.get("信息来源") or self.fields.get("", "")

    @property
    def published_on(self) -> Any:
        """The day the saved page says it was published (发布日期), or None."""
        for label in ("发布日期", "公开日期", "日期"):
            if match := _DAY.search(self.fields.get(label, "")):
                try:
                    return dt.date(*map(int, match.groups()))
                except ValueError:
                    return None
        return None

    @property
    def opening_html(self) -> str:
        """What stands before the first section, sanitised."""
        return _html(self.opening)

    @property
    def html(self) -> str:
        """The whole document, sanitised: opening, then each section under its h2."""
        blocks = list(self.opening)
        for section in self.sections:
            blocks += [Block(section.title, 2), *section.blocks]
        return _html(blocks)


def recognise(text: str) -> Document:
    """The `Document` in a plain text, one paragraph a line (indented or apart by blank lines, as
    saved pages are).
    """
    lines = [line.strip() for line in text.replace("\ufeff", "").replace("\x00", "").splitlines()]
    lines = [line for line in lines if line]
    start, fields = _head(lines)
    end = _foot(lines, start)
    opening, sections = _sections(_blocks(lines[start:end]))
    head = tuple(lines[:start])
    return Document(opening, sections, head, tuple(lines[end:]), _trail(head), fields)


def _html(blocks: Iterable[Block]) -> str:
    return sanitize("".join(block.html for block in blocks))


def _trail(head: tuple[str, ...]) -> tuple[str, ...]:
    line = next((line for line in head if _TRAIL.match(line)), "")
    return tuple(part for part in (part.strip() for part in re.split(r"[>›»＞]", line)) if part)


def _head(lines: list[str]) -> tuple[int, dict[str, str]]:
    """How many lines at the top are furniture, and the fields they carry. A page without any has
    none.
    """
    fields: dict[Any, Any] = {}
    position = 0
    while position < len(lines):
        taken = _head_line(lines, position, fields)
        if not taken:
            break
        position += taken
    return position, fields


def _head_line(lines: list[str], position: int, fields: dict[str, str]) -> int:
    """How many lines of head furniture begin here (0: the document begins), their fields noted."""
    line = lines[position]
    if _TRAIL.match(line) or _ADDRESS.match(line) or _BUTTON.match(line):
        return 1
    content = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    labels = list(_LABEL.finditer(content))
    if labels and labels[0].start() == 0 and len(content) <= 120:
        _note_fields(content, labels, fields)
        if (
            content is not line
            and content == labels[0].group().rstrip()
            and position + 1 < len(lines)
        ):
            following = lines[position + 1]
            if not _BULLET.match(
                following
            ):  # a bullet with a label alone: its value is the next line
                fields[labels[0]["label"]] = following
                return 2
        return 1
    # Among furniture, a bullet without a label is the source or the title again; a text may itself
    # begin with a bullet.
    if position and content is not line and len(content) <= MAX_TITLE:
        fields.setdefault("", content)
        return 1
    return 0


def _note_fields(content: str, labels: list[re.Match[str]], fields: dict[str, str]) -> None:
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        value = content[label.end() : following.start() if following else None].strip()
        fields[re.sub(r"\s", "", label["label"])] = value


def _foot(lines: list[str], start: int) -> int:
    """Where the furniture at the end begins."""
    end = len(lines)
    while end > start and _FOOT.match(lines[end - 1]):
        end -= 1
    return end


def heading_levels(lines: list[str]) -> list[int]:
    """The level of every paragraph (0 text, 2, 3): what a numbered line is, its neighbours tell."""
    levels: list[Any] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        after_list = bool(position) and levels[-1] == 0 and _may_be_heading(lines[position - 1])
        levels.append(_level(line, following, after_list))
    return levels


def _blocks(lines: list[str]) -> list[Block]:
    return [Block(line, level) for line, level in zip(lines, heading_levels(lines), strict=True)]


def _level(line: str, following: str, after_list: bool) -> int:
    if _SECTION.match(line):
        is_title = len(line) <= MAX_TITLE and not _SENTENCE_END.search(line)
        return 2 if is_title else 0
    followed_by_text = (
        following and not _SECTION.match(following) and not _NUMBERED.match(following)
    )
    if _may_be_heading(line) and followed_by_text and not after_list:
        return 3
    return 0


def _may_be_heading(line: str) -> bool:
    """A numbered line that is one short sentence; followed by another of its kind it is a list, not
    a heading.
    """
    return (
        bool(_NUMBERED.match(line))
        and len(line) <= MAX_HEADING
        and not _SENTENCE_END.search(line[:-1])
    )


def _sections(blocks: list[Block]) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    opening: list[Any] = []
    sections: list[Any] = []
    for block in blocks:
        if block.level == 2:
            sections.append((block.text, []))
        else:
            (sections[-1][1] if sections else opening).append(block)
    return tuple(opening), tuple(Section(title, tuple(inner)) for title, inner in sections)
