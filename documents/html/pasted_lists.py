"""Lists as Word puts them on the clipboard: paragraphs with `mso-list` whose marker stands in a
span of its own.

Points become lists. Numbers stay text, word for word: documents are quoted by them, and Word's may
read 「（一）」.
"""

import re

from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlElement

_POINT = re.compile(r"[·•●○◦■□▪◆◇➢➤✓\u2013\u2014*lnuØüv§oq\uf000-\uf0ff-]")
_SYMBOLS = re.compile(r"font-family\s*:[^;]*(?:symbol|wingdings|webdings)", re.IGNORECASE)


def gather_bullets(root: HtmlElement) -> str:
    """Turn runs of pointed paragraphs into `ul`. Returns the markers that went: characters, not
    words.
    """
    markers, current = [], None
    for node in list(root.iter("p")):
        marker = _marker(node) if "mso-list" in (node.get("style") or "").lower() else None
        if marker is None:
            current = None
            continue
        markers.append(_take_out(marker))
        if current is None or not _follows(current, node):
            current = etree.Element("ul")
            node.addprevious(current)
        tail, node.tail = node.tail, None
        current.append(node)
        current.tail = (current.tail or "") + (tail or "")
        node.tag = "li"
    return re.sub(r"\s", "", "".join(markers))


def _marker(paragraph: HtmlElement) -> HtmlElement | None:
    """The span that holds the paragraph's point, or None where it is numbered or not marked."""
    for span in paragraph.iter("span"):
        if "mso-list:ignore" in re.sub(r"\s", "", span.get("style") or "").lower():
            text = "".join(span.itertext()).strip(" \u00a0\n\r\t")
            is_letter = text.isascii() and text.isalpha()
            is_point = bool(_POINT.fullmatch(text)) and (not is_letter or _is_in_symbols(span))
            return span if is_point else None
    return None


def _is_in_symbols(span: HtmlElement) -> bool:
    """`l` and `Ø` are points only in a font of symbols."""
    nodes = [span, *span.iterdescendants(), *span.iterancestors("span")]
    return any(
        _SYMBOLS.search((node.get("style") or "") + (node.get("face") or "")) for node in nodes
    )


def _take_out(span: HtmlElement) -> str:
    text = "".join(span.itertext())
    span.drop_tree()
    return text


def _follows(items: _Element, node: HtmlElement) -> bool:
    """Whether nothing but blanks stands between a list and a paragraph."""
    return items.getnext() is node and not (items.tail or "").strip()
