"""`<` before a letter in plain text is text, by every way a body comes in."""

import re
import time
from html import escape, unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from disclosure.desk.forms.widgets import RichTextField
from documents.html.paste import clean_pasted
from documents.html.richtext import html_to_text, sanitize
from documents.html.stray_marks import escape_stray, is_markup, paragraphs
from imports.bulk.columns import BodyWidget

PLAIN = [
    "面积<100平方米的，不予补助；a<b且c>d。",
    "若x<y，则不予受理。后面还有很长的正文。",
    "a<b",
    "A<B>C",
    "p<0.05，P<q>r",
    "i<j",
    "<姓名>、<abc>、<联系电话>",
    "邮箱<zhang@example.gov.cn>",
    "if a<b and c>d then",
    "a<!b",
    "<<通知>>",
    "5<a>3 与 </ 结尾",
]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize(
    "way",
    [lambda text: RichTextField(required=False).clean(text), lambda text: BodyWidget().clean(text)],
    ids=["form", "table"],
)
def test_plain_text_keeps_every_character(text, way):
    assert html_to_text(way(text)) == text
    assert html_to_text(sanitize(way(f"第一行\n{text}\n最后一行"))) == f"第一行\n{text}\n最后一行"


@pytest.mark.parametrize("text", PLAIN)
def test_the_editor_without_script_and_the_clipboard_keep_them_inside_html(text):
    """What stands in the text area without JavaScript is HTML, and a clerk types between its
    elements.
    """
    for clean in (RichTextField(required=False).clean, clean_pasted, sanitize):
        found = html_to_text(
            clean(f"<p>甲</p><p>面积<100平方米；a<b且c>d；{escape(text, quote=False)}</p><p>乙</p>")
        )
        assert found == f"甲\n面积<100平方米；a<b且c>d；{text}\n乙"


@pytest.mark.parametrize(
    "html",
    [
        "<p>一</p>",
        "一<br>二",
        "<p>一<p>二",
        "<TABLE><TR><TD>1</TD></TR></TABLE>",
        "<!-- x --><p>一</p>",
        "一<b>二</b>",
        '<img src="x">',
    ],
)
def test_html_is_still_html(html):
    assert is_markup(html)
    assert paragraphs(html) == html
    assert escape_stray(html) == html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "<svg onload=alert(1)//", "<a href='javascript:alert(1)'>x</a>", "<script", "<iframe src=x", "<<script>alert(1)//<</script>",
        "<p title=\"</p><script>alert(1)</script>\">", "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        "<a<b onclick=x>y</a>",
    ],
)  # fmt: skip
def test_an_attack_is_none_the_stronger(attack):
    for clean in (sanitize, clean_pasted, RichTextField(required=False).clean):
        found = clean(f"前{attack}后<p>尾</p>")
        assert not re.search(
            r"<(script|svg|iframe|math)|<[^>]*\son\w+=|<[^>]*javascript:", found, re.IGNORECASE
        ), found
        assert sanitize(found) == found


@given(st.text(alphabet="ab<>/!&;\"' =p1甲-:", max_size=40))
@example("a<b>c</b>")
def test_what_is_no_html_comes_out_as_it_went_in(text):
    if not is_markup(text):
        wanted = re.sub(r"[ \u3000]+", " ", text).strip()
        assert html_to_text(sanitize(paragraphs(text))).split() == wanted.split()


@given(st.text(alphabet="ab<>/!&;\"' =pscrit甲", max_size=60))
def test_the_gate_comes_to_rest(text):
    once = sanitize(text)
    assert sanitize(once) == once
    assert unescape(once) is not None


@pytest.mark.parametrize("piece", ["<a '", '<a "', "<b ", "<", "<a '\"", "</p", "<p x='", "<x:y "])
def test_it_is_linear(piece):
    start = time.process_time()
    escape_stray(piece * (200_000 // len(piece)))
    assert time.process_time() - start < 5
