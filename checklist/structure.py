"""Headings, tables and pictures that people who cannot see the page can follow (GB/T 37668-2019)."""

import re

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from documents.html.parts import BODY, text_of
from documents.html.tables import Table

HEADINGS = ("h2", "h3", "h4", "h5")
MAX_HEADING = 50
_NUMERAL = "[一二三四五六七八九十百]{1,4}"
_NUMBERED = re.compile(
    rf"(?:{_NUMERAL}、|第{_NUMERAL}[章节部条](?:分)?[\s\u3000]|[（(]{_NUMERAL}[)）])\s*\S"
)
_SENTENCE = re.compile(r"[。！？；!?;：:]")
_NO_DESCRIPTION = re.compile(
    r"(?:图片?|照片|截图|image|img|picture|未命名|dsc|微信图片)?[\s_\-()（）\d]*(?:\.(?:png|jpe?g|gif|bmp))?\Z",
    re.IGNORECASE,
)


@check
def headings_as_paragraphs(subject):
    """「一、…」 set in bold is a heading to the eye alone."""
    for part in subject.parts:
        for paragraph in part.elements("p"):
            words = text_of(paragraph)
            if _looks_like_heading(paragraph, words):
                message = f"“{words[:30]}”看起来是标题，但排成了普通段落。请把它设为标题（二级或三级），读屏软件才能按标题跳转。"
                yield Finding(
                    "heading-as-paragraph", Level.WARNING, message, part.place, part.locate(words)
                )


def _looks_like_heading(paragraph, words):
    if (
        not words
        or len(words) > MAX_HEADING
        or _SENTENCE.search(words)
        or not _NUMBERED.match(words)
    ):
        return False
    if any(ancestor.tag in ("table", "li", "blockquote") for ancestor in paragraph.iterancestors()):
        return False
    if _is_bold(paragraph, words):
        return True
    # In plain type, a numbered line followed by another is one of a list; followed by text it heads
    # it.
    following = paragraph.getnext()
    return (
        following is not None and following.tag != "hr" and not _NUMBERED.match(text_of(following))
    )


def _is_bold(paragraph, words):
    bold = "".join(text_of(element) for element in paragraph.iter("strong", "b"))
    return len(bold.replace(" ", "")) >= len(words.replace(" ", ""))


@check
def heading_levels(subject):
    """Levels go down one at a time; in a report's section the section's title is the second."""
    for part in subject.parts:
        previous = 1 if part.place == BODY else 2
        for heading in part.elements(*HEADINGS):
            level, words = int(heading.tag[1]), text_of(heading)
            if not words:
                yield Finding(
                    "heading-empty",
                    Level.WARNING,
                    "有一个没有文字的标题。请删去，或者改成空行。",
                    part.place,
                )
                continue
            if level > previous + 1:
                message = f"标题“{words[:30]}”是{level}级标题，上一级却没有{level - 1}级标题。请改为{previous + 1}级标题。"
                yield Finding(
                    "heading-skipped", Level.WARNING, message, part.place, part.locate(words)
                )
            previous = level


@check
def tables(subject):
    """A table says what its columns are and what it is about."""
    for part in subject.parts:
        for number, element in enumerate(part.elements("table"), start=1):
            table = Table(element)
            excerpt = part.locate(table.first_words)
            for code, message in _table_faults(table):
                message = f"第 {number} 个表格{message}"
                yield Finding(code, Level.WARNING, message, part.place, excerpt)


def _table_faults(table):
    if table.width < 2 or table.height < 2:
        yield "table-for-layout", "只有一行或一列，不是数据表格。请改为普通段落或列表。"
        return
    if not table.has_headers:
        yield (
            "table-without-headers",
            "没有表头单元格。请把第一行（或第一列）设为表头，读屏软件才能读出每一格是什么。",
        )
    if not table.caption:
        yield "table-without-caption", "没有表名。请加上表名，说明表格的内容。"
    for oddity in table.oddities:
        yield "table-merged-cells", f"{oddity}请检查合并的单元格，必要时拆成几个简单的表格。"


@check
def pictures(subject):
    """A picture needs words for who cannot see it."""
    for part in subject.parts:
        for number, picture in enumerate(part.elements("img"), start=1):
            alternative = (picture.get("alt") or "").strip()
            if not alternative or _NO_DESCRIPTION.match(alternative):
                said = f"（现在写的是“{alternative}”）" if alternative else ""
                message = (
                    f"第 {number} 张图片没有说明内容的替代文字{said}。请写出图片的内容；表格的图片请改为真正的表格。"
                    "纯装饰的图片，填写理由后可以继续。"
                )
                yield Finding(
                    "picture-without-text",
                    Level.BLOCKING,
                    message,
                    part.place,
                    settled=Settled.BY_REASON,
                )
