"""From a Word file to fields and body."""

import datetime as dt
import re
from collections import Counter

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.html.richtext import html_to_text, sanitize
from documents.intake import read_document
from documents.intake.pandoc import blocks_of
from documents.tests.office_files import (
    add_centred,
    add_numbered,
    add_picture,
    add_runs,
    changed,
    official_document,
    opened,
    png,
    saved,
    source_text,
    with_footnote,
)

pytestmark = pytest.mark.any_database


def read(document, name="文件.docx"):
    return read_document(saved(document, name))


def everything(result):
    """Characters of the result wherever they stand, white space aside."""
    text = (
        result.title + result.document_number + result.letterhead + html_to_text(result.body_html)
    )
    return Counter(re.sub(r"\s", "", text))


def characters(text):
    return Counter(re.sub(r"\s", "", text))


class TestAnOfficialDocument:
    def test_its_head_and_signature_fill_the_fields(self):
        result = read(official_document())
        assert result.title == "松北区人民政府关于印发松北区物业管理办法的通知"
        assert result.document_number == "哈松政发〔2026〕3号"
        assert result.letterhead == "松北区人民政府文件"
        assert result.created_on == dt.date(2026, 3, 2)
        assert result.organ_names == ["松北区人民政府"]
        assert result.genre == "通知"

    def test_the_body_begins_with_the_salutation_and_ends_with_the_signature(self):
        html = read(official_document()).body_html
        assert html.startswith("<p>各街道办事处、乡镇人民政府，区政府各部门：</p>")
        assert html.endswith("<p>松北区人民政府</p><p>2026年3月2日</p>")

    def test_numbered_lines_become_headings(self):
        html = read(official_document()).body_html
        assert "<h2>一、总体要求</h2>" in html
        assert "<h3>（一）工作目标</h3>" in html
        assert "<h2>二、组织实施</h2>" in html

    def test_no_character_is_lost_or_invented(self):
        file = saved(official_document())
        assert everything(read_document(file)) == characters(source_text(file))

    def test_a_complete_document_raises_no_doubt_but_the_letterhead(self):
        assert read(official_document()).doubts == ["文件头“松北区人民政府文件”没有放入正文。"]

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2026年3月2日", dt.date(2026, 3, 2)),
            ("二〇二六年三月二日", dt.date(2026, 3, 2)),
            ("二○二六年十二月三十一日", dt.date(2026, 12, 31)),
            ("２０２６年３月２日", dt.date(2026, 3, 2)),
            ("2026 年 3 月 2 日（印章）", dt.date(2026, 3, 2)),
            ("二O一〇年元月十日", dt.date(2010, 1, 10)),
        ],
    )
    def test_dates_are_read_in_digits_and_in_numerals(self, written, day):
        assert read(official_document(signature=("松北区人民政府", written))).created_on == day

    def test_a_signature_on_one_line_is_read(self):
        result = read(official_document(signature=("松北区人民政府　　2026年3月2日",)))
        assert (result.organ_names, result.created_on) == (["松北区人民政府"], dt.date(2026, 3, 2))

    def test_joint_organs_are_all_named(self):
        result = read(official_document(signature=("松北区财政局    松北区教育局", "2026年3月2日")))
        assert result.organ_names == ["松北区财政局", "松北区教育局"]

    def test_an_attachment_with_a_date_of_its_own_does_not_win(self):
        after = ("附件：名单", "松北区教育局", "2025年1月1日")
        result = read(official_document(after=after))
        assert result.created_on == dt.date(2026, 3, 2)
        assert any("几处落款日期" in doubt for doubt in result.doubts)

    def test_a_day_that_does_not_exist_is_doubted(self):
        result = read(official_document(signature=("松北区人民政府", "2026年2月30日")))
        assert result.created_on is None
        assert any("不存在的日期" in doubt for doubt in result.doubts)

    def test_without_a_signature_the_remark_under_the_title_gives_the_day(self):
        body = ("（2026年1月5日区政府第3次常务会议通过）", "第一条 为了规范管理，制定本办法。")
        result = read(
            official_document(
                letterhead="", number="", title=("松北区物业管理办法",), body=body, signature=()
            )
        )
        assert (result.title, result.created_on, result.genre) == (
            "松北区物业管理办法",
            dt.date(2026, 1, 5),
            "办法",
        )
        assert any("题注" in doubt for doubt in result.doubts)
        assert "（2026年1月5日区政府第3次常务会议通过）" in result.body_html

    def test_a_number_whose_form_is_mended_keeps_its_line(self):
        file = saved(official_document(number="哈松政发[2026]第03号"))
        result = read_document(file)
        assert result.document_number == "哈松政发〔2026〕3号"
        assert "哈松政发[2026]第03号" in result.body_html
        assert any("已规范为" in doubt for doubt in result.doubts)

    def test_an_order_takes_its_number_from_two_lines(self):
        file = saved(
            official_document(
                letterhead="松北区人民政府令", number="第12号", title=("松北区物业管理办法",)
            )
        )
        result = read_document(file)
        assert result.document_number == "松北区人民政府令第12号"
        assert result.title == "松北区物业管理办法"

    def test_the_title_is_found_without_centring_and_above_the_number(self):
        document = docx.Document()
        for line in ("关于做好防汛工作的通知", "哈松政办发〔2026〕7号", "各单位：", "请做好工作。"):
            document.add_paragraph(line)
        result = read(document)
        assert (result.title, result.document_number) == (
            "关于做好防汛工作的通知",
            "哈松政办发〔2026〕7号",
        )

    def test_words_styles_are_used_where_they_are(self):
        document = docx.Document()
        document.add_paragraph("2025年工作报告", style="Title")
        document.add_heading("总体情况", 1)
        document.add_paragraph("一、这是正文里的一句话。")
        document.add_heading("细节", 2)
        result = read(document)
        assert (result.title, result.genre) == ("2025年工作报告", "报告")
        assert result.body_html == "<h2>总体情况</h2><p>一、这是正文里的一句话。</p><h3>细节</h3>"

    def test_without_a_title_the_file_lends_its_name(self):
        document = docx.Document()
        document.add_paragraph("今天天气很好，大家都去了公园。")
        result = read(document, "关于放假的通知.docx")
        assert result.title == "关于放假的通知"
        assert "今天天气很好，大家都去了公园。" in result.body_html
        assert any("没有认出标题" in doubt for doubt in result.doubts)

    def test_a_secrecy_grade_is_pointed_out(self):
        document = official_document(letterhead="机密★1年")
        assert any("密级" in doubt for doubt in read(document).doubts)


