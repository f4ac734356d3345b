"""The one gate for HTML: what comes in, what goes out, and what costs too much."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from disclosure.models import Item, ReportSection
from disclosure.templatetags.richtext import Heading, outline
from disclosure.tests.builders import make_item, make_report
from documents.html import bounds as html_bounds
from documents.html.richtext import ATTRIBUTES, TAGS, html_to_text, sanitize

CORPUS = (
    Path(os.environ.get("XSS_CORPUS") or Path(__file__).resolve().parents[3] / "shared/cases/xss")
    / "corpus.jsonl"
)

ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="\u2028javascript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example">x</a>',
    '<a href="/\t/evil.example">x</a>',
    '<a href="https:\\\\evil.example">x</a>',
    "<svg><script>alert(1)</script></svg>",
    '<p style="position:fixed">x</p>',
    '<iframe src="/admin/"></iframe>',
    '<img src="https://evil.example/pixel.png" alt="x">',
    '<img src="/attachments/../javascript" alt="x">',
    "<math><style><img src=x onerror=alert(1)></style></math>",
    "<textarea><script>alert(1)</script></textarea>",
    # Half-open tags, odd separators, odd quotes, characters in the middle of names.
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<img\fsrc=x\fonerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<SCRIPT/XSS SRC=//evil.example/x.js></SCRIPT>",
    "<<script>alert(1)//<</script>",
    "<script\n>alert(1)</script\n>",
    '<p title="</p><script>alert(1)</script>">x</p><img title="`><img src=x onerror=alert(1)>">',
    # Comments, declarations and instructions that end earlier or later than they seem to.
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<]]><script>alert(1)</script>",
    "<?xml-stylesheet href='javascript:alert(1)'?><!DOCTYPE x [<!ENTITY y 'javascript:'>]>",
    # What a second parsing turns into something else.
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a title='</style><img src onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<table><td><a href=x><table><a href=javascript:alert(1)>x</table>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></title>",
    "<noembed><img title='</noembed><img src onerror=alert(1)>'></noembed>",
    "<select><iframe></select><img src=x onerror=alert(1)>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    # Addresses that browsers read otherwise than they are written.
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="java&Tab;script&NewLine;:alert(1)">x</a>',
    '<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>',
    '<a href="\u00a0javascript:alert(1)">x</a>',
    '<a href="blob:https://evil.example/x">x</a><a href="filesystem:https://evil.example/x">x</a>',
    '<a href="https:evil.example">x</a><a href="///evil.example">x</a>',
    '<a href="view-source:javascript:alert(1)">x</a><a href="feed:javascript:alert(1)">x</a>',
    '<a href="https://a.cn/" ping="https://evil.example/" onclick="alert(1)">x</a>',
    # Elements that load, send, place or move.
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)"><base href="//evil.example/">',
    '<link rel="stylesheet" href="//evil.example/x.css"><style>@import "//evil.example/x.css";</style>',
    '<object data="data:text/html,<script>alert(1)</script>"></object><embed src="javascript:alert(1)">',
    '<form action="//evil.example/"><input name="password"><button formaction="javascript:alert(1)">x</button></form>',
    "<input autofocus onfocus=alert(1)><details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)></audio><marquee onstart=alert(1)>x</marquee>",
    '<svg><animate attributeName="href" values="javascript:alert(1)"/><use href="data:image/svg+xml,<svg>"/></svg>',
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
    '<img srcset="https://evil.example/x.png 1x" sizes="1px" src="data:image/svg+xml,<svg onload=alert(1)>" usemap="#m">',
    '<table background="javascript:alert(1)"><td background="//evil.example/x.png">x</td></table>',
    '<p style="background:url(javascript:alert(1))" class="wide" id="location">x</p><img name="cookie" id="forms">',
    '<x-script is="x-evil" onclick=alert(1) contenteditable>x</x-script><portal src="//evil.example/"></portal>',
]
DANGEROUS = ("script", "onerror", "javascript", "style", "iframe", "evil.example", "svg")
INERT = re.compile(r"&lt;.*?&gt;|title=\"[^\"]*\"|^[^<]*$")  # words, which nobody runs
PICTURE = '<img src="/attachments/0f0e0d0c-0b0a-4908-8706-050403020100/%E5%9B%BE.png" alt="图">'

LEVELS = "嵌套层次过深"
BOMBS = [
    ("x" * 1_000_001, "一百万字符"),
    ("<br>" * 200_001, "标签过多"),
    ("<div>" * 300, LEVELS),
    ("<div/>" * 300, LEVELS),  # HTML knows no empty-element tag
    ('<div a="<">' * 300, LEVELS),
    ("<div a='</div>'>" * 300, LEVELS),
    ("<div></span>" * 300, LEVELS),  # an end tag that closes nothing
    ("</p>" * 1000 + "<div>" * 300, LEVELS),  # end tags in advance
    ("<span><div></span></div>" * 300, LEVELS),
    ("<p><li></p><p><dd></p>" * 300, LEVELS),
    ("<div><!-- </div> -->" * 300, LEVELS),
    ("<div><!></div>" * 10 + "<div><! </div>" * 300, LEVELS),
    ("<div><style></div></style>" * 300, LEVELS),
    ("<p>" + "".join(f"<a href=#{n}>" for n in range(190)) + "</p>" + "<p>x</p>" * 5000, LEVELS),
    ("<p " + "a=1 " * 60 + ">x</p>", "属性过多"),
    ("<p " + "a " * 60 + ">x</p>", "属性过多"),
    ("<p" + "/a" * 60 + ">x</p>", "属性过多"),
    ("<p " + 'a=">"' * 60 + ">x</p>", "属性过多"),
    ("<svg><![CDATA[></svg>]]>" * 1000, "网页代码"),
    ("<script></script>" + "字" * 20_000, "网页代码"),
]


def show(html, part=None):
    return Template("{% load richtext %}{% body html part %}").render(
        Context({"html": html, "part": part})
    )


class Structure(HTMLParser):
    """Collects whatever a cleaned text holds that the policy does not name."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set()):
                self.faults.append((tag, name))
            if name in {"href", "src"} and not (value or "").lower().startswith(
                ("http://", "https://", "mailto:", "tel:", "/", "#", "?")
            ):
                self.faults.append((tag, name, value))

    def handle_comment(self, data):
        self.faults.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_leaves_nothing_dangerous(attack):
    clean = sanitize(attack).lower()
    assert not any(word in INERT.sub("", clean) for word in DANGEROUS), clean
    assert Structure(clean).faults == []
    assert sanitize(clean) == clean


