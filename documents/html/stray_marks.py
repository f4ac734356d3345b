"""A `<` that begins no element is a sign of the text: 面积<100平方米, a<b且c>d. A parser of HTML
would take it for an element and delete what follows, up to the end of the document.
"""

import re
from html import escape

_NAMES = [
    "a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b", "base", "basefont", "bdi", "bdo", "bgsound",
    "big", "blink", "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "command",
    "content", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "element", "em", "embed",
    "fieldset", "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hgroup", "hr", "html", "i", "iframe", "image", "img", "input", "ins", "isindex", "kbd", "keygen", "label", "layer",
    "legend", "li", "link", "listing", "main", "map", "mark", "marquee", "math", "menu", "menuitem", "meta", "meter", "multicol",
    "nav", "nextid", "nobr", "noembed", "noframes", "noscript", "object", "ol", "optgroup", "option", "output", "p", "param",
    "picture", "plaintext", "portal", "pre", "progress", "q", "rb", "rbc", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "search",
    "section", "select", "shadow", "slot", "small", "source", "spacer", "span", "strike", "strong", "style", "sub", "summary", "sup",
    "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul",
    "var", "video", "wbr", "xml", "xmp",
]  # fmt: skip
# Of SVG and MathML, and of other worlds (Word's <o:p>, <st1:date>; custom elements): names with a
# colon or a hyphen.
_FOREIGN = "animate animatemotion animatetransform circle defs desc ellipse foreignobject g line path polygon polyline"
_FOREIGN += " rect set text tspan use mi mn mo ms mtext mglyph malignmark annotation annotation-xml"
_NAME = "|".join(sorted({*_NAMES, *_FOREIGN.split()}, key=len, reverse=True))
_INSIDE = r"""(?:[^<>"']|"[^"]*+"|'[^']*+')*+"""
_ELEMENT = rf"/?(?:{_NAME}|[a-z][a-z0-9]*[:-][a-z0-9:._-]+)(?=[\s/>]){_INSIDE}>"
_STRAY = re.compile(
    rf"<(?!{_ELEMENT}|!--|!doctype|!\[|\?(?:xml|import)|/?(?:script|style|iframe|svg|math|xmp|plaintext|textarea|title)\b)",
    re.IGNORECASE,
)
_END, _EMPTY = rf"</(?:{_NAME})\s*>", rf"<(?:br|hr|img)(?=[\s/>]){_INSIDE}>"
_MARKUP = re.compile(
    rf"{_END}|{_EMPTY}|<!--|<!doctype|\A\s*<(?:{_NAME})(?=[\s/>]){_INSIDE}>", re.IGNORECASE
)


def is_markup(text: str) -> bool:
    """Whether a text is HTML: an element ends in it, or it begins with one. Comparisons of letters
    make no HTML.
    """
    return bool(_MARKUP.search(text))


def escape_stray(markup: str) -> str:
    """HTML with every `<` that begins no element written as a sign. Where there is none, the same
    HTML.
    """
    return _STRAY.sub("&lt;", markup)


def paragraphs(text: str) -> str:
    """Plain text typed, pasted or imported into a body becomes paragraphs; HTML is left alone."""
    if not text.strip() or is_markup(text):
        return text
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip())
