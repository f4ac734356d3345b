"""Rich text: the one gate for HTML.

Bodies are sanitised on the way in, on every path of the ORM (`SanitizedHTMLField`), and once more
on the way out by the `body` template tag, the only place of the portal that marks a body as safe.
Allowed is what a document is made of: headings, paragraphs, lists, tables with merged cells, links,
pictures with alternative text. No style, no id, no class.
"""

import hashlib
import re
from html import unescape

import nh3
from django.core.exceptions import ValidationError

from documents.html.bounds import check_bounds
from documents.html.stray_marks import escape_stray

ROUNDS = 5
LINK_REL = "noopener noreferrer nofollow"

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
DROPPED_WITH_CONTENT = {
    "script", "style", "svg", "math", "template", "noscript", "iframe", "object", "embed", "title", "textarea", "select",
    "xmp", "noembed", "noframes", "plaintext", "audio", "video", "canvas",
}  # fmt: skip
# No blank (of any script), no control character and no second slash or backslash at the start of a
# path of ours.
_SAFE_LINK = re.compile(
    r"(?:https?://[^\s/\\]|mailto:|tel:|/(?![/\\])|#|\?)[^\s\x00-\x1f\x7f]*\Z", re.IGNORECASE
)
_SAFE_PICTURE = re.compile(
    r"/attachments/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^\s\\/?#\x00-\x1f\x7f]+\Z"
)
_NUMBER = re.compile(r"[0-9]{1,4}\Z")
# Characters no document needs: controls, the byte order mark, halves of characters, and what is no
# character at all.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("a", "rel"):
        return LINK_REL
    if name not in ATTRIBUTES.get(tag, ()):  # the library lets lang and title through everywhere
        return None
    if name == "href":
        return value if _SAFE_LINK.match(value) else None
    if name == "src":
        return value if _SAFE_PICTURE.match(value) else None
    if name in {"colspan", "rowspan", "span", "start", "width", "height"}:
        return value if _NUMBER.match(value) else None
    if name == "scope":
        return value if value in {"row", "col", "rowgroup", "colgroup"} else None
    return value


def _clean_once(html: str) -> str:
    html = _NO_TEXT.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=LINK_REL,
        strip_comments=True,
    ).strip()


def sanitize(html: str | None) -> str:
    """Clean HTML. The result is a fixed point: cleaning it again changes nothing.

    One round is enough for all but contrived input (a character reference to a byte order mark,
    say, becomes a real one). Raises ValidationError for HTML out of bounds, and for HTML that comes
    to no rest.
    """
    html = html or ""
    check_bounds(html)
    if (marked := escape_stray(html)) != html:
        html = marked
        check_bounds(html)  # what a sign swallowed stands free now
    for _ in range(ROUNDS):
        before, html = html, _clean_once(html)
        if html == before:
            return html
    raise ValidationError("正文的格式无法识别，请清除格式后重新粘贴。")


class _KnownClean:
    """Digests of texts that `sanitize()` leaves as they are. Forgets everything when full: what is
    lost is time.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.digests: set[bytes] = set()

    def sanitize(self, html: str) -> str:
        digest = hashlib.blake2b(html.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self.digests:
            return html
        clean = sanitize(html)
        if clean == html:
            if len(self.digests) >= self.size:
                self.digests = set()
            self.digests.add(digest)
        return clean


_known_clean = _KnownClean(20_000)


def sanitize_for_display(html: str | None) -> str:
    """`sanitize()` for the way out, where nearly every text is clean already: rows written past the
    ORM are caught.
    """
    return _known_clean.sanitize(html or "")


_BLOCK_END = re.compile(
    r"</(?:p|h[2-5]|li|tr|caption|figcaption|blockquote|dt|dd|table)>|<(?:br|hr)>"
)
_CELL_END = re.compile(r"</t[dh]>")
_ELEMENT = re.compile(r"</?[a-z][a-z0-9]*(?: [a-z]+=\"[^\"]*\")*>")


def html_to_text(html: str | None) -> str:
    """The text of HTML as the public reads it, one line a block, cells apart: what search reads and
    findings quote.
    """
    html = sanitize_for_display(html)
    text = _CELL_END.sub("\t", _BLOCK_END.sub("\n", html))
    text = unescape(_ELEMENT.sub("", text)).replace("\xa0", " ")
    lines = (re.sub(r"[ \u3000]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