class TestTheBody:
    def test_merged_cells_survive(self):
        document = official_document()
        table = document.add_table(4, 4)
        table.cell(0, 0).merge(table.cell(2, 1)).text = "情况"
        table.cell(0, 2).merge(table.cell(0, 3)).text = "申请人"
        table.cell(3, 3).text = "2024110"
        html = read(document).body_html
        assert (
            '<th colspan="2" rowspan="3" scope="colgroup">情况</th><th colspan="2" scope="colgroup">申请人</th>'
            in html
        )
        assert "<td>2024110</td>" in html

    def test_lists_survive_with_their_first_number(self):
        document = official_document()
        for text in ("甲", "乙"):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("圆点", style="List Bullet")
        html = read(document).body_html
        assert "<ol><li>甲</li><li>乙</li></ol><ul><li>圆点</li></ul>" in html

    @pytest.mark.parametrize(
        ("kind", "pattern", "first", "second"),
        [
            ("chineseCountingThousand", "%1、", "<h2>一、甲</h2>", "<h2>二、乙</h2>"),
            ("japaneseCounting", "（%1）", "（一）甲", "（二）乙"),
            ("decimal", "第%1条", "<p>第1条甲</p>", "<p>第2条乙</p>"),
            ("decimalEnclosedCircle", "%1", "<p>①甲</p>", "<p>②乙</p>"),
        ],
    )
    def test_numbers_made_by_word_become_text(self, kind, pattern, first, second):
        document = official_document()
        add_numbered(document, ["甲", "乙"], kind, pattern)
        html = read(document).body_html
        assert first in html
        assert second in html

    def test_footnotes_are_numbered_at_the_end(self):
        document = official_document()
        paragraph = document.add_paragraph("覆盖率98.5%")
        result = read_document(
            opened(with_footnote(document, paragraph, "数据截至2025年12月31日。"))
        )
        assert "<p>覆盖率98.5%<sup>[1]</sup></p>" in result.body_html
        assert result.body_html.endswith("<hr><p>[1] 数据截至2025年12月31日。</p>")
        assert result.footnotes == ["数据截至2025年12月31日。"]

    def test_pictures_come_along_with_their_alternative_text(self):
        document = official_document()
        add_picture(document, "松北区规划示意图")
        result = read(document)
        picture = result.pictures[0]
        assert (picture.content, picture.content_type, picture.alt) == (
            png(),
            "image/png",
            "松北区规划示意图",
        )
        assert (
            f'<img src="/attachments/{picture.id}/{picture.name}" alt="松北区规划示意图">'
            in result.body_html
        )

    @pytest.mark.parametrize("descr", ["", "C:\\Users\\wps\\1.png", "图片 1", "IMG_20240110.jpg"])
    def test_a_file_name_is_no_alternative_text(self, descr):
        document = official_document()
        add_picture(document, descr)
        result = read(document)
        assert 'alt=""' in result.body_html
        assert any("没有替代文字" in doubt for doubt in result.doubts)

    def test_a_picture_no_browser_shows_is_reported(self):
        document = official_document()
        add_picture(document, "示意图")
        name = "word/media/image1.png"
        result = read_document(
            opened(changed(saved(document).getvalue(), {name: b"\x01\x00\x00\x00 EMF"}))
        )
        assert not result.pictures
        assert any("另存为 PNG" in doubt for doubt in result.doubts)

    def test_indented_paragraphs_are_no_quotations(self):
        document = official_document()
        document.add_paragraph("缩进的一段").paragraph_format.left_indent = Pt(60)
        html = read(document).body_html
        assert "<p>缩进的一段</p>" in html
        assert "blockquote" not in html

    def test_numbers_split_over_runs_stay_whole(self):
        document = official_document()
        add_runs(document, "曲水府发〔2023", "〕2", "1号，第", "3", "次，20", "24", "110元")
        text = html_to_text(read(document).body_html)
        assert "曲水府发〔2023〕21号，第3次，2024110元" in text

    def test_a_text_box_is_read(self):
        document = official_document()
        box = (
            '<w:r {}><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            '<mc:Choice Requires="wps"><w:drawing><wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/'
            'wordprocessingShape"><wps:txbx><w:txbxContent><w:p><w:r><w:t>框里的字8765</w:t></w:r></w:p>'
            "</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        ).format(nsdecls("w"))
        document.add_paragraph("前")._p.append(parse_xml(box))
        assert "框里的字8765" in html_to_text(read(document).body_html)

    def test_what_the_converter_drops_is_reported(self, monkeypatch):
        monkeypatch.setattr("documents.intake.reading.blocks_of", lambda docx: blocks_of(docx)[:-2])
        doubts = read(official_document()).doubts
        assert "有文字没有录入，请对照原件补上：2026年3月2日" in doubts

    def test_the_result_passes_the_gate_unchanged(self):
        document = official_document()
        add_picture(document, "图")
        document.add_table(2, 2)
        html = read(document).body_html
        assert sanitize(html) == html


class TestWhatIsNotTakenOver:
    def test_revisions_and_comments_are_reported(self):
        document = official_document()
        paragraph = document.add_paragraph("原文")
        paragraph._p.append(
            parse_xml(
                f'<w:ins {nsdecls("w")} w:id="1" w:author="甲"><w:r><w:t>增补</w:t></w:r></w:ins>'
            )
        )
        paragraph._p.append(
            parse_xml(
                f'<w:del {nsdecls("w")} w:id="2" w:author="甲"><w:r><w:delText>删去</w:delText></w:r></w:del>'
            )
        )
        document.add_comment(paragraph.runs[0], text="请核对", author="乙")
        result = read(document)
        assert "<p>原文增补</p>" in result.body_html
        assert any("未接受的修订" in doubt for doubt in result.doubts)
        assert "文件里有 1 条批注，没有录入。" in result.doubts

    def test_words_in_headers_are_reported(self):
        document = official_document()
        document.sections[0].header.paragraphs[0].text = "内部资料"
        assert "页眉页脚的文字没有录入：内部资料" in read(document).doubts

    def test_hidden_text_is_reported(self):
        document = official_document()
        document.add_paragraph().add_run("看不见").font.hidden = True
        assert any("隐藏文字" in doubt for doubt in read(document).doubts)


_WORDS = st.text(
    st.sampled_from("0123456789０９〔〕（）一二三号第发元%.,，。：通知 　松北区"),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    paragraphs=st.lists(st.lists(_WORDS, min_size=1, max_size=6), min_size=1, max_size=8),
    cells=st.lists(_WORDS, min_size=4, max_size=4),
    head=st.booleans(),
)
def test_whatever_the_runs_every_character_arrives(paragraphs, cells, head):
    document = docx.Document()
    if head:
        add_centred(document, "关于0123的通知")
    for texts in paragraphs:
        add_runs(document, *texts)
    table = document.add_table(2, 2)
    for number, text in enumerate(cells):
        table.cell(number // 2, number % 2).text = text
    file = saved(document, "")
    result = read_document(file)
    found = everything(result)
    if any("没有认出标题" in doubt for doubt in result.doubts):
        found -= characters(result.title)
    if any("已规范为" in doubt or "还有其他文字" in doubt for doubt in result.doubts):
        found -= characters(result.document_number)
    assert found == characters(source_text(file))
