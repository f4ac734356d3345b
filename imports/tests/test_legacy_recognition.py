"""What is recognised in saved pages and files, field by field, and what is refused."""

import datetime as dt
import io

import pytest
from django.conf import settings as project
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.tests.office_files import official_document, saved
from imports.recognition import recognise
from imports.tests import legacy_pages as pages

SAMPLES = project.BASE_DIR / "bench/import/samples"
TODAY = dt.date(2026, 11, 24)


def read(text, name="page.txt"):
    return recognise(text if isinstance(text, bytes) else text.encode(), name, today=TODAY)


def sample(name):
    return read((SAMPLES / f"{name}.txt").read_bytes(), f"{name}.txt")


def test_the_page_of_2009_from_its_text_alone():
    result = sample("2009-songbei-annual")
    assert (result.kind, result.regime, result.cms, result.year) == (
        "report",
        "narrative",
        "jcms",
        2009,
    )
    assert result.organ == "松北区人民政府"
    assert result.trail[-1] == "政府信息公开年报"
    assert result.published_on == dt.date(2010, 3, 30)
    assert (result.title, result.created_on) == (None, None)
    assert [section.title for section in result.sections] == [
        "一、政务公开工作完成情况",
        "二、存在问题和不足",
        "三、2010年政务公开工作的总体思路及措施",
    ]
    assert "浏览次数" in "".join(result.doubts)
    assert "字号" in "".join(result.doubts)
    assert "Produced By" not in result.sections[-1].text