def test_there_are_enough_attacks():
    assert len(set(ATTACKS)) >= 60


def test_it_keeps_what_a_document_is_made_of():
    html = (
        '<h2>一、标题</h2><p>正文<strong>重点</strong></p><table><tbody><tr><th scope="col" colspan="2">项</th></tr>'
        '<tr><td rowspan="2">1</td><td>2</td></tr></tbody></table><ul><li>条</li></ul>'
    ) + PICTURE
    assert sanitize(html) == html


@pytest.mark.parametrize(
    "address",
    [
        "https://www.gov.cn/x?a=1#b",
        "HTTP://www.gov.cn",
        "/reports/",
        "#part-1",
        "?page=2",
        "mailto:a@b.cn",
    ],
)
def test_it_keeps_honest_links(address):
    assert f'href="{address}"' in sanitize(f'<a href="{address}">x</a>')


PIECES = st.one_of(
    st.sampled_from(
        [f"<{tag}>" for tag in [*sorted(TAGS), "pre", "svg", "template", "select", "form"]]
    ),
    st.sampled_from(
        [f"</{tag}>" for tag in [*sorted(TAGS), "pre", "svg", "template", "select", "form"]]
    ),
    st.sampled_from(
        [
            "<!--",
            "-->",
            "<![CDATA[",
            "&#xFEFF;",
            "&#0;",
            "&#13;",
            "\ufeff",
            "\x00",
            "\ud800",
            "\n\n",
        ]
    ),
    st.sampled_from(
        ['<a href="', "<img src='", '">', "<td colspan=2>", "&amp;lt;", "\u3000", "\xa0"]
    ),
    st.text(alphabet="<>/ab \"'=&;正文\t\r\n", max_size=6),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_cleaning_twice_changes_nothing(html):
    once = sanitize(html)
    assert sanitize(once) == once
    assert Structure(once).faults == []


@pytest.mark.parametrize(
    "html", ["\x00\ufeff<p>x</p>", "&#xFEFF;&#xFEFF;x", "&#1;x", "a\ud800b", "x&#13;\n"]
)
def test_characters_no_document_needs_are_gone(html):
    assert not set(sanitize(html)) & set("\x00\x01\ufeff\ud800\r")


@pytest.mark.parametrize(("html", "words"), BOMBS)
def test_what_no_document_is_gets_refused_in_words(html, words):
    with pytest.raises(ValidationError, match=words):
        sanitize(html)


def test_what_no_document_is_never_reaches_the_parser(monkeypatch):
    """The parser is what takes minutes; the counting before it goes once from tag to tag."""
    looked_at = []
    piece = html_bounds._Nesting._piece
    monkeypatch.setattr(html_bounds._Nesting, "_piece", lambda *a: looked_at.append(1) or piece(*a))
    monkeypatch.setattr("documents.html.richtext.nh3.clean", lambda *a, **k: pytest.fail("parsed"))
    for html, _ in BOMBS:
        looked_at.clear()
        with pytest.raises(ValidationError):
            sanitize(html)
        assert len(looked_at) <= html.count("<") <= html_bounds.MAX_TAGS + 1


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200 + "x",
        "<p>一段<p>又一段" * 3000,  # end tags left out, as HTML allows
        "<ul>" + "<li><p>条" * 3000 + "</ul>",
        "<style>p{}</style><table>" + ("<tr>" + "<td><p>12" * 8) * 1000 + "</table>",
        "<table>" + ("<tr>" + "<td><b>12</b></td>" * 8 + "</tr>") * 1000 + "</table>",
        "<!--[if gte mso 9]><xml><w:x/></xml><![endif]--><p class=MsoNormal>文<o:p></o:p></p>"
        * 1000,
        "1 < 2 << 3 <" * 1000,
    ],
)
def test_long_documents_pass(html):
    assert sanitize(html)


