"""What a clipboard brings from Word, WPS and web pages, cleaned: every character and table stays,
the styling goes.

Word cuts a number into styled spans (`20<span lang=EN-US>24</span>110`) and hides its lists, notes
and blanks in proprietary marks; portals that strip tags with patterns lose the digits inside. Here
the tree is parsed, unwrapped and counted: where the cleaned text is not the text that came in, the
plain sanitiser's answer is taken instead.
"""

import re
from collections import Counter
from typing import Any

from lxml import etree, html
from lxml.html import HtmlElement

from documents.html.bounds import check_bounds
from documents.html.pasted_lists import gather_bullets
from documents.html.pasted_tables import tidy_table, unwrap_single
from documents.html.richtext import html_to_text, sanitize
from documents.html.stray_marks import escape_stray

# Parts of a clipboard that are no text; comments are cut out with what only Word reads between
# them.
_HIDDEN_PARTS = (
    ("<!--", "-->"),
    ("<style", "</style>"),
    ("<xml", "</xml>"),
    ("<script", "</script>"),
)
_GONE = {
    "head",
    "title",
    "meta",
    "link",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
}
_LIKE_PARAGRAPHS = {
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "address",
    "center",
    "form",
    "pre",
}
_BLOCKS = _LIKE_PARAGRAPHS | {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "table", "blockquote", "figure", "hr",
}  # fmt: skip
_RENAMED = {"s": "del", "strike": "del", "h6": "h5"}
_MARKS = {
    "b": "strong",
    "i": "em",
    "strong": "strong",
    "em": "em",
    "u": "u",
    "del": "del",
    "sup": "sup",
    "sub": "sub",
}
_KEPT = _BLOCKS | set(_MARKS) | {
    "a", "br", "img", "ins", "dt", "dd", "caption", "figcaption", "col", "colgroup", "thead", "tbody", "tfoot", "tr",
    "td", "th",
}  # fmt: skip
_LINES = {"p", "h2", "h3", "h4", "h5", "td", "th", "li"}
_FRAMES = {"table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "blockquote", "colgroup"}
_STYLED = (
    (re.compile(r"vertical-align\s*:\s*super"), "sup"),
    (re.compile(r"vertical-align\s*:\s*sub"), "sub"),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "strong"),
    (re.compile(r"text-decoration(?:-line)?\s*:\s*underline"), "u"),
)
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{_CJK}])")
_BLANKS = re.compile(r"[ \t\r\n\u00a0\u2002\u2003\u2009]+")


def clean_pasted(pasted: str | None) -> str:
    """Clipboard HTML as the HTML a body may hold, with the same visible text, white space aside.

    What an editor or this function has put in order stays as it is. Raises ValidationError for what
    is no document (see `check_bounds`).
    """
    source = (pasted or "").replace("\x00", "").replace("\ufeff", "")
    for opening, closing in _HIDDEN_PARTS:
        source = _cut_out(source, opening, closing)
    if not source.strip():
        return ""
    check_bounds(source)
    source = escape_stray(source)
    plain = sanitize(source)
    cleaner = _Cleaner(source)
    cleaned = sanitize(cleaner.html)
    is_whole = _letters(cleaned) + Counter(cleaner.markers) == _letters(plain)
    return cleaned if is_whole else plain


def _cut_out(source: str, opening: str, closing: str) -> str:
    """Text with every stretch between two marks cut out; a linear search, because the source is
    anybody's.
    """
    folded, parts, position = source.lower(), [], 0
    if len(folded) != len(source):  # a letter whose lower case is longer: positions would not agree
        folded = source
    while (start := folded.find(opening, position)) >= 0:
        end = folded.find(closing, start)
        parts.append(source[position:start])
        if end < 0:
            break
        position = end + len(closing)
    else:
        parts.append(source[position:])
    return "".join(parts)


def _letters(source: str) -> Counter[Any]:
    return Counter(re.sub(r"\s", "", html_to_text(source)))


class _Cleaner:
    """One clipboard, as a tree. `markers`: visible characters that became structure (the points of
    lists).
    """

    def __init__(self, source: str) -> None:
        self.markers = ""
        try:
            root = html.fragment_fromstring(
                source, create_parent="div", parser=html.HTMLParser(huge_tree=False)
            )
        except (etree.LxmlError, ValueError):
            self.html = source
            return
        for node in list(root.iter(etree.Comment, etree.PI, etree.Entity)):
            node.drop_tree()  # processing instructions and what is left of comments
        self.markers = gather_bullets(root)
        for node in list(root.iterdescendants()):
            _treat(node)
        _shift_headings(root)
        for table in list(root.iter("table")):
            tidy_table(table)
        for item in list(root.iter("li", "dd")):
            unwrap_single(item)
        for node in [node for node in root.iterdescendants() if node.tag in _LIKE_PARAGRAPHS]:
            _settle(node)
        if any(node.tag in _BLOCKS for node in root):
            _fence(root)
        _merge_marks(root)
        _settle_text(root)
        self.html = (root.text or "") + "".join(
            etree.tostring(node, encoding="unicode", method="html") for node in root
        )


