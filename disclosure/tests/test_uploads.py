"""Which files may be uploaded, tried with real ones."""

import io
import zipfile

import docx
import openpyxl
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure.models import Attachment
from disclosure.models.attachment import TYPES
from disclosure.tests.builders import make_attachment, make_item
from documents.tests.office_files import jpeg, png
from documents.uploads.gate import _CHECKS, check_upload

pytestmark = pytest.mark.any_database

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def packed(members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def real(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_member(data, name, content=b"x"):
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def encrypted(data):
    """Sets the flag of encryption in every header."""
    raw = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(signature)
        while place >= 0:
            raw[place + offset] |= 1
            place = raw.find(signature, place + 4)
    return bytes(raw)


DOCX, XLSX = real(docx.Document()), real(openpyxl.Workbook())
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
ODT = packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
OFD = packed({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<x/>"})
DOC = OLE + "WordDocument".encode("utf-16-le")

GOOD = {
    "报告.pdf": PDF,
    "报告.PDF": b"\r\n" + PDF,
    "通知.docx": DOCX,
    "附表.xlsx": XLSX,
    "公文.ofd": OFD,
    "公文.odt": ODT,
    "旧文件.doc": DOC,
    "旧表.xls": OLE + "Workbook".encode("utf-16-le"),
    "图.png": png(),
    "图.jpg": jpeg(),
    "数据.csv": "机关,件数\n区政府,3 < 5\n".encode(),
    "说明.txt": "国标".encode("gb18030"),
    "材料.zip": packed({"一/报告.pdf": PDF, "二/": b""}),
}
BAD = [
    ("图.svg", b"<svg onload=alert(1)>", "不能上传"),
    ("页.html", b"<html>", "不能上传"),
    ("页.xml", b"<?xml?>", "不能上传"),
    ("程序.exe", b"MZ", "不能上传"),
    ("报告.pdf.html", PDF, "不能上传"),
    (".htaccess", b"x", "不能上传"),
    ("没有扩展名", PDF, "不能上传"),
    ("宏.docm", DOCX, "不能上传"),
    ("假.pdf", b"<html><script>alert(1)</script>%PDF-1.7", "不符"),
    ("假.png", b"<svg xmlns='http://www.w3.org/2000/svg'>", "不符"),
    ("假.jpg", png(), "不符"),
    ("假.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><script>", "不符"),
    ("假.csv", b"MZ\x90", "不符"),
    ("假.docx", XLSX, "不符"),
    ("假.docx", PDF, "不符"),
    ("假.xlsx", packed({"a.txt": "x"}), "不符"),
    ("假.ods", ODT, "不符"),
    ("假.ofd", packed({"a.txt": "x"}), "不符"),
    ("假.doc", OLE, "不符"),
    ("假.zip", b"Rar!\x1a\x07", "不符"),
    ("密.docx", DOC, "打开密码"),
    ("坏.docx", DOCX[: len(DOCX) // 2], "损坏"),
    ("宏.docx", with_member(DOCX, "word/vbaProject.bin"), "含有宏"),
    ("宏.odt", with_member(ODT, "Basic/Standard/Module1.xml"), "含有宏"),
    ("宏.doc", DOC + b"\0" * 999_990 + "_VBA_PROJECT".encode("utf-16-le"), "含有宏"),
    ("断.png", png(40, 40)[:-30], "已损坏"),
    ("断.jpg", jpeg()[:150], "已损坏"),
    ("程序.jpg", b"\xff\xd8\xff\xe0/*" + b"=alert(1)//" * 90, "已损坏"),
    ("大.png", png(8_000, 6_000, rows=1), "万像素"),
    ("空.pdf", b"", "空的"),
    ("长" * 198 + ".pdf", PDF, "改短"),
    ("多.zip", packed({f"{n}.txt": "x" for n in range(201)}), "超过 200 个"),
    ("弹.zip", packed({"a.txt": b"\0" * 11_000_000}), "展开后过大"),
    ("密.zip", encrypted(packed({"a.txt": "x"})), "设置了密码"),
    ("包.zip", packed({"内.zip": packed({"a.txt": "x"})}), "不是可以公开"),
    ("包.zip", packed({"页.html": "<script>"}), "不是可以公开"),
    ("包.zip", packed({"假.pdf": b"<html><script>"}), "假.pdf.*不符"),
    ("包.zip", packed({"一/宏.docx": with_member(DOCX, "word/vbaProject.bin")}), "含有宏"),
    ("包.zip", packed({"../../etc/cron.txt": "x"}), "包外"),
    ("包.zip", packed({"/etc/cron.txt": "x"}), "包外"),
]


@pytest.mark.parametrize("name", GOOD)
def test_it_takes(name):
    file = SimpleUploadedFile("x", GOOD[name])
    file.name = name
    assert check_upload(file) is None
    assert file.read() == GOOD[name]  # handed on from its beginning


@pytest.mark.parametrize(("name", "data", "words"), BAD)
def test_it_refuses_in_words(name, data, words):
    file = SimpleUploadedFile("x", data)
    file.name = name
    with pytest.raises(ValidationError, match=words):
        check_upload(file)


def test_it_refuses_what_claims_to_unpack_to_more_than_a_disk_takes():
    data = packed({f"{n}.txt": b"\0" * 9_000_000 for n in range(23)})
    with pytest.raises(ValidationError, match="展开后过大"):
        check_upload(SimpleUploadedFile("a.zip", data))


def test_it_refuses_what_is_larger_than_the_setting(settings):
    settings.ATTACHMENT_MAX_BYTES = 20
    with pytest.raises(ValidationError, match="超过"):
        check_upload(SimpleUploadedFile("a.pdf", PDF))


def test_damage_anywhere_is_refused_or_taken_but_never_an_error():
    for place in range(0, len(DOCX), max(1, len(DOCX) // 200)):
        damaged = DOCX[:place] + bytes([DOCX[place] ^ 0xFF]) + DOCX[place + 1 :]
        try:
            check_upload(SimpleUploadedFile("a.docx", damaged))
        except ValidationError:
            continue


def test_whatever_is_served_is_checked():
    assert set(_CHECKS) == set(TYPES)


@pytest.mark.django_db
def test_the_model_asks_for_a_new_file_and_leaves_a_stored_one_alone():
    item = make_item()
    bad = Attachment(item=item, file=SimpleUploadedFile("假.pdf", b"<html>"))
    with pytest.raises(ValidationError) as raised:
        bad.clean_fields(exclude=["size", "sha256", "item"])
    assert "不符" in raised.value.message_dict["file"][0]
    stored = make_attachment(item)
    stored.file.storage.delete(stored.file.name)
    Attachment.objects.get(pk=stored.pk).clean_fields()


@pytest.mark.django_db
def test_a_long_chinese_name_passes_the_form():
    field = Attachment._meta.get_field("file").formfield()
    assert field.clean(SimpleUploadedFile("通" * 150 + ".pdf", PDF))


def test_a_pdf_of_too_many_pages_is_to_be_split(settings):
    settings.ATTACHMENT_MAX_PAGES = 2
    for pages, is_taken in ((2, True), (3, False)):
        writer, file = pypdf.PdfWriter(), io.BytesIO()
        for _ in range(pages):
            writer.add_blank_page(100, 100)
        writer.write(file)
        upload = SimpleUploadedFile("a.pdf", file.getvalue())
        if is_taken:
            check_upload(upload)
        else:
            with pytest.raises(ValidationError, match="有 3 页，超过 2 页"):
                check_upload(upload)
