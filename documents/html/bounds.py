"""Bounds of HTML, counted before a parser builds a tree from it.

The parser's cost grows with the square of nesting and of the attributes in one tag: a hostile paste
of a few hundred kilobytes would keep a server busy for a minute. The count here is linear (every
loop of the patterns is possessive), and where it errs it counts too many levels, never too few: a
level goes only where every HTML parser closes that element.
"""

import re

from django.core.exceptions import ValidationError

MAX_CHARACTERS = 1_000_000
MAX_TAGS = 200_000
MAX_NESTING = 200
MAX_ATTRIBUTES = 50
# Bold, links and the like left open are opened again by the parser in every paragraph that follows.
MAX_REOPENED = 500_000
# Text with web code in it cannot be counted from outside, only kept small.
MAX_CHARACTERS_WITH_CODE, MAX_TAGS_WITH_CODE = 20_000, 2_000

# What changes how the text after it is cut into tags.
_CODE = re.compile(
    r"<(?:script|svg|math|xmp|iframe|noembed|noframes|noscript|plaintext|textarea|title|template|select|frameset)"
    r"|<!\[CDATA\[",
    re.IGNORECASE,
)
# The pieces of markup as the HTML standard cuts them; its blanks are these five characters.
_COMMENT_END = re.compile(r"--!?>")
_STYLE_END = re.compile(r"</style[\t\n\f\r />]", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*+)")
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+"""
    r"""(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+)?+"""
)
_TAG_END = re.compile(r"[\t\n\f\r /]*+>")

_VOID = {
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
}  # fmt: skip
_FORMATTING = {
    "a",
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "details", "dir", "div", "dl", "figcaption", "figure", "footer",
    "header", "main", "menu", "nav", "ol", "section", "ul",
}  # fmt: skip
_ROWS, _CELLS = {"tbody", "thead", "tfoot"}, {"td", "th"}
# Start tag → (elements it passes through, elements it closes) at the top of the stack.
_START_CLOSES = {
    **dict.fromkeys(_BLOCKS | {"p", "hr"} | {f"h{level}" for level in range(1, 7)}, (set(), {"p"})),
    "li": ({"p"}, {"li"}),
    **dict.fromkeys(("dd", "dt"), ({"p"}, {"dd", "dt"})),
    **dict.fromkeys(_CELLS, ({"p"}, _CELLS)),
    "tr": ({"p"} | _CELLS, {"tr"}),
    **dict.fromkeys(_ROWS, ({"p", "tr"} | _CELLS, _ROWS)),
}
# End tag → elements it closes on the way, besides its own.
_END_PASSES = {
    **{name: {"p", "li", "dd", "dt"} for name in _BLOCKS},
    **{name: {"p"} for name in {"li", "dd", "dt", "caption"} | _CELLS},
    "tr": {"p"} | _CELLS,
    **dict.fromkeys(_ROWS, {"p", "tr"} | _CELLS),
    "table": {"p", "tr", "caption", "colgroup"} | _CELLS | _ROWS,
}


def check_bounds(html: str) -> None:
    """Refuse HTML that no document is, before it costs anything.

    Raises ValidationError: over 1,000,000 characters, 200,000 tags, 200 levels or 50 attributes in
    one tag.
    """
    if len(html) > MAX_CHARACTERS:
        raise ValidationError("正文超过一百万字符，请把附表等内容改为附件上传。")
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise ValidationError("正文中的标签过多，请清除格式后重新粘贴。")
    if _CODE.search(html):
        if len(html) > MAX_CHARACTERS_WITH_CODE or tags > MAX_TAGS_WITH_CODE:
            raise ValidationError("正文中含有脚本、图形等网页代码，请清除格式后重新粘贴。")
        return
    _Nesting().feed(html)


class _Nesting:
    """The elements open at a place of the text, as far as they are sure to be closed again."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.formatting = self.reopened = 0

    def feed(self, html: str) -> None:
        """Walk through the text from tag to tag."""
        position = html.find("<")
        while position >= 0:
            position = html.find("<", self._piece(html, position))

    def _piece(self, html: str, position: int) -> int:
        """One piece of markup from its `<`; returns where the next may begin."""
        if tag := _TAG.match(html, position):
            return self._tag(html, tag)
        if html.startswith("<!--", position):
            return _after_comment(html, position + 4)
        if html.startswith(("<!", "<?", "</"), position):
            end = html.find(">", position)
            return end + 1 if end >= 0 else len(html)
        return position + 1

    def _tag(self, html: str, tag: re.Match[str]) -> int:
        position, number, name = tag.end(), 0, tag[2].lower()
        while attribute := _ATTRIBUTE.match(html, position):
            position, number = attribute.end(), number + 1
            if number > MAX_ATTRIBUTES:
                raise ValidationError("正文中有一个标签的属性过多，请清除格式后重新粘贴。")
        end = _TAG_END.match(html, position)
        if end is None:
            return len(html)  # the text ends inside the tag
        if tag[1]:
            self._end(name)
        elif name == "style":
            style_end = _STYLE_END.search(html, end.end())
            return style_end.start() if style_end else len(html)
        else:
            self._start(name)
        return end.end()

    def _start(self, name: str) -> None:
        if name in _START_CLOSES:
            self._close(*_START_CLOSES[name])
        self.reopened += self.formatting
        if name in _VOID:
            return
        self.open.append(name)
        self.formatting += name in _FORMATTING
        if len(self.open) > MAX_NESTING or self.reopened > MAX_REOPENED:
            raise ValidationError("正文的嵌套层次过深，请清除格式后重新粘贴。")

    def _end(self, name: str) -> None:
        if self.open and self._close(_END_PASSES.get(name, set()), {name}):
            self.formatting -= name in _FORMATTING

    def _close(self, passes: set[str], closed: set[str]) -> bool:
        """Close the nearest of `closed` with what stands above it, if only elements of `passes` do."""
        place = len(self.open) - 1
        while place >= 0 and self.open[place] not in closed and self.open[place] in passes:
            place -= 1
        if place < 0 or self.open[place] not in closed:
            return False
        del self.open[place:]
        return True


def _after_comment(html: str, position: int) -> int:
    for empty in (">", "->"):
        if html.startswith(empty, position):
            return position + len(empty)
    end = _COMMENT_END.search(html, position)
    return end.end() if end else len(html)
