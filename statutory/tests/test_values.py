from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from statutory import statistics
from statutory.layout import Kind
from statutory.layouts import LAYOUTS
from statutory.values import clean_rows, read_typed, to_python


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("１２", 12),
        (" 1,808,595 ", 1808595),
        ("0", 0),
        ("", None),
        ("? 0", 0),
        ("251000元", 251000),
        ("3 件", 3),
    ],
)
def test_what_people_type_is_understood(typed, value):
    assert read_typed(typed, Kind.COUNT)[0] == value


@pytest.mark.parametrize("typed", ["-", "/", "—", "无"])
def test_a_dash_is_a_blank_and_says_so(typed):
    value, remark = read_typed(typed, Kind.COUNT)
    assert value is None
    assert "没有发生的请填 0" in remark


def test_a_unit_inside_a_number_is_taken_off_and_said():
    value, remark = read_typed("251000元", Kind.AMOUNT)
    assert value == "251000"
    assert "元" in remark


@pytest.mark.parametrize("typed", ["12a", "1.5", "-3", "十二", "1e5", "9" * 16, "１２３x"])
def test_what_is_no_count_is_refused(typed):
    with pytest.raises(ValidationError):
        read_typed(typed, Kind.COUNT)


def test_a_change_may_be_below_zero_and_money_keeps_its_digits():
    assert read_typed("-3", Kind.CHANGE)[0] == -3
    assert read_typed("72,701.2570", Kind.AMOUNT)[0] == "72701.2570"
    with pytest.raises(ValidationError):
        read_typed("-0.5", Kind.AMOUNT)


def test_rows_must_have_the_shape_of_the_form():
    rows = LAYOUTS["format_2021"]["b"].blank()
    assert clean_rows("format_2021", "b", rows) == rows
    with pytest.raises(ValidationError, match="25"):
        clean_rows("format_2021", "b", rows[:-2])
    with pytest.raises(ValidationError, match="7 个数字"):
        clean_rows("format_2021", "b", [*rows[:-1], [None] * 6])
    with pytest.raises(ValidationError, match="没有"):
        clean_rows("narrative", "b", rows)


@pytest.mark.parametrize("bad", [True, [1], {"a": 1}, 1.5, float("nan"), "x", -1, 10**20])
def test_a_cell_holds_numbers_only(bad):
    rows = LAYOUTS["format_2021"]["c"].blank()
    rows[0][3] = bad
    with pytest.raises(ValidationError, match="尚未审结"):
        clean_rows("format_2021", "c", rows)


def test_money_is_stored_as_text_and_read_as_decimal():
    rows = [[1, 2, 3], [4, 5, 6], [7], [8], [9], [72701.2578]]
    stored = clean_rows("format_2021", "a", rows)
    assert stored[-1] == ["72701.2578"]
    assert to_python("format_2021", "a", stored)[-1] == [Decimal("72701.2578")]


def test_a_statistics_list_keeps_its_own_indicators():
    rows = [
        ["一、主动公开情况", "", None],
        ["（一）主动公开政府信息数", "条", 12],
        ["专项经费", "万元", "3.50"],
    ]
    assert to_python("statistics", "statistics", clean_rows("statistics", "statistics", rows))[2][
        2
    ] == Decimal("3.50")
    assert clean_rows("statistics", "statistics", statistics.blank())[0] == [
        "一、主动公开情况",
        "",
        None,
    ]
    with pytest.raises(ValidationError, match="没有指标名称"):
        clean_rows("statistics", "statistics", [["", "条", 1]])
