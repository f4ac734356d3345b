"""The samples as they might have reached us otherwise. Each variant: (name, function of bytes,
whether it is whole).
"""

import random
import re
from html import escape

_SIMPLE_PUNCTUATION = str.maketrans("，：；（）？！", ",:;()?!")


def text_of(data):
    """The text of a sample."""
    return data.decode("utf-8-sig")


def is_html(data):
    """Whether a sample is HTML already."""
    return data.count(b"<") > 200


def gb18030(data):
    """As a Windows program writes it."""
    return text_of(data).encode("gb18030")


def utf16(data):
    """As an old editor writes it."""
    return text_of(data).encode("utf-16")


def with_mark(data):
    """With the mark some editors put in front."""
    return b"\xef\xbb\xbf" + text_of(data).encode()


def windows_lines(data):
    """With carriage returns."""
    return text_of(data).replace("\n", "\r\n").encode()


def loose(data):
    """Blank lines and indents everywhere, and blanks that are none."""
    if is_html(data):
        return data.replace(b"<p", b"\n\n  <p").replace(b"</td>", b" &nbsp;</td>\n")
    lines = text_of(data).split("\n")
    return "\n\n".join(
        line and ("\u3000\u3000" if n % 2 else "\t") + line.rstrip() for n, line in enumerate(lines)
    ).encode()


def noisy(data):
    """Zero bytes strewn in."""
    dice, out = random.Random(1), bytearray()
    for line in data.split(b"\n"):
        out += line + (b"\x00\n" if dice.random() < 0.02 else b"\n")
    return bytes(out)


def narrow(data):
    """Punctuation in half width, as many crawlers write it."""
    return text_of(data).translate(_SIMPLE_PUNCTUATION).encode()


def page(data, *, opening, closing, after=""):
    """The text as HTML of a system, with a site around it. The first line of a crawler stays in
    front of it.
    """
    if is_html(data):
        return data
    text = text_of(data)
    first, _, rest = text.partition("\n")
    front, rest = (first + "\n", rest) if re.match(r"https?://|.*github", first) else ("", text)
    paragraphs = "".join(
        f"<p>{escape(line).replace('  ', '&nbsp;&nbsp;')}</p>\n"
        for line in rest.split("\n")
        if line.strip()
    )
    navigation = "".join(
        f'<li><a href="/{n}/">{name}</a></li>'
        for n, name in enumerate(("政务公开", "办事服务", "互动交流"))
    )
    foot = '<div class="foot"><p>版权所有：示例网站</p><p>网站标识码：0000000000</p></div>'
    body = f'<ul class="nav">{navigation}</ul>{opening}{paragraphs}{closing}{after}{foot}'
    return f'{front}<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def trs(data):
    """In the markup of TRS WCM."""
    return page(data, opening="<div class=TRS_Editor>", closing="</div>")


def vsb(data):
    """In the markup of VSB."""
    return page(
        data, opening='<div id="vsb_content"><div class="v_news_content">', closing="</div></div>"
    )


def bare(data):
    """In a layout table and nothing else."""
    return page(data, opening="<table><tr><td>", closing="</td></tr></table>")


def cut(data):
    """A download that broke off."""
    return data[: len(data) * 6 // 10]


VARIANTS = (
    ("as it is", lambda data: data, True),
    ("GB 18030", gb18030, True),
    ("UTF-16", utf16, True),
    ("byte order mark", with_mark, True),
    ("Windows lines", windows_lines, True),
    ("loose white space", loose, True),
    ("zero bytes", noisy, True),
    ("half-width punctuation", narrow, True),
    ("page of TRS", trs, True),
    ("page of VSB", vsb, True),
    ("page in a layout table", bare, True),
    ("cut short", cut, False),
)