@pytest.mark.parametrize("system", pages.SYSTEMS)
def test_a_page_of_every_system(system):
    result = read(pages.SYSTEMS[system](), "page.html")
    assert result.cms == system
    assert result.kind == "item"
    assert result.title == pages.TITLE
    assert result.organ == "示例县人民政府办公室"
    assert (result.created_on, result.published_on) == (dt.date(2021, 3, 2), dt.date(2021, 3, 5))
    assert (result.document_number, result.index_number) == (
        "示政办发〔2021〕5号",
        "000000000/2021-00012",
    )
    assert (result.validity, result.genre, result.theme) == (
        "现行有效",
        "通知",
        "综合政务\\应急管理",
    )
    assert result.trail == ["首页", "政务公开", "应急预案"]
    assert [section.title for section in result.sections] == ["一、总则", "二、组织体系"]
    assert result.opening.text.startswith("各乡镇人民政府")
    everything = result.opening.text + "".join(section.text for section in result.sections)
    assert not any(word in everything for word in ("网站标识码", "办事服务", "索引号", "浏览"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_makes_no_difference(encoding):
    page = pages.trs().replace("utf-8", "gb2312") if encoding == "gb18030" else pages.trs()
    assert read(page.encode(encoding)).as_stored() | {"sha256": ""} == read(
        pages.trs()
    ).as_stored() | {"sha256": ""}


def test_traditional_characters_are_understood_and_kept():
    result = sample("2008-rongcheng-shidao-annual")
    assert (result.kind, result.year) == ("report", 2008)
    assert result.organ == "榮成市人民政府石島管理區管委會"
    assert (result.created_on, result.published_on) == (dt.date(2009, 1, 28), dt.date(2009, 1, 28))
    assert result.sections[0].title == "一、主動公開政府信息的情況"
    assert "按网址中的日期" in result.doubts[0]


@pytest.mark.parametrize(
    ("block", "name", "value"),
    [
        ("| 索 引 号 | 014416330/2018-04736 | 分 类 | 年报 |\n文 号 | 有 效 性 |", "index_number", "014416330/2018-04736"),
        ("索 引 号 | 1 | 分 类 | 年报 |\n发布机构 | 市政府办 | 发文日期 | 2018-02-28 |", "created_on", dt.date(2018, 2, 28)),
        ("• 信息索引号:\n\n  11330700MB10327095/2013-02249\n\n• 发布机构:\n\n  示例", "index_number", "11330700MB10327095/2013-02249"),
        ("- 索引号:dqxs/2021-00016\n- 发文机构:地区行署", "index_number", "dqxs/2021-00016"),
        ("[ 索引号 ] 20191202-189769\n[ 发布机构 ] 市政府", "index_number", "20191202-189769"),
        ("【索引号】6107280000/2024-001005 【主题分类】其他", "index_number", "6107280000/2024-001005"),
        ("索引号：01527918X-2020-153077　公开目录：民政　发布日期：2020年05月09日", "index_number", "01527918X-2020-153077"),
        ("索引号：null02D/01A/D3C20190807\n发布日期：2019-08-07", "index_number", "null02D/01A/D3C20190807"),
        ("首页 > 政务公开 > 文件\n736916953/2024-000372\n2024-05-06", "index_number", "736916953/2024-000372"),
        ("索引号：\n发布日期：2019-08-07 来源：县政府办", "index_number", None),
        ("文号：桂政发[ 2012 ] 7 号 发布日期：2012-01-09", "document_number", "桂政发〔2012〕7号"),
        ("发文字号: 无\n发布日期：2012-01-09", "document_number", None),
        ("有效性：废止 发布日期：2012-01-09", "validity", "已废止"),
        ("时效：\n发布日期：2012-01-09", "validity", None),
        ("您所在的位置：网站首页 >> 信息公开 >> 文件\n发布日期：2012-01-09", "trail", ["网站首页", "信息公开", "文件"]),
        ("发布时间：2018-11-12 17:25:15      字体大小:[大][中][小]", "published_on", dt.date(2018, 11, 12)),
        ("时间：2017-01-12 10:01 来源：区人民政府办公室", "published_on", dt.date(2017, 1, 12)),
        ("生成日期：二〇一二年七月三十日 公开日期：2012-08-01", "created_on", dt.date(2012, 7, 30)),
    ],
)  # fmt: skip
def test_metadata_blocks_in_their_layouts(block, name, value):
    text = f"{block}\n示例县人民政府关于加强防汛工作的通知\n各乡镇人民政府：\n现就加强全县防汛工作有关事项通知如下，请遵照执行。\n"
    result = read(text)
    assert getattr(result, name) == value
    assert result.title == "示例县人民政府关于加强防汛工作的通知"
    assert result.opening.text.startswith("各乡镇人民政府：")


@pytest.mark.parametrize(
    ("lines", "organ"),
    [
        ("乌海市工业和信息化局\n政府信息公开工作年度报告", "乌海市工业和信息化局"),
        ("苍南县环境保护局2011年度政府信息公开工作年度报告|\n发布时间：2020-06-23", "苍南县环境保护局"),
        ("福州市晋安区2011年政府信息公开工作年度报告|\n来源:区政府办 时间:2012-01-12 10:01", "福州市晋安区人民政府"),
        ("西咸新区底张街道办事处2011年度政府\n信息公开工作年度报告", "西咸新区底张街道办事处"),
        ("2011年上海市政府信息公开工作年度报告|\n\n字号:", "上海市人民政府"),
        ("滨海新区司法局政府信息公开工作2011年度报告|", "滨海新区司法局"),
    ],
)  # fmt: skip
def test_titles_and_organs_of_reports(lines, organ):
    head, _, rest = lines.partition("|")
    title, lines = head.replace("\n", ""), head + rest
    result = read(
        f"{lines}\n一、概述\n2011年，我单位主动公开政府信息40条，没有收到政府信息公开申请。\n"
    )
    assert (result.kind, result.title, result.organ, result.year) == ("report", title, organ, 2011)


@pytest.mark.parametrize(
    ("opening", "organ"),
    [
        ("本年度报告由自贡市商务局编制，统计期限为2022年1月1日到12月31日。", "自贡市商务局"),
        (
            "本年度报告由丽水市人民政府办公室综合2022年度各县政府和各部门的报告编制而成，统计期限自2022年1月1日起。",
            "丽水市人民政府",
        ),
    ],
)
def test_a_report_without_a_title_is_doubted_and_its_organ_taken_from_the_opening(opening, organ):
    result = read(
        f"{opening}\n一、总体情况\n2022年，政府信息公开工作有序推进，全年公开政府信息40条。\n"
    )
    assert (result.kind, result.title, result.organ, result.year) == ("report", None, organ, 2022)
    assert "页面上没有标题，请填写。" in result.doubts


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        (
            "根据《条例》规定，编制大竹县周家镇2022年政府信息公开工作年度报告，统计期限为2022年。",
            "大竹县周家镇人民政府",
        ),
        (
            "本报告由塘下镇人民政府结合有关统计数据编制，统计期限自2022年1月1日起。",
            "塘下镇人民政府",
        ),
        (
            "根据《条例》的要求，绍兴市越城区东湖街道特编制2022年政府信息公开年度报告。",
            "绍兴市越城区东湖街道办事处",
        ),
        (
            "2022年，官洲街道办事处认真贯彻落实《条例》，公布政府信息公开年度报告。",
            "官洲街道办事处",
        ),
        ("2022年，我局认真贯彻落实《条例》，现公布我局政府信息公开年度报告。", None),
    ],
)
def test_organs_named_only_in_the_opening(text, organ):
    result = read(
        f"{text}\n一、总体情况\n全年公开政府信息40条。\n二、主动公开政府信息情况\n三、复议诉讼情况\n四、存在的主要问题\n"
    )
    assert (result.kind, result.organ) == ("report", organ)


