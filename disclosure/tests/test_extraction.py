"""The text inside attachments, read from real files made here."""

import io
import zipfile

import docx
import openpyxl
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from disclosure.models import Attachment
from disclosure.tests.builders import make_attachment, make_item
from documents.extraction import extract_text
from documents.extraction.reading import read_file
from documents.extraction.result import BROKEN, ENCRYPTED, TOO_LARGE, UNSAFE
from documents.extraction.zipped import MAX_PARTS

pytestmark = pytest.mark.any_database

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document):
    buffer = io.BytesIO()
    (document.write if hasattr(document, "write") else document.save)(buffer)
    return buffer.getvalue()


def make_pdf(*pages, password=None):
    """A PDF whose pages show these (ASCII) lines; an empty page is a picture without text."""
    writer = pypdf.PdfWriter()
    for text in pages:
        page = writer.add_blank_page(width=300, height=300)
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(
            f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"0 0 100 100 re f"
        )
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = pypdf.generic.DictionaryObject(
            {
                pypdf.generic.NameObject(key): pypdf.generic.NameObject(value)
                for key, value in font.items()
            }
        )
        fonts = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/F1"): writer._add_object(font)}
        )
        page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/Font"): fonts}
        )
    if password is not None:
        writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    return saved(writer)


def make_zip(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def make_docx():
    document = docx.Document()
    document.add_paragraph("松北区人民政府通知")
    split = document.add_paragraph()
    for piece in ("138", "1234", "5678"):  # as Word does after any change of style
        split.add_run(piece)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("姓名", "电话", "张某", "区号"), strict=True
    ):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "页眉文字"
    return document


def read(data, extension, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(data)
    return read_file(path, extension)


def test_it_reads_word_files_with_tables_and_headers(tmp_path):
    found = read(saved(make_docx()), "docx", tmp_path)
    assert found.text.splitlines()[:4] == [
        "松北区人民政府通知",
        "13812345678",
        "姓名\t电话\t",
        "张某\t区号\t",
    ]
    assert "页眉文字" in found.text
    assert (found.reason, list(found.remarks)) == ("", [])


def test_it_reads_what_word_does_not_show(tmp_path):
    body = f"""<w:document xmlns:w="{W}"><w:body>
      <w:p><w:del w:id="1"><w:r><w:delText>删去的文字</w:delText></w:r></w:del><w:r><w:t>留下</w:t></w:r></w:p>
    </w:body></w:document>"""
    comments = f'<w:comments xmlns:w="{W}"><w:comment><w:p><w:r><w:t>请核实</w:t></w:r></w:p></w:comment></w:comments>'
    found = read(
        make_zip(**{"word/document.xml": body, "word/comments.xml": comments}), "docx", tmp_path
    )
    assert found.text == "删去的文字留下\n请核实"
    assert list(found.remarks) == ["修订痕迹", "批注"]


def test_it_reads_workbooks_with_hidden_sheets_and_comments(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "联系方式", "金额"])
    sheet.append(["张某", 13812345678, 251000.0])
    sheet["A2"].comment = Comment("核对过", "某人")
    hidden = book.create_sheet("底稿")
    hidden.append(["隐藏内容", 1.5])
    hidden.sheet_state = "hidden"
    found = read(saved(book), "xlsx", tmp_path)
    assert found.text.splitlines()[1:5] == [
        "姓名\t联系方式\t金额",
        "张某\t13812345678\t251000",
        "底稿",
        "隐藏内容\t1.5",
    ]
    assert "核对过" in found.text
    assert list(found.remarks) == ["隐藏的工作表", "批注"]


def test_it_reads_slides_and_the_speakers_notes(tmp_path):
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    parts = {
        f"ppt/slides/slide{number}.xml": f"<s {a}><a:p><a:r><a:t>第{number}页</a:t></a:r></a:p></s>"
        for number in (10, 2)
    }
    parts["ppt/notesSlides/notesSlide2.xml"] = f"<s {a}><a:p><a:r><a:t>备注</a:t></a:r></a:p></s>"
    found = read(make_zip(**parts), "pptx", tmp_path)
    assert found.text.splitlines() == ["备注", "第2页", "第10页"]
    assert list(found.remarks) == ["演讲者备注"]


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def test_it_reads_opendocument(tmp_path):
    content = f"""<office:document-content {ODF}><office:body>
      <text:p>一<text:span>三八<text:s/>零</text:span>号<office:annotation><text:p>批语</text:p></office:annotation></text:p>
      <table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>
      <table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table>
    </office:body></office:document-content>"""
    for extension in ("odt", "ods"):
        found = read(make_zip(**{"content.xml": content}), extension, tmp_path)
        assert "一三八 零号批语" in found.text
        assert "甲\t乙" in found.text
        assert list(found.remarks) == ["批注"]


