"""Every number of a report is in exactly one of four lists, and a change in one is never silent."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statutory.four_lists import Report, judged
from statutory.prose.examine import report_parts
from statutory.prose.numbers import Reason, Standing
from statutory.tests import reports as samples

REPORTS = samples.reports()
REAL = ["songbei-2009", "songbei-2019", "shidao-2008", "suqian-2024", "shanghai-office-2019"]


def of(text, **more):
    html = text if text.startswith("<") else f"<p>{text}</p>"
    return judged(Report((("一、总体情况", html),), 2024, **more))


def listed(text, **more):
    """{number as written: its list}."""
    return {one.written: one.standing.value for one in of(text, **more).numbers}


def digits_of(report):
    """(place, position) of every digit of a report's texts."""
    return [
        (part.place.name, match.start())
        for part in report_parts(list(report.sections))
        for match in re.finditer(r"\d", part.text)
    ]


def digits_listed(lists):
    return [
        (one.place, place)
        for one in lists.numbers
        for place in range(one.start, one.end)
        if re.match(r"[\d]", one.written) or place
    ]


@pytest.mark.parametrize("name", REAL)
def test_every_digit_of_a_real_report_stands_in_exactly_one_list(name):
    report = REPORTS[name]
    covered = digits_listed(judged(report))
    assert len(covered) == len(set(covered))
    assert [place for place in digits_of(report) if place not in set(covered)] == []


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        "共件条其中，。、（）：；0123456789.三四一是%年月日号第增长公开申请收到受理办结“”《》〔〕 \n\t",
        max_size=80,
    )
)
def test_every_digit_of_any_text_stands_in_exactly_one_list(text):
    report = Report((("", f"<p>{text.replace(chr(10), '</p><p>')}</p>"),), 2024)
    covered = digits_listed(judged(report))
    assert len(covered) == len(set(covered))
    assert [place for place in digits_of(report) if place not in set(covered)] == []


def test_every_cell_with_a_number_stands_in_exactly_one_list():
    report = REPORTS["shanghai-office-2019"]
    cells = [(one.table, one.row, one.column) for one in judged(report).cells]
    written = [
        (key, row, column)
        for key, rows in report.tables.items()
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None
    ]
    assert sorted(cells) == sorted(written)


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("2024年公开信息30条，其中政策20条、其他10条。", ["no_figure", "holds", "holds", "holds"]),
        ("公开信息30条，其中网站40条。", ["broken", "broken"]),
        ("公开信息30条，约40条。", ["unknown", "unknown"]),
        ("国办公开办函〔2021〕30号，电话：0451-84015515，邮编150021。", ["no_figure"] * 5),
        ("第3次会议于2024年5月6日14：30召开。", ["no_figure"] * 6),
        ("《2024年5项要点》“100个”行动。", ["no_figure"] * 3),
        ("由100件增加到150件，增长50%。", ["holds", "holds", "holds"]),
        ("由10000件增加到15000件，增长50%。", ["unknown", "unknown", "holds"]),
    ],
)
def test_the_list_of_a_number(text, lists):
    assert [one.standing.value for one in of(text).numbers] == lists


def test_what_cannot_be_checked_says_why():
    found = {one.written: one.code for one in of("约30条，办理40件，1 234次。").numbers}
    assert found["30"] == Reason.ROUGH
    assert found["40"] == Reason.ALONE
    assert found["1"] == found["234"] == Reason.SPLIT


@pytest.mark.parametrize(
    "name",
    ["songbei-2009", "shidao-2008", "finance-bureau-2022", "finance-bureau-2024"],
)
def test_a_changed_number_of_the_text_is_never_silent(name):
    """`make drill-truth` goes through all reports and all cells of the tables."""
    report = REPORTS[name]
    lists = judged(report)
    for number in lists.numbers:
        if number.standing == Standing.HOLDS:
            other = samples.with_number(report, number, samples.one_more(number.written))
            after = {(one.place, one.start): one.standing for one in judged(other).numbers}
            assert after[number.place, number.start] in (Standing.BROKEN, Standing.UNKNOWN), number


def test_a_changed_cell_is_found_or_listed_with_the_reason():
    report = REPORTS["suqian-2024"]
    cells = [one for one in judged(report).cells if one.table == "a"]
    after = {}
    for cell in cells:
        changed = judged(samples.with_cell(report, cell)).cells
        after[cell.row, cell.column] = next(
            one
            for one in changed
            if (one.table, one.row, one.column) == ("a", cell.row, cell.column)
        )
    told = {place for place, cell in after.items() if cell.standing == Standing.BROKEN}
    assert told == {(row, column) for row in (0, 1) for column in range(3)}
    assert {cell.code for place, cell in after.items() if place not in told} == {Reason.NO_IDENTITY}


def test_the_summary_says_how_many_were_checked():
    assert of("公开信息30条，其中政策20条、其他10条。").summary == "核对 3 个数字，全部相符"
    assert of("公开信息30条，其中网站40条。").summary == "核对 2 个数字，2 个不符"
    assert of("办理40件。").summary == "没有可以核对的数字（无法核对 1 个）"
