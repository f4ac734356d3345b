from disclosure.reports.findings.likeness import (
    TraceIndex,
    common_pieces,
    nearest_paragraphs,
    overall,
    paragraphs_of,
)
from documents.html.parts import HtmlPart
from documents.html.places import Place

FIRST = "今年以来，我局认真贯彻落实条例规定，加强组织领导，完善工作制度，明确专人负责，及时更新网站栏目，公开各类信息。"
CHANGED = FIRST.replace("我局认真贯彻", "本单位深入贯彻").replace("明确专人负责，", "")
OTHER = "围绕招商引资和营商环境，组织新闻发布会和政府开放日，邀请企业代表和市民走进行政服务中心，听取他们对审批流程的意见。"
FORMULA = "本报告根据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自2023年1月1日至12月31日，电子版可以在网站下载。"


def paragraphs(report, *texts):
    part = HtmlPart(Place("body", "正文"), "".join(f"<p>{text}</p>" for text in texts))
    return paragraphs_of(report, [part]), part.text


def nearest(own, *others):
    mine, my_text = paragraphs(1, *own)
    theirs, texts = [], {1: my_text}
    for number, other in enumerate(others, start=2):
        found, texts[number] = paragraphs(number, *other)
        theirs += found
    return nearest_paragraphs(mine, theirs, lambda one: texts[one.report][one.start : one.end])


def test_the_same_paragraph_is_found_whole():
    one, two = nearest([FIRST, OTHER], [OTHER], [FIRST])
    assert (one.percent, one.nearest.report) == (100, 3)
    assert (two.percent, two.nearest.report) == (100, 2)


def test_a_paragraph_worked_over_is_found_with_its_share():
    [one] = nearest([FIRST], [CHANGED, OTHER])
    assert 50 < one.percent < 90


def test_different_paragraphs_are_not_alike():
    [one] = nearest([FIRST], [OTHER])
    assert one.percent < 20


def test_what_every_report_must_say_is_not_compared():
    assert paragraphs(1, FORMULA, "无。") == ([], f"{FORMULA}\n无。")


def test_the_share_of_a_report_goes_by_length():
    found = nearest([FIRST, OTHER], [FIRST])
    assert 0.4 < overall(found) < 0.6
    assert overall([]) == 0


def test_a_year_is_sifted_without_reading_a_text_and_not_against_itself():
    everyone = [
        one
        for number, text in enumerate((FIRST, CHANGED, OTHER))
        for one in paragraphs(number, text)[0]
    ]
    index = TraceIndex(everyone)
    alike, _, alone = (
        index.share([one for one in everyone if one.report == number]) for number in range(3)
    )
    assert alike > 0.5 > 0.2 > alone


def test_a_report_that_another_copies_whole_is_wholly_alike():
    """The share never goes beyond the whole, however long the paragraphs are."""
    everyone = [one for number in range(2) for one in paragraphs(number, FIRST + "\n" + OTHER)[0]]
    index = TraceIndex(everyone)
    assert index.share([one for one in everyone if one.report == 0]) == 1.0


def test_common_pieces_put_together_are_the_texts():
    mine, theirs = common_pieces(FIRST, CHANGED)
    assert "".join(words for words, _ in mine) == FIRST
    assert "".join(words for words, _ in theirs) == CHANGED
    assert any(is_common for _, is_common in mine)
    assert [words for words, is_common in mine if is_common] == [
        words for words, is_common in theirs if is_common
    ]
