import pytest

from statutory.prose.commitments import commitments_in
from statutory.prose.tests.excerpts import sections_of

TITLE = "五、存在的主要问题及改进情况"


def taken(html, title=TITLE):
    return [(one.kind, one.text) for one in commitments_in([(title, html)])]


def test_problems_and_measures_marked_in_one_paragraph():
    html = (
        "<p>2023年，我市工作取得了一定成绩，但还存在差距和不足。一是政策解读需进一步加强；二是公开办理需进一步规范。"
        "针对上述问题，我市进行了改进。一是关注民生热点；二是完善沟通机制。</p>"
    )
    assert taken(html) == [
        ("problem", "政策解读需进一步加强"),
        ("problem", "公开办理需进一步规范"),
        ("measure", "关注民生热点"),
        ("measure", "完善沟通机制"),
    ]


def test_headings_say_which_is_which():
    html = "<p>（一）主要问题</p><p>一是理论学习仍需加强。</p><p>（二）改进措施</p><p>一是深入做好条例的贯彻落实。</p>"
    assert taken(html) == [("problem", "理论学习仍需加强"), ("measure", "深入做好条例的贯彻落实")]


def test_one_sentence_with_a_turn_gives_both():
    assert taken("<p>存在更新不够及时的问题，下一步将加强督促检查。</p>") == [
        ("problem", "存在更新不够及时的问题"),
        ("measure", "下一步将加强督促检查"),
    ]


@pytest.mark.parametrize("html", ["<p>无。</p>", "", "<p>主要措施如下：</p>"])
def test_nothing_said_is_nothing_promised(html):
    assert taken(html) == []


def test_other_sections_promise_nothing():
    assert taken("<p>一是加强组织领导，二是完善各项制度。</p>", "一、总体情况") == []


def test_the_words_are_the_reports_own():
    found = commitments_in(sections_of("shidao-2008.txt"))
    assert [one.kind for one in found] == ["problem", "problem", "measure", "measure"]
    assert found[0].text == "政府信息公開力度還有待進一步加大"


def test_the_report_of_2009():
    found = commitments_in(sections_of("songbei-2009.txt"))
    assert [one.kind for one in found] == ["problem"] * 3 + ["measure"] * 8
