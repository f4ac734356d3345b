"""`{% body %}`: the only place of the portal that marks a clerk's HTML as safe."""

import logging
import re
from dataclasses import dataclass

from django import template
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from documents.html.marking import mark_html
from documents.html.richtext import html_to_text, sanitize_for_display

register = template.Library()
logger = logging.getLogger(__name__)

# The sanitiser writes every tag in this one form: lower case, double quotes, no `<` or `>` in a
# value or in text.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>h[2-5]|table)>")
_HEADING = re.compile(r"<h(?P<level>[2-5])>(?P<inner>.*?)</h(?P=level)>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
LONGEST_LABEL = 60


@dataclass(frozen=True)
class Heading:
    """A heading of a body: its level (2–5), the id `{% body %}` gives it, and its text."""

    level: int
    id: str
    text: str


def _clean(html):
    """The HTML clean, or None where a row written past the ORM holds what cannot be cleaned."""
    try:
        return sanitize_for_display(html)
    except ValidationError:
        logger.exception("a body in the database is out of bounds and is not shown")
        return None


def _anchor(part, number):
    return f"s{part}-{number}" if part else f"s{number}"


@register.simple_tag
def outline(html, part=None):
    """The headings of a body, in order, for an outline beside it. `part`: as in `{% body %}`."""
    found = enumerate(_HEADING.finditer(_clean(html) or ""), start=1)
    return [
        Heading(int(match["level"]), _anchor(part, n), html_to_text(match["inner"]))
        for n, match in found
    ]


class _Dresser:
    """Adds to clean HTML what only a page needs: anchors at headings, a scrolling frame around wide
    tables.
    """

    def __init__(self, html, part):
        self.html, self.part, self.headings, self.tables, self.depth = html, part, 0, 0, 0

    def __call__(self, match):
        if match["name"] == "table":
            return self._table_end() if match["end"] else self._table_start(match)
        if match["end"]:
            return match[0]
        self.headings += 1
        return f'<{match["name"]} id="{_anchor(self.part, self.headings)}">'

    def _table_start(self, match):
        self.depth += 1
        if self.depth > 1:  # a table in a table scrolls with it
            return match[0]
        self.tables += 1
        caption = _CAPTION.match(self.html, match.end())
        words = html_to_text(caption[1]).replace("\n", " ")[:LONGEST_LABEL] if caption else ""
        number = f"{self.part}-{self.tables}" if self.part else self.tables
        label = f"表格{number}：{words}" if words else f"表格{number}"
        return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{escape(label)}"><table>'

    def _table_end(self):
        self.depth -= 1
        return "</table>" if self.depth else "</table></div>"


@register.simple_tag
def body(html, part=None, marks=()):
    """A sanitised body, cleaned once more on its way out. `part`: a number that keeps ids apart
    where one page shows several bodies (`s2-1` instead of `s1`). `marks`: pieces to be marked
    (`documents.html.marking.Mark`).
    """
    clean = _clean(html)
    if clean is None:
        return format_html("<p>{}</p>", "正文暂时无法显示，请查看附件，或者与发布机构联系。")
    dressed = _TAG.sub(_Dresser(clean, part), clean)
    if marks:
        dressed = mark_html(dressed, html_to_text(clean), marks)
    return mark_safe(dressed)  # noqa: S308 — cleaned above; marks add elements of ours alone
