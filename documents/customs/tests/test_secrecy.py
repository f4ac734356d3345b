"""A mark of secrecy is found in whatever form it is written; words about secrets are none."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.customs.secrecy import Secrecy, find_marks


def kinds(text):
    return [mark.kind.value for mark in find_marks(text)]


@pytest.mark.parametrize(
    "text",
    [
        "机密★1年",
        "机密★1年\n松北区人民政府文件",
        "机 密 ★ 1 年",
        "机　密　★　长期",
        "绝密",
        "秘密",
        "秘　密",
        "机密★",
        "秘密☆",
        "机密☆10年",
        "秘密 5年",
        "秘密★六个月",
        "绝密★启用前",
        "密级：机密",
        "密 级：秘密★3年",
        "保密等级：绝密",
        "密级\t机密",
        "关于某事的通知（秘密）",
        "【机密】关于某事的通知.docx",
        "份号：000123",
        "份 号：No.000001",
        "签发人：张某　机密★1年　特急",
        "第一行\n  秘密  \n第三行",
        "序号\t名称\t机密\t2020年",
        "密级和保密期限：机密★20年",
        "秘密★至2030年12月31日",
        "机密级",
    ],
)
def test_a_state_secret_is_marked(text):
    assert kinds(text) == ["state"]


@pytest.mark.parametrize(
    "text",
    [
        "内部资料",
        "内部资料　注意保存",
        "内部资料，注意保密",
        "内部使用",
        "（内部文件，严禁外传）",
        "工作秘密",
        "（工作秘密）",
        "此件不公开",
        "（此件不公开）",
        "（此件不予公开）",
        "（此件依申请公开）",
        "本文件不宜公开。",
        "公开属性：依申请公开",
        "公开方式：不予公开",
        "信息公开选项：不予公开",
        "松北区应急预案（内部）",
        "本材料仅供内部参考，请予支持。",
        "某某名册（依申请公开）",
        "此件只发至县级",
        "注意保密",
    ],
)
def test_a_weaker_mark_is_told_from_it(text):
    assert kinds(text) == ["internal"]


@pytest.mark.parametrize(
    "text",
    [
        "涉及国家秘密、商业秘密、个人隐私的信息不予公开。",
        "严格保守国家秘密和工作秘密。",
        "1.属于国家秘密\t0\t0",
        "（三）不予公开\t1.属于国家秘密",
        "商业秘密",
        "国家秘密",
        "《内部资料性出版物管理办法》",
        "关于办理内部资料性出版物准印证的通知",
        "（此件公开发布）",
        "（此件主动公开）",
        "公开属性：主动公开",
        "公开方式：主动公开",
        "三、依申请公开",
        "依申请公开",
        "收到依申请公开12件，办结12件。",
        "密级：无",
        "密级：公开",
        "为群众办事保密",
        "加强内部使用管理，做好内部资料的归档工作。",
        "机密文件的销毁由两人以上监销。",
        "公开形式：政府网站",
        "★ 重点工作 5 年规划",
        "保密机关机密室的设置",
        "本件公开后不得删改。",
    ],
)
def test_words_about_secrets_are_no_mark(text):
    assert kinds(text) == []


def test_a_mark_in_a_sentence_about_marks_is_quoted():
    [mark] = find_marks("文件首页左上角标注“机密★1年”的，应当按照保密规定保存和销毁。")
    assert mark.kind == Secrecy.QUOTED


def test_the_place_of_a_mark_is_that_of_its_words():
    text = "松北区文件\n　机 密 ★ 1 年　\n关于某事的通知"
    [mark] = find_marks(text)
    assert text[mark.start : mark.end].strip() == "机 密 ★ 1 年"
    assert mark.words == "机密★1年"


@given(st.text(alphabet="机秘绝密级★☆ \u3000\n\t（）“”1年内部资料此件不公开：。", max_size=80))
def test_marks_stand_apart_and_in_order(text):
    found = find_marks(text)
    assert all(one.end <= after.start for one, after in pairwise(found))
    assert all(0 <= mark.start < mark.end <= len(text) for mark in found)


def test_a_long_text_costs_time_in_proportion():
    for piece in ("机密 ", "机密★", "“机密★”，", "（内部", "机密\n", "密级：", "内部资料 "):
        find_marks(piece * 100_000)


SAMPLES = sorted((Path(__file__).parents[3] / "fixtures").rglob("*.json"))


def test_nothing_of_the_demonstration_is_marked():
    assert [str(path) for path in SAMPLES if find_marks(path.read_text(encoding="utf-8"))] == []
