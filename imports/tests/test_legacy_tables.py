"""Statutory tables come back from every way they are written, or not at all."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.old_pages.folding import compact
from imports import forms
from imports.recognition import recognise
from imports.tests import legacy_pages as pages
from statutory.layouts import layouts_for

REGIMES = {"format_2019": 2019, "format_2021": 2023}
STYLES = {style.__name__: style for style in pages.TEXT_STYLES}


def made_tables(regime, seed, blanks=0.0):
    """Random tables of a form; blanks leave something in every row but the odd one."""
    dice = random.Random(seed)

    def number(column):
        if dice.random() < blanks:
            return None
        if column.kind == "amount":
            return round(dice.random() * 1000, 4)
        return (
            dice.choice((0, 0, 1, 7, 23, 140, 2019))
            if column.kind == "count"
            else dice.choice((0, -3, 2))
        )

    layouts = layouts_for(regime)
    return {
        key: [[number(column) for column in line.columns] for line in layout.lines]
        for key, layout in layouts.items()
    }


def read(text):
    return recognise(text.encode(), "report.txt")


def found(result):
    c = result.tables["c"]
    return {**result.tables, "c": [c] if c else c}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("key", "ab")
def test_each_row_of_the_form_is_told_by_its_label_and_by_no_earlier_one(regime, key):
    rows = {"a": {"format_2019": forms.A_2019, "format_2021": forms.A_2021},
            "b": {"format_2019": forms.B_2019, "format_2021": forms.B_2021}}[key][regime]  # fmt: skip
    lines = layouts_for(regime)[key].lines
    assert [row.width for row in rows] == [len(line.columns) for line in lines]
    for place, line in enumerate(lines):
        assert [
            n for n, row in enumerate(rows[: place + 1]) if row.pattern.search(compact(line.label))
        ][-1] == place


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("regime", REGIMES)
def test_full_tables_come_back_from_text(regime, style):
    tables = made_tables(regime, 1)
    result = read(pages.report_text(tables, regime, STYLES[style], year=REGIMES[regime]))
    assert (result.kind, result.regime, result.year) == ("report", regime, REGIMES[regime])
    assert found(result) == tables
    assert len(result.sections) == 6


@pytest.mark.parametrize("regime", REGIMES)
def test_tables_come_back_from_html(regime):
    tables = made_tables(regime, 2, blanks=0.3)
    result = read(pages.report_page(tables, regime, year=REGIMES[regime]))
    assert found(result) == tables
    assert result.title == f"示例县人民政府办公室{REGIMES[regime]}年政府信息公开工作年度报告"
    assert "空白不是 0" in "".join(result.doubts)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(REGIMES)), st.integers(), st.sampled_from(pages.KEEPING_BLANKS))
def test_blanks_stay_in_their_places_where_cells_are_marked(regime, seed, style):
    tables = made_tables(regime, seed, blanks=0.25)
    result = read(pages.report_text(tables, regime, style, year=REGIMES[regime]))
    for key, rows in found(result).items():
        for row, wanted in zip(rows or [], tables[key], strict=False):
            # A row may be given up, with a doubt; it is never shifted.
            assert row == wanted or (all(value is None for value in row) and result.doubts)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(REGIMES)), st.integers(), st.sampled_from(pages.TEXT_STYLES))
def test_what_is_read_is_never_another_number(regime, seed, style):
    tables = made_tables(regime, seed, blanks=0.1)
    result = read(pages.report_text(tables, regime, style, year=REGIMES[regime]))
    for key, rows in found(result).items():
        for row, wanted in zip(rows or [], tables[key], strict=False):
            pairs = zip(row, wanted, strict=True)
            assert all(value is None or value == right for value, right in pairs), (
                key,
                style.__name__,
            )


def test_a_report_of_2023_in_the_form_of_2019_keeps_its_form_and_raises_a_doubt():
    tables = made_tables("format_2019", 3)
    result = read(pages.report_text(tables, "format_2019", pages.as_pipes, year=2023))
    assert (result.year, result.regime) == (2023, "format_2019")
    assert any("2023年度的报告用了" in doubt for doubt in result.doubts)
    assert found(result) == tables


def test_what_does_not_add_up_is_doubted():
    tables = made_tables("format_2021", 4)
    assert any(
        doubt.startswith("I1 不符")
        for doubt in read(pages.report_page(tables, "format_2021", year=2023)).doubts
    )


def test_units_marks_and_signs_in_cells():
    tables = made_tables("format_2021", 5)
    text = pages.report_text(tables, "format_2021", pages.as_pipes, year=2023)
    text = text.replace("行政许可 | ", "行政许可 | 约", 1)  # no number: not guessed at
    result = read(text)
    assert result.tables["a"][2] == [None]
    assert any("行政许可" in doubt for doubt in result.doubts)


def test_the_list_of_2014_to_2018_is_kept_as_its_own():
    rows = "\n".join(
        (
            "统计指标 | 单位 | 统计数 |", "一、主动公开情况 | —— | —— |",
            "（一）主动公开政府信息数 | 条 | 1204 |", "其中：主动公开规范性文件数 | 条 | 36 |",
            "制发规范性文件总数 | 件 | 36 |", "三、依申请公开情况 | —— | —— |", "（一）收到申请数 | 件 | 12 |",
            "1.当面申请数 | 件 | 0 |", "七、依申请公开信息收取的费用 | 万元 | 0 |",
        )
    )  # fmt: skip
    text = f"示例县2016年政府信息公开工作年度报告\n一、概述\n2016年，本县公开政府信息1204条。\n二、附表\n{rows}\n"
    result = read(text)
    assert (result.regime, result.tables["b"]) == ("statistics", None)
    assert ["一主动公开政府信息数", "条", 1204] in result.statistics
    assert [row[2] for row in result.statistics] == [1204, 36, 36, 12, 0, 0]