@pytest.mark.parametrize(
    ("line", "title", "organ"),
    [
        (
            "甲市财政局甲市教育局关于学费的通知（甲财发〔2014〕405号）",
            "甲市财政局甲市教育局关于学费的通知",
            "甲市财政局",
        ),
        (
            "甲市财政局 甲市教育局 关于做好学费工作的通知",
            "甲市财政局 甲市教育局 关于做好学费工作的通知",
            "甲市财政局",
        ),
        ("镇巴县人民政府工作规则", "镇巴县人民政府工作规则", "镇巴县人民政府"),
        ("章贡区司法局信息公开指南", "章贡区司法局信息公开指南", "章贡区司法局"),
        ("甲县财政局2019年部门决算", "甲县财政局2019年部门决算", "甲县财政局"),
        (
            "甲府发〔2017〕92号\n甲市人民政府印发《关于诚信的意见》的通知",
            "甲市人民政府印发《关于诚信的意见》的通知",
            "甲市人民政府",
        ),
    ],
)
def test_titles_and_organs_of_items(line, title, organ):
    result = read(
        f"返回顶部\n{line}\n发布时间：2017-12-21\n各区人民政府：\n现就有关事项通知如下，请认真贯彻执行。\n"
    )
    assert (result.title, result.organ) == (title, organ)


def test_an_address_of_a_mirror_is_no_day_of_publication():
    text = "http://www.example.org/c186/20250815/i303636.html\n示例局2011年政府信息公开工作年度报告\n一、概述\n2011年公开信息40条。"
    assert read(text).published_on is None


def test_a_document_number_is_no_title():
    result = read(
        "泰财预执〔2020〕526号\n各乡镇人民政府、县各预算部门:\n现将有关事项通知如下。\n一、工作组织\n由财政局牵头。\n"
    )
    assert (result.title, result.document_number) == (None, "泰财预执〔2020〕526号")


def test_a_notice_about_reports_is_no_report():
    title = (
        "怀化市政务公开领导小组办公室关于认真做好2021年政府信息公开工作年度报告编制发布工作的通知"
    )
    text = f"{title}\n各县市区人民政府：\n请认真做好年报编制发布工作。\n一、准确领会\n认真学习。"
    assert read(text).kind == "item"


