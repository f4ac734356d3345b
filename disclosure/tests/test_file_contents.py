"""What goes into files: every character of a body and nothing but its text, whatever the body
tries.
"""

import io
import re
import zipfile
from collections import Counter

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.choices import Status
from disclosure.files.document import compose
from disclosure.files.facts import Edition
from disclosure.files.pictures import pictures_of
from disclosure.models import Item
from disclosure.tests import export_samples
from disclosure.tests.builders import make_attachment, make_item
from documents.blocks.bodies import blocks_of
from documents.blocks.figures import tables_in
from documents.blocks.tables import cell_text
from documents.files.glyphs import BUILT_IN, drawable, drawable_text
from documents.files.markup import write_html
from documents.files.office import write_docx, write_markdown, write_odt
from documents.files.pdf import write_pdf
from documents.files.plain import write_text
from documents.html.richtext import html_to_text, sanitize

pytestmark = pytest.mark.any_database

HOSTILE = [
    '#read("/etc/passwd") #import "@preview/cetz:0.3.0": * #panic("x") $x^2$ *b* _i_ `c` <label> @ref \\u{41} // --- ~',
    "```{=typst}\n#sys.inputs\n``` ```{=openxml}\n<w:t>x</w:t>\n``` `x`{=html} $$\\input{/etc/passwd}$$ {{ settings }} {% now %}",
    "]]></w:t><w:r><script>alert(1)</script> &#x0; \\include{x} %PDF [x](javascript:alert(1)) ![x](file:///etc/passwd)",
    '"); #set page(width: 1pt) #let x = json("../../document.json") #str.from-unicode(0) #eval("1")',
]


def inner(html):
    """The text of a body without white space, as a search would find it."""
    return "".join(html_to_text(html).split())


def text_of_blocks(blocks):
    found = []
    for block in blocks:
        if block["t"] == "list":
            found += [text_of_blocks(item) for item in block["items"]]
        elif block["t"] == "quote":
            found.append(text_of_blocks(block["c"]))
        elif block["t"] == "table":
            found.append(text_of_blocks(block["caption"]))
            found += [text_of_blocks(cell["c"]) for cell in block["cells"]]
        elif "c" in block:
            found.append("".join(run.get("s", "") for run in block["c"]))
    return "".join("".join(found).split())


def pdf_text(content):
    return "".join(
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split()
    )


def make_edition(**fields):
    item = make_item(**{"title": "示例", **fields})
    return Edition(Item.objects.get(pk=item.pk))


_TAGS = st.sampled_from(["p", "b", "i", "a", "ul", "ol", "li", "table", "tr", "td", "th", "blockquote", "h2", "h3", "dl", "dt",
                         "dd", "sub", "u", "caption", "thead", "figure"])  # fmt: skip
_PIECES = st.one_of(
    st.tuples(_TAGS, st.booleans()).map(lambda tag: f"<{'/' * tag[1]}{tag[0]}>"),
    st.sampled_from(
        [
            '<td colspan="3">',
            '<td rowspan="2">',
            '<th rowspan="0">',
            "<br>",
            "<hr>",
            '<td colspan="9999">',
        ]
    ),
    st.text("甲乙丙丁 \n<&。1", max_size=6).map(lambda text: text.replace("<", "&lt;")),
)


@given(st.lists(_PIECES, max_size=25).map("".join))
@settings(max_examples=150, deadline=None)
def test_blocks_keep_all_text_in_order(html):
    html = sanitize(html)
    # A foot or head may stand before its rows in the source; what counts is that nothing is lost or
    # doubled.
    assert Counter(text_of_blocks(blocks_of(html))) == Counter(inner(html))


def test_deep_nesting_is_raised_and_loses_nothing():
    html = sanitize(
        "<ul><li>" * 40
        + "底"
        + "</li></ul>" * 40
        + "<blockquote>" * 30
        + "引"
        + "</blockquote>" * 30
    )
    assert text_of_blocks(blocks_of(html)) == "底引"


def test_a_table_keeps_its_grid():
    _, table = next(tables_in(blocks_of(sanitize(export_samples.table_b()))))
    assert (table["columns"], table["rows"], table["head"]) == (10, 28, 3)
    places = {(cell["x"], cell["y"]): cell for cell in table["cells"]}
    assert (places[0, 0]["w"], places[0, 0]["h"]) == (3, 3)
    assert places[0, 5]["h"] == 22
    assert [cell_text(places[x, 27]) for x in range(3, 10)] == [str(250 + x) for x in range(7)]


