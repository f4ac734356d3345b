"""Rich text: the one gate for HTML.

Bodies are sanitised on the way in, on every path of the ORM (`get_prep_value`), and once more on the way out by the
`body` template tag, the only place of the portal that marks a body as safe. Allowed is what a document is made of:
headings, paragraphs, lists, tables with merged cells, links, pictures with alternative text. No style, no id, no class.
"""

import re
from functools import lru_cache
from html import unescape

import nh3
from django.core.exceptions import ValidationError
from django.db import models

MAX_CHARACTERS = 1_000_000
MAX_NESTING = 200
MAX_ATTRIBUTES = 50

TAGS = {
    "a", "b", "blockquote", "br", "caption", "col", "colgroup", "dd", "del", "dl", "dt", "em", "figcaption", "figure",
    "h2", "h3", "h4", "h5", "hr", "i", "img", "ins", "li", "ol", "p", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start"},
}
DROPPED_WITH_CONTENT = {"script", "style", "svg", "math", "template", "noscript", "iframe", "object", "embed", "title"}
_SAFE_LINK = re.compile(r"(https?://[^\s/]|mailto:|tel:|/(?![/\\])|#|\?)\S*\Z")
_SAFE_PICTURE = re.compile(r"/attachments/[^\s\\]+\Z")
_NUMBER = re.compile(r"\d{1,4}\Z")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr", "source", "area", "base", "embed", "param", "track"}


def _keep_attribute(tag, name, value):
    if name == "href":
        return value if _SAFE_LINK.match(value) else None
    if name == "src":
        return value if _SAFE_PICTURE.match(value) else None
    if name in {"colspan", "rowspan", "span", "start", "width", "height"}:
        return value if _NUMBER.match(value) else None
    if name == "scope":
        return value if value in {"row", "col", "rowgroup", "colgroup"} else None
    return value


def check_bounds(html):
    """Refuse HTML that no document is: nh3's cost grows with the square of nesting (100,000 levels take a minute).

    Raises ValidationError: over 1,000,000 characters, over 200 levels, over 50 attributes in one tag.
    """
    if len(html) > MAX_CHARACTERS:
        raise ValidationError("正文超过一百万字符，请把附表等内容改为附件上传。")
    depth = 0
    for match in _TAG.finditer(html):
        closing, name, rest = match.groups()
        if rest.count("=") > MAX_ATTRIBUTES:
            raise ValidationError("正文中有一个标签的属性过多，请清除格式后重新粘贴。")
        if name.lower() in _VOID or rest.endswith("/"):
            continue
        depth += -1 if closing else 1
        if depth > MAX_NESTING:
            raise ValidationError("正文的嵌套层次过深，请清除格式后重新粘贴。")
    if html.count("<") > 200_000:
        raise ValidationError("正文中的标签过多，请清除格式后重新粘贴。")


def sanitize(html):
    """Clean HTML. The result is a fixed point: cleaning it again changes nothing."""
    html = (html or "").replace("\x00", "").replace("\ufeff", "")
    if not html.strip():
        return ""
    check_bounds(html)
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    ).strip()


@lru_cache(maxsize=256)
def sanitize_for_display(html):
    """`sanitize()` for the way out, remembered: rows written past the ORM are caught here."""
    return sanitize(html)


_BLOCK_END = re.compile(
    r"</(?:p|h[2-5]|li|tr|caption|figcaption|blockquote|dt|dd|table)>|<(?:br|hr)[^>]*>", re.IGNORECASE
)
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)


def html_to_text(html):
    """The text of sanitised HTML, one line a block, cells apart: what search reads and findings quote."""
    if not html:
        return ""
    text = _CELL_END.sub("\t", _BLOCK_END.sub("\n", html))
    text = unescape(re.sub(r"<[^>]*>", "", text)).replace("\xa0", " ")
    lines = (re.sub(r"[ \u3000]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


class SanitizedHTMLField(models.TextField):
    """A text field whose value is sanitised by every path of the ORM: save, create, bulk_create, update, loaddata."""

    def get_prep_value(self, value):
        """Clean what goes into the database."""
        value = super().get_prep_value(value)
        return sanitize(value) if isinstance(value, str) else value

    def to_python(self, value):
        """Let a form see the bounds as an error beside the field."""
        value = super().to_python(value)
        if isinstance(value, str):
            check_bounds(value)
        return value