def test_headings_run_together_with_the_text_are_told_apart():
    text = (
        "编制说明：本年度报告的统计期限自2022年1月1日起至12月31日止。 一、总体情况 2022年，公开政府信息45篇。"
        " 二、主动公开政府信息情况 共公开45条。"
    )
    result = read(text)
    assert [section.title for section in result.sections] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
    ]
    assert result.sections[1].text == "共公开45条。"


def test_lines_broken_by_a_page_are_one_paragraph_again():
    html = sample("2023-suqian-annual").sections[0].html
    assert "坚持人民至上，以巩固和扩大应用政府信息公开标准化国家级试点成果为抓手" in html
    assert html.count("<p>") < 20
    assert "<p>（二）依申请公开方面。" in html
    assert sample("2009-songbei-annual").sections[1].html.count("<p>") == 3


def test_headings_the_page_marks_are_sections_where_nothing_is_numbered():
    parts = "".join(
        f"<h3>{title}</h3><p>这里说明政策出台的有关情况，供公众参考。</p>"
        for title in ("出台背景", "主要内容")
    )
    result = read(f"<div id='zoom'><p>为便于理解，现就有关政策解读如下。</p>{parts}</div>")
    assert [section.title for section in result.sections] == ["出台背景", "主要内容"]


def test_inconsistencies_are_doubted():
    head = "索引号：000000000/2017-00110 发文日期：2020-04-06 发布日期：2020-04-05"
    text = f"{head}\n示例县人民政府工作规则的通知\n各乡镇：\n现将有关规则印发给你们，请遵照执行。"
    doubts = " ".join(read(text).doubts)
    assert "成文日期（2020-04-06）晚于发布日期（2020-04-05）" in doubts
    assert "索引号中的年份（2017）与发布日期（2020-04-05）不一致" in doubts


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空的"),
        (b"\x00\x00\x00", "空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "图片"),
        (bytes(range(256)) * 40, "不是文本"),
        (b"PK\x03\x04" + bytes(200), ""),
        (b"%PDF-1.4 broken", "损坏"),
        ("<html><body><ul><li><a href='/'>首页</a></li><li>政务</li></ul></body></html>".encode(), "没有找到正文"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_the_reason(data, reason):
    result = read(data, "file.bin")
    assert result.error
    assert reason in result.error
    assert (result.title, result.kind) == (None, None)


def test_noise_and_broken_bytes_are_doubted_not_fatal():
    data = (
        (SAMPLES / "2009-songbei-annual.txt")
        .read_bytes()
        .replace("一是".encode(), "一\x00是".encode() + b"\xe4\xb8", 1)
    )
    result = read(data)
    assert (result.kind, result.error) == ("report", None)
    assert any("无法按 UTF-8 编码识读" in doubt for doubt in result.doubts)
    assert any("控制字符" in doubt for doubt in result.doubts)


def test_a_word_file_is_read_through_the_clerks_door():
    result = read(saved(official_document()).read(), "文件.docx")
    assert (result.kind, result.document_number) == ("item", "哈松政发〔2026〕3号")
    assert result.created_on == dt.date(2026, 3, 2)
    assert result.title


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 12000),
    st.sampled_from(["2009-songbei-annual", "2019-shanghai-bangongting-annual"]),
    st.binary(max_size=12),
)
def test_a_file_cut_anywhere_with_anything_behind_it_ends_well(length, name, noise):
    data = (SAMPLES / f"{name}.txt").read_bytes()
    result = read(data[:length] + noise)
    assert result.error or result.kind in {"report", "item"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400) | st.binary(max_size=400))
def test_nothing_raises(anything):
    data = anything.encode("utf-8", "surrogatepass") if isinstance(anything, str) else anything
    result = recognise(data, "x", today=TODAY)
    assert result.error or result.kind in {"report", "item"}
    assert io.StringIO(str(result.as_json()))