@pytest.mark.django_db
def test_every_character_of_the_page_is_in_the_pdf():
    body = (
        export_samples.RICH
        + export_samples.table_b()
        + export_samples.table_c()
        + "<p>"
        + "长文字。" * 900
        + "</p>"
    )
    edition = make_edition(body=body, title="关于" + "很长的标题" * 20)
    content = write_pdf(compose(edition), edition)
    wanted = Counter(
        inner(edition.facts["body"]["html"]).replace("𠮷", "〔U+20BB7〕") + edition.item.title
    )
    assert wanted - Counter(pdf_text(content)) == Counter()


@pytest.mark.django_db
def test_the_pdf_is_archival_and_accessible():
    edition = make_edition(body=export_samples.RICH + export_samples.table_c())
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(compose(edition), edition)))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    for mark in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert mark in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("zh")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "示例"
    kinds = Counter()
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        kinds[node.get("/S")] += 1
        kids = node.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        waiting += [
            kid
            for kid in (kids if isinstance(kids, list) else [kids])
            if isinstance(kid.get_object(), dict)
        ]
    assert {"/Table", "/TR", "/TH", "/TD", "/H1", "/H2", "/L", "/LI", "/P", "/Link"} <= set(kinds)
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert "+" in font["/BaseFont"]  # a subset


@pytest.mark.django_db
def test_what_the_standard_forbids_is_mended_and_not_refused():
    """Found by feeding it noise: steps of two in headings, a line through and one under a text,
    headings in cells.
    """
    body = "<h5>跳级</h5><p><u>线<del>删</del></u></p><table><tr><td><h4>格</h4></td></tr></table><h2>二</h2><h4>四</h4>"
    edition = make_edition(body=body)
    assert "跳级线删格二四" in pdf_text(write_pdf(compose(edition), edition))


@pytest.mark.django_db
def test_the_fonts_draw_what_they_are_said_to_draw():
    text = "".join(chr(code) for first, last in BUILT_IN for code in range(first, last + 1))
    edition = make_edition(body=f"<p>{text.replace('<', '')}</p>")
    assert write_pdf(compose(edition), edition).startswith(b"%PDF-1.7")
    assert len(drawable()) > 30_000
    assert drawable_text("𠮷\u200b\U0001f600ﾟ") == "〔U+20BB7〕〔U+1F600〕" + drawable_text("ﾟ")


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_printed_as_it_is(text):
    body = f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    edition = make_edition(
        body=body, title=f"标题{text}"[:290], summary=text, keywords="#eval(1);" + '"\\'
    )
    document = compose(edition)
    plain = "".join(text.replace("\n", "").split())
    assert Counter(plain) - Counter(pdf_text(write_pdf(document, edition))) == Counter()
    for write, part in ((write_docx, "word/document.xml"), (write_odt, "content.xml")):
        with zipfile.ZipFile(io.BytesIO(write(document, edition))) as package:
            content = package.read(part).decode()
        assert "root:" not in content
        assert "<script" not in content
        assert "{=" in content or "{=" not in text
    for write in (write_html, write_markdown, write_text):
        content = write(document, edition).decode()
        assert "root:" not in content
        assert write is write_text or not re.search(r"(?<!\\)<script", content)


@pytest.mark.django_db
def test_a_body_reads_no_file_but_public_pictures():
    secret = make_attachment(
        make_item("草稿", status=Status.DRAFT), "秘密.png", export_samples.png(7, 7)
    )
    public = make_attachment(make_item("公开"), "图.png", export_samples.png(9, 9))
    broken = make_attachment(make_item("坏"), "坏.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    htmls = [f'<img src="{file.get_absolute_url()}" alt="x">' for file in (secret, public, broken)]
    htmls.append(
        '<img src="/attachments/../../etc/passwd" alt="x"><img src="file:///etc/passwd" alt="x">'
    )
    found = pictures_of(htmls)
    assert list(found) == [public.get_absolute_url()]
    runs = blocks_of(sanitize(htmls[0]), pictures=found)[0]["c"]
    assert runs == [{"s": "〔图片：x〕", "m": []}]


@pytest.mark.django_db
def test_a_picture_that_cannot_be_decoded_does_not_stop_the_file():
    """Its head says PNG, its body is noise: the maker refuses it, so it is left out with its text
    in place.
    """
    file = make_attachment(make_item("坏图"), "坏.png", export_samples.png()[:60] + b"\xff" * 80)
    address = file.get_absolute_url()
    edition = make_edition(body=f'<p>前</p><p><img src="{address}" alt="坏图"></p>')
    assert pictures_of([edition.facts["body"]["html"]]) == {}
    passed = {
        address: {
            "bytes": file.file.read(),
            "kind": "png",
            "width": 9,
            "height": 9,
            "name": "坏.png",
        }
    }
    for pictures in ({}, passed):
        assert "〔图片：坏图〕" in pdf_text(write_pdf(compose(edition, pictures), edition))