def _treat(node: HtmlElement) -> None:
    """One element: thrown away, renamed, turned into what its style meant, or taken off its text."""
    if node.tag in _GONE:
        node.drop_tree()
        return
    node.tag = _RENAMED.get(node.tag, node.tag)
    style = (node.get("style") or "").lower()
    if node.tag in {"span", "font"} and _text(node).strip():
        marks = [tag for pattern, tag in _STYLED if pattern.search(style)]
        _wrap_inside(node, marks)
    if node.tag == "a" and (node.get("href") or "#").startswith("#"):
        _unwrap_reference(node)
    elif node.tag == "img" and not (node.get("src") or "").startswith("/attachments/"):
        node.drop_tree()
    elif node.tag not in _KEPT:
        node.drop_tag()


def _text(node: HtmlElement) -> str:
    return "".join(node.itertext())


def _wrap_inside(node: HtmlElement, marks: list[str]) -> None:
    for tag in marks:
        if any(
            ancestor.tag in {tag, "b" if tag == "strong" else tag}
            for ancestor in node.iterancestors()
        ):
            continue
        mark = etree.Element(tag)
        mark.text, node.text = node.text, None
        mark.extend(list(node))
        node.append(mark)


def _unwrap_reference(node: HtmlElement) -> None:
    """A link within Word's document leads nowhere here; the number of a note stays, raised."""
    is_note = "_ftn" in (node.get("href") or "") or "_edn" in (node.get("href") or "")
    is_raised = any(child.tag == "sup" for child in node.iter()) or any(
        up.tag == "sup" for up in node.iterancestors()
    )
    if is_note and "ref" not in (node.get("href") or "") and not is_raised and _text(node).strip():
        node.tag = "sup"
        node.attrib.clear()
    else:
        node.drop_tag()


def _shift_headings(root: HtmlElement) -> None:
    """The page's own title is the only h1."""
    if next(root.iter("h1"), None) is not None:
        for node in list(root.iter("h1", "h2", "h3", "h4", "h5")):
            node.tag = f"h{min(int(node.tag[1]) + 1, 5)}"


def _settle(node: HtmlElement) -> None:
    """A block the body does not know: a paragraph where text stands in it, else nothing but its
    content.
    """
    has_blocks = any(child.tag in _BLOCKS for child in node.iterdescendants())
    parent_takes_text = node.getparent().tag in {
        "p",
        "td",
        "th",
        "li",
        "dd",
        "h2",
        "h3",
        "h4",
        "h5",
    }
    if has_blocks or (
        parent_takes_text
        and len(node.getparent()) == 1
        and not (node.getparent().text or "").strip()
    ):
        _fence(node)
        node.drop_tag()
    else:
        node.tag = "p"


def _fence(node: HtmlElement) -> None:
    """Loose lines beside blocks become paragraphs of their own, so that they do not run together."""
    children, run = list(node), None
    if (node.text or "").strip():
        run = etree.Element("p")
        run.text, node.text = node.text, None
        node.insert(0, run)
    for child in children:
        if child.tag in _BLOCKS or any(inner.tag in _BLOCKS for inner in child.iterdescendants()):
            run = None
            if (child.tail or "").strip():
                run = etree.Element("p")
                run.text, child.tail = child.tail, None
                child.addnext(run)
        else:
            if run is None:
                run = etree.Element("p")
                child.addprevious(run)
            run.append(child)


def _merge_marks(root: HtmlElement) -> None:
    """`<b>20</b><b>24</b>` is one number."""
    for node in root.iter():
        node.tag = _MARKS.get(node.tag, node.tag)
    for node in list(root.iter(*set(_MARKS.values()))):
        before = node.getprevious()
        if before is not None and before.tag == node.tag and not before.tail:
            if len(before):
                before[-1].tail = (before[-1].tail or "") + (node.text or "")
            else:
                before.text = (before.text or "") + (node.text or "")
            before.extend(list(node))
            before.tail = node.tail
            node.getparent().remove(node)


def _settle_text(root: HtmlElement) -> None:
    """Blanks as a reader sees them; paragraphs without text or picture go."""
    for node in root.iter():
        node.text, node.tail = (_settled(text) for text in (node.text, node.tail))
        if node.tag in _FRAMES or (node is root and len(root)):
            _drop_blanks(node)
        elif node.tag in _LINES and node.text:
            node.text = node.text.lstrip(" \u3000")
    for node in list(root.iter(*_LINES - {"td", "th", "li"}, *set(_MARKS.values()), "a")):
        if not _text(node).strip(" \u3000\n") and not any(
            child.tag in {"img", "br"} for child in node.iter()
        ):
            node.drop_tree() if node.tag in _LINES else node.drop_tag()


def _drop_blanks(node: HtmlElement) -> None:
    """Blanks between blocks are the source's, not the text's."""
    if not (node.text or "").strip():
        node.text = None
    for child in node:
        if (
            child.tag in _BLOCKS | _FRAMES | {"td", "th", "li", "caption"}
            and not (child.tail or "").strip()
        ):
            child.tail = None


def _settled(text: str | None) -> str | None:
    return text and _BLANKS.sub(" ", _BREAK_IN_CHINESE.sub("", text))
