import re

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.html.marking import Mark, mark_html
from documents.html.richtext import html_to_text, sanitize

HTML = "<p>共受理<strong>12</strong>件，&amp;其中 网上 5件。</p><table><tr><td><p>其他 7</p></td></tr></table>"
TEXT = html_to_text(HTML)


def marked(words, **kind):
    start = TEXT.index(words)
    return mark_html(HTML, TEXT, [Mark(start, start + len(words), "finding-1", **kind)])


def test_a_piece_is_marked_and_anchored():
    assert '<mark class="found"><span id="finding-1"></span>其中 网上</mark> 5件' in marked(
        "其中 网上"
    )


def test_a_mark_goes_round_the_tags_inside_it():
    assert (
        '<p>共<mark class="found"><span id="finding-1"></span>受理</mark><strong><mark class="found">12</mark></strong>'
        '<mark class="found">件，&amp;其中</mark> 网上' in marked("受理12件，&其中")
    )


def test_overlapping_pieces_keep_both_anchors():
    html = mark_html(
        "<p>一二三四五</p>", "一二三四五", [Mark(0, 3, "a", "broken"), Mark(2, 5, "b", "holds")]
    )
    assert html == (
        '<p><mark class="found found--broken"><span id="a"></span>一二</mark>'
        '<mark class="found found--broken"><span id="b"></span>三四五</mark></p>'
    )


def test_places_out_of_the_text_mark_nothing():
    assert mark_html(HTML, TEXT, [Mark(900, 990, "a"), Mark(5, 5, "b"), Mark(-3, 2, "c")]) == HTML


@settings(max_examples=40, deadline=None)
@given(st.text("件共 <>&;p/bam\n，5", max_size=40), st.integers(0, 30), st.integers(1, 30))
def test_marks_change_nothing_but_themselves(text, start, length):
    html = sanitize(f"<p>{text}</p><p>尾</p>")
    dressed = mark_html(html, html_to_text(html), [Mark(start, start + length, "x")])
    assert re.sub(r'</?mark(?: class="found")?>|<span id="x"></span>', "", dressed) == html
