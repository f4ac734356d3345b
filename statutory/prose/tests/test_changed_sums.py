"""A sum that agreed, with one of its numbers changed: it is found, or called uncheckable with the
reason. It never falls silent, and it never agrees by a few of its parts.
"""

import re

import pytest

from statutory.prose.examine import examine, report_parts
from statutory.prose.finding import Verdict
from statutory.prose.tests import excerpts
from statutory.prose.tests.test_examine import RIGHT, of, said

TEXTS = {
    name: [("一、总体情况", text)]
    for name, text in vars(excerpts).items()
    if isinstance(text, str) and "<p>" in text
}
TEXTS |= {
    f"right {number}": [("一、总体情况", f"<p>{text}</p>")] for number, text in enumerate(RIGHT)
}
TEXTS["songbei-2009"] = excerpts.sections_of("songbei-2009.txt")


def changed(sections):
    """Each sentence with a sum that agrees, once for every number in it, one more and one less."""
    parts = {part.place.name: part for part in report_parts(sections)}
    for finding in examine(sections, year=2023):
        if (finding.code, finding.verdict) != ("sum", Verdict.HOLDS):
            continue
        spot = finding.sentence
        sentence = parts[spot.place].text[spot.start : spot.end]
        for number in re.split(r"[+=]", finding.arithmetic):
            if match := re.search(rf"(?<!\d){number}(?!\d)", sentence):
                for other in (int(number) + 1, int(number) - 1):
                    yield f"{sentence[: match.start()]}{other}{sentence[match.end() :]}"


@pytest.mark.parametrize("sections", TEXTS.values(), ids=TEXTS)
def test_a_changed_number_is_never_passed_over(sections):
    verdicts = {text: {finding.verdict for finding in of(text)} for text in changed(sections)}
    assert [text for text, found in verdicts.items() if found <= {Verdict.HOLDS}] == []


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        (
            "主动公开信息89条，其中政策48条、动态17条、公示15条、通知9条、人事7条、其他2条。",
            "98 ≠ 89",
        ),
        ("主动公开信息89条，其中48、17、15、9、7、2条。", "98 ≠ 89"),
        ("公开信息5000条，其中政策文件6000条，动态20条。", "6000 > 5000"),
    ],
)
def test_all_parts_of_a_list_are_taken(text, arithmetic):
    assert said(of(text), Verdict.HOLDS) == []
    assert [one for one in said(of(text), Verdict.BROKEN) if one.endswith(arithmetic)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "受理申请50件，其中予以公开20件、部分公开10件、不予公开5件、无法提供5件、不予处理3件。",
            "上年结转",
        ),
        (
            "公开信息100条，其中政策解读60条、工作动态35条、会议5条、人事2条、公示1条、财政10条。",
            "相加为113",
        ),
        ("公开信息100条，其中政策解读60条、工作动态35条。", "是否就是全部"),
        ("全年公开信息120条，其中网站公开80条，微信公开70条，公告栏公开30条。", "可能计入几项"),
    ],
)
def test_what_nobody_can_check_says_why(text, words):
    findings = of(text)
    assert said(findings, Verdict.HOLDS) == []
    assert any(words in one.explanation for one in findings)
