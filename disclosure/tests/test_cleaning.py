"""What uploaded files say beside their content is taken out, and nothing of the content with it."""

import io
import struct
import zipfile
import zlib

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from desk.tests.forms import versioned
from disclosure.choices import Status
from disclosure.models import Attachment
from disclosure.tests.builders import make_item
from documents.cleaning import clean_upload, without_metadata
from documents.cleaning.pictures import _bytes_of_rows, is_decodable
from documents.extraction import extract_text
from documents.tests.office_files import jpeg, png, saved

pytestmark = pytest.mark.any_database


def pixels(data):
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").tobytes()


class TestPictures:
    def test_the_place_of_a_photograph_goes(self):
        photograph = jpeg(gps=True)
        clean, removed = without_metadata(photograph)
        assert removed == ["拍摄地点（GPS）"]
        assert "示例相机".encode() not in clean
        assert not Image.open(io.BytesIO(clean)).getexif()
        assert pixels(clean) == pixels(photograph)

    def test_a_picture_taken_sideways_stays_upright(self):
        clean, removed = without_metadata(jpeg(orientation=6))
        assert removed == ["拍摄设备和时间"]
        assert dict(Image.open(io.BytesIO(clean)).getexif()) == {0x0112: 6}

    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (jpeg(words="张某某"), "图片中的附加文字"),
            (png(words="Zhang"), "图片中的附加文字"),
            (jpeg() + b"PK\x03\x04hidden", "图片之后的多余内容"),
            (png() + b"<script>", "图片之后的多余内容"),
        ],
    )
    def test_words_and_what_hangs_behind_go(self, data, what):
        clean, removed = without_metadata(data)
        assert removed == [what]
        assert pixels(clean) == pixels(data)
        assert without_metadata(clean) == (clean, [])

    def test_a_progressive_picture_of_several_scans_keeps_them_all(self):
        buffer = io.BytesIO()
        Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 30).convert("RGB").save(
            buffer, "JPEG", progressive=True, comment=b"x"
        )
        clean, removed = without_metadata(buffer.getvalue())
        assert removed
        assert pixels(clean) == pixels(buffer.getvalue())

    def test_a_damaged_block_of_facts_goes_too(self):
        whole = jpeg(gps=True, words="x")
        damaged = whole[:30] + whole[31:]  # a byte of the EXIF header is missing
        clean, removed = without_metadata(whole.replace(b"Exif\0\0MM", b"Exif\0\0XX"))
        assert b"Exif" not in clean
        assert removed
        without_metadata(damaged)

    @settings(deadline=None, max_examples=60)
    @given(st.data())
    def test_damage_is_never_an_error(self, data):
        whole = data.draw(st.sampled_from([jpeg(gps=True, words="x"), png(words="x")]))
        place = data.draw(st.integers(2, len(whole) - 1))
        without_metadata(whole[:place] + data.draw(st.binary(max_size=4)) + whole[place + 1 :])


class TestDocuments:
    def document(self):
        document = docx.Document()
        document.core_properties.author = "张某某"
        document.core_properties.last_modified_by = "李某某"
        document.core_properties.title = "关于示例的通知"
        document.add_paragraph("正文一字不动")
        document.add_picture(io.BytesIO(jpeg(gps=True)))
        return saved(document).read()

    def test_authors_go_and_the_rest_stays(self):
        cleaned = clean_upload(SimpleUploadedFile("通知.docx", self.document()))
        assert {"作者姓名", "拍摄地点（GPS）"} <= set(cleaned.removed)
        after = docx.Document(cleaned.file)
        assert (after.core_properties.author, after.core_properties.last_modified_by) == ("", "")
        assert after.core_properties.title == "关于示例的通知"
        assert after.paragraphs[0].text == "正文一字不动"
        cleaned.file.seek(0)
        assert clean_upload(cleaned.file).removed == []

    def test_a_signed_document_is_left_alone(self):
        buffer = io.BytesIO(self.document())
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
        file = SimpleUploadedFile("通知.docx", buffer.getvalue())
        assert clean_upload(file).file is file

    @pytest.mark.parametrize("data", [b"PK\x03\x04", b"no zip at all"])
    def test_what_cannot_be_cleaned_is_left_alone(self, data):
        file = SimpleUploadedFile("通知.docx", data)
        assert clean_upload(file).file is file
        assert file.read() == data


def test_a_pdf_is_left_alone_and_its_author_named():

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": "张某某"})
    writer.add_open_action(JavaScript("app.alert(1)"))
    writer.add_attachment("明细.xlsx", b"x")
    buffer = io.BytesIO()
    writer.write(buffer)
    remarks = extract_text(buffer, "pdf").remarks
    assert remarks == ["打开或点击时自动执行的动作", "嵌入的文件", "文件属性中的作者“张某某”"]


@pytest.mark.django_db
def test_at_the_desk_the_clerk_is_told(client):
    bureau = make_department()
    shelf = make_category(parent=make_category(section=Section.CONTENT))
    item = make_item(department=bureau, category=shelf, status=Status.DRAFT)
    client.force_login(make_user(department=bureau, is_superuser=True))
    data = {
        "title": "示例",
        "department": bureau.pk,
        "category": item.category_id,
        "created_on": "2026-03-02",
    }
    data |= {"disclosure_mode": "proactive", "term": "permanent", "scope": "society"}
    data |= {
        "attachments-TOTAL_FORMS": 1,
        "attachments-INITIAL_FORMS": 0,
        "attachments-0-position": 0,
    }
    data |= {"validities-TOTAL_FORMS": 0, "validities-INITIAL_FORMS": 0}
    data["attachments-0-file"] = SimpleUploadedFile("现场照片.jpg", jpeg(gps=True))
    address = f"/admin/disclosure/item/{item.pk}/change/"
    page = client.post(address, versioned(client, address, data | {"_continue": "1"}), follow=True)
    attachment = Attachment.objects.get()
    assert attachment.file.read() == without_metadata(jpeg(gps=True))[0]
    assert attachment.name == "现场照片.jpg"
    assert "附件“现场照片.jpg”中的拍摄地点（GPS）已经去掉" in page.content.decode()


def chunked_png(width, height, depth, colour, interlaced, data):
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))]
    chunks += [(b"PLTE", b"\0" * 6)] if colour == 3 else []
    chunks += [(b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (4, 3), (8, 0), (16, 2), (8, 4), (8, 6)])
@pytest.mark.parametrize("interlaced", [0, 1])
def test_the_rows_of_a_png_are_counted_as_pillow_reads_them(depth, colour, interlaced):
    for width, height in ((1, 1), (2, 1), (5, 3), (9, 17)):
        size = _bytes_of_rows(width, height, depth, colour, interlaced)
        for missing in (0, 1):
            data = chunked_png(width, height, depth, colour, interlaced, b"\0" * (size - missing))
            assert is_decodable(io.BytesIO(data), "PNG", most_pixels=1000) == (not missing)
            picture = Image.open(io.BytesIO(data))
            if missing:
                with pytest.raises(OSError, match="truncated"):
                    picture.load()
            else:
                picture.load()