def test_text_keeps_every_digit_of_split_numbers():
    assert html_to_text("<p>受理<b>1</b>23<i>4</i>件</p><p>共 5 件</p>") == "受理1234件\n共 5 件"


def test_text_is_what_the_public_reads():
    assert (
        html_to_text('<p title="x>y">文<script>alert(1)</script></p><a title="<b>">字</a>')
        == "文\n字"
    )


EVIL, GOOD = "<p>文</p><script>alert(1)</script>", "<p>文</p>"


def _save(item):
    item.body = EVIL
    item.save()


def _bulk_update(item):
    item.body = EVIL
    Item.objects.bulk_update([item], ["body"])


def _load(item):
    item.body = EVIL
    for loaded in serializers.deserialize(
        "json", json.dumps(json.loads(serializers.serialize("json", [item])))
    ):
        loaded.object.body = EVIL
        loaded.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [_save, _bulk_update, _load, lambda item: Item.objects.filter(pk=item.pk).update(body=EVIL)],
    ids=["save", "bulk_update", "loaddata", "update"],
)
def test_every_path_that_changes_a_row_is_clean(write):
    item = make_item(body="<p>旧</p>")
    write(item)
    item.refresh_from_db()
    assert item.body == GOOD


@pytest.mark.django_db
def test_every_path_that_adds_a_row_is_clean():
    assert Item.objects.get(pk=make_item(body=EVIL).pk).body == GOOD
    report = make_report()
    ReportSection.objects.bulk_create(
        [ReportSection(report=report, position=1, title="一", body=EVIL)]
    )
    assert report.sections.get().body == GOOD
    assert "alert" not in Item.objects.get(pk=make_item(body=EVIL).pk).text


@pytest.mark.django_db
def test_a_row_written_past_the_orm_is_cleaned_on_the_way_out():
    item = make_item()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disclosure_item SET body = %s", [EVIL])
    item.refresh_from_db()
    assert "script" in item.body
    assert show(item.body) == GOOD


def test_a_row_that_cannot_be_cleaned_is_not_shown_and_the_page_answers(caplog):
    assert "正文暂时无法显示" in show("<div>" * 300)
    assert outline("<div>" * 300) == []
    assert "not shown" in caplog.text


def test_headings_get_ids_in_order():
    html = "<h2>一、总体情况</h2><p>文</p><h3>（一）主动<b>公开</b></h3>"
    assert '<h2 id="s1">' in show(html)
    assert '<h3 id="s2">' in show(html)
    assert '<h3 id="s4-2">' in show(html, part=4)
    assert outline(html, part=4) == [
        Heading(2, "s4-1", "一、总体情况"),
        Heading(3, "s4-2", "（一）主动公开"),
    ]


def test_an_attribute_is_never_taken_for_a_tag():
    html = sanitize('<a title="<h2><table>" href="/">x</a>')
    assert show(html) == html


def test_tables_scroll_by_keyboard_and_say_what_they_are():
    shown = show(
        "<table><caption>收支<b>表</b></caption><tr><td><table><tr><td>1</td></tr></table></td></tr></table>"
    )
    assert shown.count("table-scroll") == 1
    assert 'tabindex="0" aria-label="表格1：收支表"' in shown
    assert shown.count("<div") == shown.count("</div>") == 1
    assert 'aria-label="表格2-2"' in show("<table><tr><td>1</td></tr></table>" * 2, part=2)


@pytest.mark.django_db
@pytest.mark.skipif(not CORPUS.exists(), reason="the attack corpus is not beside this checkout")
def test_the_whole_corpus_is_harmless_stored_and_shown():
    payloads = [json.loads(line)["payload"] for line in CORPUS.read_text().split("\n") if line]
    report = make_report()
    sections = [
        ReportSection(report=report, position=number, title=str(number), body=payload)
        for number, payload in enumerate(payloads)
    ]
    ReportSection.objects.bulk_create(sections)
    faults = []
    for body in report.sections.values_list("body", flat=True):
        faults += Structure(body).faults
        assert show(body).replace("\n", "") or not body
        assert sanitize(body) == body
    assert faults == []


def test_links_lead_out_without_a_way_back_and_carry_nothing_else():
    clean = sanitize('<p lang="en" title="x">文<a href="/x" rel="opener" target="_blank">b</a></p>')
    assert clean == '<p>文<a href="/x" rel="noopener noreferrer nofollow">b</a></p>'
