"""What comes from the clipboard of Word and WPS. The shapes are theirs; the words are made up."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from documents.html.paste import clean_pasted
from documents.html.richtext import html_to_text, sanitize

WORD_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/a/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml><![endif]-->
<style><!-- /* Font Definitions */ @font-face {font-family:仿宋; panose-1:2 1 6 9 6 1 1 1 1 1;}
p.MsoNormal {mso-style-unhide:no; margin:0cm; font-size:16.0pt;} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt;text-justify-trim:punctuation'>
<!--StartFragment-->
"""
WORD_FOOT = "<!--EndFragment-->\n</body>\n</html>"

WORD_PARAGRAPHS = """<p class=MsoNormal align=center style='text-align:center'><b><span lang=EN-US style='font-size:
22.0pt;font-family:方正小标宋简体'>2024</span></b><b><span style='font-size:22.0pt'>年度工作要点<span
lang=EN-US><o:p></o:p></span></span></b></p>
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-size:16.0pt;font-family:仿宋'>曲水府发〔<span
lang=EN-US>2023</span>〕<span lang=EN-US>21</span>号，第<span lang=EN-US>3</span>次常务会议研究，新增<span
lang=EN-US>20</span><span lang=EN-US style='color:red'>24</span><span lang=EN-US><span style='mso-spacerun:yes'>
</span>110</span>元，面积<span lang=EN-US>35.6km<sup>2</sup></span>。</span></p>
<p class=MsoNormal><span lang=EN-US style='font-size:16.0pt'><o:p>&nbsp;</o:p></span></p>
<p class=MsoNormal><span style='font-size:16.0pt'>现将任免
事项通知如下：CO<span lang=EN-US style='vertical-align:sub'>2</span>达标。</span></p>
"""
WORD_LIST = """<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span><![endif]><span>圆点甲</span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US
style='font-family:Wingdings;mso-list:Ignore'>l&nbsp; </span><![endif]><span>圆点乙</span></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-US><span
style='mso-list:Ignore'>（一）<span style='font:7.0pt "Times New Roman"'>&nbsp;</span></span></span><![endif]>编号的一段</p>
"""
WORD_TABLE = """<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'>
 <thead><tr style='mso-yfti-irow:0'><td width=142 colspan=2 rowspan=2 valign=top style='width:106.55pt'>
  <p class=MsoNormal><span>情况<span lang=EN-US><o:p></o:p></span></span></p></td>
  <td colspan=2><p class=MsoNormal>申请人</p></td></tr>
 <tr><td><p class=MsoNormal>自然人</p></td><td><p class=MsoNormal>总计</p></td></tr></thead>
 <tr><td rowspan=2><p class=MsoNormal>一</p></td><td><p class=MsoNormal>新收</p></td>
 <td><p class=MsoNormal><span lang=EN-US>35</span><span lang=EN-US style='mso-bidi-font-size:9pt'>11</span></p></td>
 <td><p class=MsoNormal><span lang=EN-US>3607</span></p></td></tr>
 <tr><td><p>结转</p></td><td><p>96</p></td><td><p>甲</p><p>乙</p></td></tr>
</table>
"""
WORD_NOTE = """<p class=MsoNormal>覆盖率<span lang=EN-US>98.5%</span><a style='mso-footnote-id:ftn1' href="#_ftn1"
name="_ftnref1" title=""><span class=MsoFootnoteReference><span lang=EN-US>[1]</span></span></a>。</p>
<div style='mso-element:footnote-list'><hr align=left size=1 width="33%"><div style='mso-element:footnote' id=ftn1>
<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span lang=EN-US>[1]</span></a> 截至<span
lang=EN-US>12</span>月底。</p></div></div>
"""
WPS = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name="Generator" content="WPS Office"><style>@font-face{font-family:"Times New Roman";}
p.MsoNormal{mso-style-name:正文;text-align:justify;}</style></head><body style="tab-interval:21pt;">
<!--StartFragment--><p class="MsoNormal" style="text-indent:32.0000pt;mso-char-indent-count:2.0000;"><span
style="mso-spacerun:'yes';font-family:仿宋_GB2312;font-size:16.0000pt;"><font face="仿宋_GB2312">曲水府发〔</font></span><span
style="mso-spacerun:'yes';font-size:16pt;">2023</span><span style="mso-spacerun:'yes';"><font face="仿宋">〕</font>21<font
face="仿宋">号</font></span><span style="mso-spacerun:'yes';font-weight:bold;">20</span><span
style="mso-spacerun:'yes';font-weight:bold;">24110</span><span><o:p></o:p></span></p><p class="MsoNormal"><font
face="宋体">第</font><span>5</span><font face="宋体">次</font></p><div align="center"><table class="MsoNormalTable"
border="1" style="border-collapse:collapse;width:426.1000pt;"><tr><td width="284" valign="top" colspan="2"
style="width:213.0500pt;"><p class="MsoNormal"><font face="宋体">合计</font></p></td></tr><tr><td><p class="MsoNormal"><span>1
2</span></p></td><td><p class="MsoNormal"><span>0.5</span></p></td></tr></table></div><!--EndFragment--></body></html>"""

CLIPBOARDS = {
    "paragraphs": WORD_HEAD + WORD_PARAGRAPHS + WORD_FOOT,
    "numbers": WORD_HEAD + WORD_LIST.split("</p>")[2] + "</p>" + WORD_FOOT,
    "table": WORD_HEAD + WORD_TABLE + WORD_FOOT,
    "note": WORD_HEAD + WORD_NOTE + WORD_FOOT,
    "wps": WPS,
}


def visible(source):
    """The text before, found by another way than the code under test: comments and style sheets
    out, tags off.
    """
    source = re.sub(
        r"<!--.*?-->|<(style|xml)\b.*?</\1>|<head.*?</head>", "", source, flags=re.DOTALL
    )
    return re.sub(r"\s|&nbsp;", "", re.sub(r"<[^>]*>", "", source))


def text(source):
    return re.sub(r"\s", "", html_to_text(source))


@pytest.mark.parametrize("name", CLIPBOARDS)
def test_the_text_before_is_the_text_after(name):
    assert text(clean_pasted(CLIPBOARDS[name])) == visible(CLIPBOARDS[name])


@pytest.mark.parametrize("name", CLIPBOARDS)
def test_no_styling_is_left(name):
    cleaned = clean_pasted(CLIPBOARDS[name])
    assert not re.search(r"style|class|font|<span|lang|mso|width|<div|o:p", cleaned)
    assert sanitize(cleaned) == cleaned


@pytest.mark.parametrize("name", CLIPBOARDS)
def test_cleaning_twice_changes_nothing(name):
    cleaned = clean_pasted(CLIPBOARDS[name])
    assert clean_pasted(cleaned) == cleaned


class TestWord:
    def test_numbers_split_over_spans_are_whole(self):
        lines = html_to_text(clean_pasted(CLIPBOARDS["paragraphs"])).split("\n")
        assert lines[0] == "2024年度工作要点"
        assert lines[1] == "曲水府发〔2023〕21号，第3次常务会议研究，新增2024 110元，面积35.6km2。"

    def test_marks_that_mean_something_stay(self):
        cleaned = clean_pasted(CLIPBOARDS["paragraphs"])
        assert "<p><strong>2024年度工作要点</strong></p>" in cleaned
        assert "35.6km<sup>2</sup>" in cleaned
        assert "CO<sub>2</sub>" in cleaned

    def test_a_break_of_the_source_inside_chinese_is_no_blank(self):
        assert "现将任免事项通知如下" in clean_pasted(CLIPBOARDS["paragraphs"])

    def test_empty_paragraphs_go(self):
        assert "<p></p>" not in clean_pasted(CLIPBOARDS["paragraphs"])
        assert clean_pasted(CLIPBOARDS["paragraphs"]).count("<p>") == 3

    def test_points_become_a_list_and_numbers_stay_text(self):
        cleaned = clean_pasted(WORD_HEAD + WORD_LIST + WORD_FOOT)
        assert cleaned == "<ul><li>圆点甲</li><li>圆点乙</li></ul><p>（一） 编号的一段</p>"

    def test_a_table_keeps_its_merged_cells_and_head(self):
        cleaned = clean_pasted(CLIPBOARDS["table"])
        assert cleaned.startswith(
            '<table><thead><tr><th colspan="2" rowspan="2" scope="colgroup">情况</th>'
        )
        assert '<th colspan="2" scope="colgroup">申请人</th>' in cleaned
        assert '<td rowspan="2">一</td><td>新收</td><td>3511</td><td>3607</td>' in cleaned
        assert "<td><p>甲</p><p>乙</p></td>" in cleaned

    def test_notes_keep_their_numbers(self):
        cleaned = clean_pasted(CLIPBOARDS["note"])
        assert "<p>覆盖率98.5%<sup>[1]</sup>。</p>" in cleaned
        assert "<p>[1] 截至12月底。</p>" in cleaned
        assert "<a" not in cleaned


class TestWps:
    def test_numbers_split_over_spans_and_fonts_are_whole(self):
        cleaned = clean_pasted(WPS)
        assert "<p>曲水府发〔2023〕21号<strong>2024110</strong></p><p>第5次</p>" in cleaned

    def test_its_table_stays(self):
        assert '<td colspan="2">合计</td>' in clean_pasted(WPS)


class TestOtherSources:
    def test_lines_of_a_web_page_do_not_run_together(self):
        pasted = "<div>第一行<div>第二行</div>第三行<br>第四行</div><section>第五行</section>"
        assert (
            clean_pasted(pasted) == "<p>第一行</p><p>第二行</p><p>第三行<br>第四行</p><p>第五行</p>"
        )

    def test_headings_begin_below_the_pages_title(self):
        assert (
            clean_pasted("<h1>一</h1><h2>二</h2><h6>六</h6>") == "<h2>一</h2><h3>二</h3><h5>六</h5>"
        )
        assert clean_pasted("<h2>二</h2>") == "<h2>二</h2>"

    def test_links_stay_and_pictures_from_elsewhere_go(self):
        ours = "/attachments/6f1e1b1c-0000-4000-8000-000000000000/a.png"
        pasted = f'<p><a href="https://www.gov.cn/">国</a><img src="file:///C:/a.png"><img src="{ours}" alt="图"></p>'
        cleaned = clean_pasted(pasted)
        assert 'href="https://www.gov.cn/"' in cleaned
        assert cleaned.count("<img") == 1

    def test_a_row_of_header_cells_becomes_the_head(self):
        pasted = "<table><tbody><tr><th>年</th><th>数</th></tr><tr><th>2024</th><td>1</td></tr></tbody></table>"
        assert clean_pasted(pasted) == (
            '<table><thead><tr><th scope="col">年</th><th scope="col">数</th></tr></thead>'
            '<tbody><tr><th scope="row">2024</th><td>1</td></tr></tbody></table>'
        )

    def test_scripts_are_gone(self):
        assert (
            clean_pasted("<p>甲<script>alert(1)</script></p><svg onload=alert(1)>") == "<p>甲</p>"
        )

    def test_bounds_hold(self):
        with pytest.raises(ValidationError):
            clean_pasted("<div>" * 100_000)

    @pytest.mark.parametrize("nothing", [None, "", "  ", "<!--", "<style>p{}", "<o:p></o:p>"])
    def test_nothing_is_nothing(self, nothing):
        assert clean_pasted(nothing) == ""


_TEXT = st.text(st.sampled_from("0123456789〔〕第次元km%（）、。 \u00a0\n松北"), max_size=8)
_TAGS = st.sampled_from(
    [
        "span",
        "b",
        "font",
        "sup",
        "div",
        "p",
        "td",
        "h1",
        "h3",
        "li",
        "a",
        "o:p",
        "center",
        "strike",
        "u",
    ]
)
_STYLES = st.sampled_from(
    [
        "",
        " style='vertical-align:super'",
        " style='mso-list:l0 level1'",
        " class=MsoNormal lang=EN-US",
    ]
)


def _element(children):
    return st.builds(
        lambda tag, style, parts: f"<{tag}{style}>{''.join(parts)}</{tag}>",
        _TAGS,
        _STYLES,
        st.lists(children, max_size=4),
    )


@given(st.lists(st.recursive(_TEXT, _element, max_leaves=25), max_size=4).map("".join))
def test_whatever_the_tags_every_character_stays_in_order(pasted):
    cleaned = clean_pasted(pasted)
    assert text(cleaned) == visible(pasted)
    assert text(clean_pasted(cleaned)) == visible(pasted)
    assert sanitize(cleaned) == cleaned