def test_it_reads_ofd(tmp_path):
    page = """<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>
      <ofd:TextObject Boundary="10 10 20 5"><ofd:TextCode>1381</ofd:TextCode></ofd:TextObject>
      <ofd:TextObject Boundary="30.2 10 20 5"><ofd:TextCode>2345678</ofd:TextCode></ofd:TextObject>
      <ofd:TextObject Boundary="80 10 20 5"><ofd:TextCode>另一格</ofd:TextCode></ofd:TextObject>
      <ofd:TextObject Boundary="10 20 20 5"><ofd:TextCode>下一行</ofd:TextCode></ofd:TextObject>
    </ofd:Layer></ofd:Content></ofd:Page>"""
    found = read(
        make_zip(**{"OFD.xml": "<a/>", "Doc_0/Pages/Page_0/Content.xml": page}), "ofd", tmp_path
    )
    assert found.text == "13812345678\t另一格\n下一行"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_it_reads_text_in_the_encodings_of_chinese_offices(tmp_path, encoding):
    found = read("姓名,电话\r\n张某,“区号”\r\n".encode(encoding), "csv", tmp_path)
    assert found.text == "姓名\t电话\n张某\t“区号”"
    assert read("第一行\r\n第二行".encode(encoding), "txt", tmp_path).text == "第一行\n第二行"


def test_it_reads_pdf_and_counts_pages_without_text(tmp_path):
    found = read(make_pdf("13812345678", ""), "pdf", tmp_path)
    assert (found.text, found.pages, found.pages_without_text, found.is_scan) == (
        "13812345678",
        2,
        1,
        False,
    )


def test_it_knows_a_scan(tmp_path):
    assert read(make_pdf("", ""), "pdf", tmp_path).is_scan


def test_a_pdf_that_only_forbids_printing_is_read_and_one_with_a_password_is_not(tmp_path):
    assert read(make_pdf("open", password=""), "pdf", tmp_path).text == "open"
    assert read(make_pdf("closed", password="secret"), "pdf", tmp_path).reason == ENCRYPTED


def entity_bomb():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{lol}]><w>&l9;</w>'


@pytest.mark.parametrize(
    ("extension", "data", "reason"),
    [
        ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, ENCRYPTED),
        ("docx", b"not a zip", BROKEN),
        ("docx", make_zip(**{"other.xml": "<a/>"}), BROKEN),
        ("docx", make_zip(**{"word/document.xml": entity_bomb()}), UNSAFE),
        ("xlsx", make_zip(**{"xl/workbook.xml": entity_bomb()}), UNSAFE),
        ("docx", make_zip(**{"word/document.xml": entity_bomb().encode("utf-16")}), UNSAFE),
        ("docx", make_zip(**{"word/document.xml": "<a>"}), BROKEN),
        ("docx", make_zip(**{"word/document.xml": "0" * 30_000_000}), TOO_LARGE),
        ("docx", make_zip(**{f"{n}.xml": "" for n in range(MAX_PARTS + 1)}), TOO_LARGE),
        (
            "odt",
            make_zip(**{"content.xml": "<a/>", "META-INF/manifest.xml": "<encryption-data/>"}),
            ENCRYPTED,
        ),
        ("pdf", b"%PDF-1.7 broken", BROKEN),
        ("pdf", b"", BROKEN),
        ("xlsx", make_zip(**{"xl/workbook.xml": "<a/>"}), BROKEN),
    ],
)
def test_a_file_that_cannot_be_read_gives_a_reason(tmp_path, extension, data, reason):
    found = read(data, extension, tmp_path)
    assert (found.text, found.reason) == ("", reason)


@pytest.mark.parametrize("extension", ["doc", "xls", "zip", "png", "exe"])
def test_a_kind_that_is_not_read_says_so(extension):
    assert extract_text(io.BytesIO(b"anything"), extension).reason


def test_it_reads_apart_from_the_portal():
    found = extract_text(ContentFile(saved(make_docx()), name="通知.docx"), ".DOCX")
    assert "13812345678" in found.text
    assert found.reason == ""


def test_a_missing_file_gives_a_reason(settings):
    file = FieldFile(Attachment(), Attachment._meta.get_field("file"), "attachments/gone.txt")
    assert not default_storage.exists(file.name)
    assert "不存在" in extract_text(file, "txt").reason


def test_a_stored_attachment_is_read_once_for_its_content(db, monkeypatch):
    attachment = make_attachment(make_item(), "说明.txt", "第一版".encode())
    assert attachment.extraction().text == "第一版"
    monkeypatch.setattr("disclosure.models.attachment.extract_text", None)
    assert attachment.extraction().text == "第一版"


def test_a_stored_attachment_whose_file_is_gone_is_tried_again(db):
    attachment = make_attachment(make_item(), "说明.txt", "丢失过的文件".encode())
    content = attachment.file.read()
    attachment.file.close()
    attachment.file.storage.delete(attachment.file.name)
    assert "不存在" in attachment.extraction().reason
    attachment.file.storage.save(attachment.file.name, ContentFile(content))
    assert attachment.extraction().text == "丢失过的文件"


def test_a_reader_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr("documents.extraction.SECONDS", 0)
    assert "没有读完" in extract_text(io.BytesIO(b"text"), "txt").reason


def test_a_long_text_is_cut_and_says_so(tmp_path):
    found = read("长".encode() * 2_000_010, "txt", tmp_path)
    assert len(found.text) == 2_000_000
    assert "只读取了前面一部分" in found.reason


SAMPLES = {"docx": saved(make_docx()), "pdf": make_pdf("text"), "xlsx": saved(openpyxl.Workbook())}


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_damage_makes_a_reader_raise(tmp_path_factory, data):
    extension = data.draw(st.sampled_from(sorted(SAMPLES)))
    content = bytearray(SAMPLES[extension])
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    read(
        bytes(content[:cut] if data.draw(st.booleans()) else content),
        extension,
        tmp_path_factory.mktemp("damaged"),
    )
