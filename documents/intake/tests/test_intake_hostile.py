"""Files that are not what they claim: a clear sentence, never a crash, nothing fetched or run."""

import contextlib
import io
import os
import re
import stat
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.intake import IntakeError, pandoc, read_document
from documents.tests.office_files import (
    add_numbered,
    add_picture,
    changed,
    official_document,
    opened,
    with_footnote,
)

XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


def refused(data, name="文件.docx"):
    """The sentence the clerk reads."""
    with pytest.raises(IntakeError) as error:
        read_document(opened(data, name))
    return error.value.messages[0]


@pytest.fixture(scope="module")
def good():
    document = official_document()
    add_numbered(document, ["甲", "乙"], "chineseCounting", "%1、")
    document.add_table(2, 2)
    add_picture(document, "图")
    return with_footnote(document, document.paragraphs[4], "注")


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return buffer.getvalue()


class TestWrongFiles:
    @pytest.mark.parametrize(
        ("data", "advice"),
        [
            (b"", "文件是空的"),
            (b"%PDF-1.7", "这是 PDF 文件"),
            (b"hello", "请上传 Word 文档"),
            (b"PK\x03\x04broken", "文件已损坏"),
            (zipped({"a.txt": b"x"}), "不是 Word 文档"),
            (zipped({"word/document.xml": b"<broken"}), "文件已损坏"),
            (
                bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
                "打开密码",
            ),
        ],
    )
    def test_each_is_refused_with_advice(self, data, advice):
        assert advice in refused(data)

    def test_a_file_over_the_limit_is_refused_unread(self, monkeypatch):
        monkeypatch.setattr("documents.intake.reading.MAX_BYTES", 1000)
        assert "30 MB" in refused(b"PK\x03\x04" + b"0" * 1000)

    def test_a_strict_document_is_sent_back_to_word(self, good):
        strict = (
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/main",
        )
        assert "另存为" in refused(changed(good, replaced={"word/document.xml": strict}))

    def test_an_encrypted_zip_is_refused(self, good):
        data = bytearray(good)
        start = data.find(b"PK\x01\x02")
        data[start + 8] |= 1
        assert "密码" in refused(bytes(data))


class TestBombs:
    def test_a_zip_bomb_is_refused_by_its_ratio(self, good):
        assert "展开后过大" in refused(changed(good, {"word/bomb.xml": b"0" * 30_000_000}))

    def test_too_many_parts_are_refused(self, good):
        assert "展开后过大" in refused(changed(good, {f"word/{n}.xml": b"" for n in range(5_001)}))

    def test_entities_are_refused(self, good):
        assert "DOCTYPE" in refused(
            changed(good, replaced={"word/document.xml": ("<w:document", XXE + "<w:document")})
        )

    def test_entities_in_another_part_or_code_are_refused(self, good):
        part = ('<?xml version="1.0" encoding="UTF-16"?>' + XXE + "<x/>").encode("utf-16")
        assert "DOCTYPE" in refused(changed(good, {"word/styles.xml": part}))

    def test_absurd_nesting_is_refused(self, good):
        deep = "<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000
        assert "文件已损坏" in refused(
            changed(good, replaced={"word/document.xml": ("<w:body>", f"<w:body>{deep}")})
        )

    def test_a_converter_that_does_not_end_is_stopped(self, good, tmp_path, monkeypatch):
        program = tmp_path / "pandoc"
        program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
        program.chmod(0o700)
        monkeypatch.setattr(pandoc, "SECONDS", 0.2)
        monkeypatch.setattr("pypandoc.get_pandoc_path", lambda: str(program))
        assert "转换超时" in refused(good)

    def test_a_converter_out_of_memory_is_reported(self, good, monkeypatch):
        monkeypatch.setattr(pandoc, "MEMORY", "20M")
        text = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>" * 20_000
        data = changed(good, replaced={"word/document.xml": ("<w:body>", f"<w:body>{text}")})
        assert "无法转换" in refused(data)


class TestWhatIsInside:
    def test_macros_and_objects_are_reported_and_left_out(self, good):
        data = changed(
            good, {"word/vbaProject.bin": b"\0", "word/embeddings/oleObject1.bin": b"\0"}
        )
        doubts = read_document(opened(data)).doubts
        assert any("宏" in doubt for doubt in doubts)
        assert any("嵌入的对象" in doubt for doubt in doubts)

    def test_pictures_elsewhere_are_not_fetched(self, good):
        target = (
            'Target="media/image1.png"',
            'TargetMode="External" Target="http://127.0.0.1:9/a.png"',
        )
        rels = {"word/_rels/document.xml.rels": target}
        result = read_document(opened(changed(good, replaced=rels)))
        assert any("http://127.0.0.1:9/a.png" in doubt for doubt in result.doubts)
        assert not result.pictures
        assert "<img" not in result.body_html

    def test_a_target_outside_the_package_reads_no_file(self, good):
        rels = {"_rels/.rels": ("word/document.xml", "../../../../etc/passwd")}
        assert "不是 Word 文档" in refused(changed(good, replaced=rels))


class TestOlderFormats:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100

    def test_without_libreoffice_the_clerk_is_told_to_save_as_docx(self, monkeypatch):
        monkeypatch.setenv("PATH", "")
        assert "另存为 DOCX" in refused(self.data, "文件.wps")
        assert "另存为 DOCX" in refused(rb"{\rtf1 x}", "文件.rtf")

    def program(self, tmp_path, monkeypatch, script):
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def test_with_it_the_file_is_converted_first(self, good, tmp_path, monkeypatch):
        (tmp_path / "good.docx").write_bytes(good)
        self.program(tmp_path, monkeypatch, f"mkdir out && cp {tmp_path}/good.docx out/in.docx")
        result = read_document(opened(self.data, "文件.doc"))
        assert result.document_number == "哈松政发〔2026〕3号"
        assert any("LibreOffice" in doubt for doubt in result.doubts)

    def test_a_conversion_that_fails_or_hangs_is_reported(self, tmp_path, monkeypatch):
        self.program(tmp_path, monkeypatch, "exit 1")
        assert "无法转换" in refused(self.data)
        monkeypatch.setattr("documents.intake.kinds.SECONDS", 0.2)
        self.program(tmp_path, monkeypatch, "sleep 60")
        assert "转换超时" in refused(self.data)


quietly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@quietly
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_damage_anywhere_is_a_sentence_or_a_result(good, place, junk):
    at = int(place * (len(good) - len(junk)))
    with contextlib.suppress(IntakeError):
        read_document(opened(good[:at] + junk + good[at + len(junk) :]))


@quietly
@given(data=st.data())
def test_odd_values_in_any_part_are_a_sentence_or_a_result(good, data):
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        name = data.draw(
            st.sampled_from([n for n in package.namelist() if n.endswith((".xml", ".rels"))])
        )
        part = package.read(name).decode()
    values = [
        match.span(1)
        for match in re.finditer(r'="([^"]*)"|(?<=>)[^<]+', part)
        if match[1] is not None
    ]
    start, end = data.draw(st.sampled_from(values or [(0, 0)]))
    odd = data.draw(
        st.sampled_from(
            ["", "-1", "99999999999999999999", "none", "正文", "../../x", "0", "1.5", "true"]
        )
    )
    with contextlib.suppress(IntakeError):
        read_document(opened(changed(good, {name: part[:start] + odd + part[end:]})))
