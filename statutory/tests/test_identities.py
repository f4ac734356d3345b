"""The identities on tables made to hold them, broken cell by cell, and on real reports."""

import copy
import json

import pytest
from django.conf import settings as project
from hypothesis import given, settings
from hypothesis import strategies as st

from statutory.identities import RULES, Verdict, check
from statutory.layouts import LAYOUTS
from statutory.lookup import Figures, Sum
from statutory.tests.builders import table_b, whole_tables
from statutory.values import clean_rows, to_python

REGIMES = ["format_2019", "format_2021"]
few = settings(max_examples=30, deadline=None)


def verdicts(results, verdict=Verdict.BROKEN):
    return {(result.code, result.place) for result in results if result.verdict == verdict}


@st.composite
def tables(draw, regime):
    """Tables B and C that add up, with any numbers."""
    six = st.lists(st.integers(0, 500), min_size=6, max_size=6)
    results = {
        key: draw(six)
        for key in ("granted", "refused_internal", "unable_not_held", "not_handled_repeated")
    }
    carried_out = draw(six)
    done = [sum(column) for column in zip(*results.values(), strict=True)]
    carried_in = [min(first, second) for first, second in zip(draw(six), done, strict=True)]
    groups = draw(
        st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4), min_size=3, max_size=3)
    )
    b = table_b(regime, results=results, carried_in=carried_in, carried_out=carried_out)
    return {"b": b, "c": [[number for group in groups for number in (*group, sum(group))]]}


@pytest.mark.parametrize("regime", REGIMES)
@few
@given(data=st.data())
def test_what_adds_up_holds_everywhere(regime, data):
    results = check(regime, data.draw(tables(regime)))
    lines = len(LAYOUTS[regime]["b"].lines)
    assert len(results) == 7 + 7 + lines + 3
    assert {result.verdict for result in results} == {Verdict.HOLDS}


@few
@given(data=st.data())
def test_one_wrong_cell_breaks_exactly_the_identities_it_stands_in(data):
    whole = data.draw(tables("format_2021"))
    layout = LAYOUTS["format_2021"]["b"]
    number, place = data.draw(st.integers(0, 24)), data.draw(st.integers(0, 6))
    whole["b"][number][place] += data.draw(st.integers(1, 50))
    line, column = layout.lines[number].key, layout.lines[number].columns[place].key
    expected = {("I3", line)}
    if line in ("new", "carried_in", "carried_out", "results_total"):
        expected.add(("I1", column))
    if line not in ("new", "carried_in", "carried_out"):
        expected.add(("I2", column))
    assert verdicts(check("format_2021", whole)) == expected


@few
@given(data=st.data())
def test_a_blank_is_never_taken_for_a_zero(data):
    whole = data.draw(tables("format_2021"))
    number, place = data.draw(st.integers(0, 24)), data.draw(st.integers(0, 6))
    whole["b"][number][place] = None
    results = check("format_2021", whole)
    assert verdicts(results) == set()
    concerned = {(result.code, result.place) for result in results if result.blanks}
    assert verdicts(results, Verdict.OPEN) == concerned != set()


def test_a_blank_does_not_hide_what_no_number_could_mend():
    whole = whole_tables(results={"granted": [5, 0, 0, 0, 0, 0]})
    whole["b"][0][1:6] = [None] * 5
    whole["b"][0][6] = 3  # 自然人 alone is more than 总计
    assert ("I3", "new") in verdicts(check("format_2021", whole))


def test_it_says_what_was_compared():
    whole = whole_tables(results={"granted": [5, 0, 0, 0, 0, 0]})
    whole["b"][0][0] = 4
    first = next(result for result in check("format_2021", whole) if result.code == "I1")
    assert (
        first.sentence
        == "“自然人”列：本年新收 4 ＋ 上年结转 0 ＝ 4；（七）总计 5 ＋ 结转下年度 0 ＝ 5，相差 1。"
    )
    assert ("b", "carried_out", "natural") in first.cells


def test_what_is_carried_over_must_arrive():
    before = Figures("format_2019", {"b": table_b("format_2019", carried_out=[3, 0, 0, 0, 0, 0])})
    here = whole_tables(carried_in=[3, 0, 0, 0, 0, 0], carried_out=[3, 0, 0, 0, 0, 0])
    assert verdicts(check("format_2021", here, before)) == set()
    here = whole_tables(carried_in=[2, 1, 0, 0, 0, 0], carried_out=[2, 1, 0, 0, 0, 0])
    found = check("format_2021", here, before)
    assert verdicts(found) == {("I5", "natural"), ("I5", "business")}
    assert all(result.is_problem for result in found if result.verdict == Verdict.BROKEN)


def test_documents_in_force_only_warn():
    before = Figures("format_2021", whole_tables())
    here = copy.deepcopy(whole_tables())
    here["a"][1] = [5, 1, 9]
    broken = [
        result for result in check("format_2021", here, before) if result.verdict == Verdict.BROKEN
    ]
    assert [(result.code, result.place, result.is_problem) for result in broken] == [
        ("I6", "documents", False)
    ]


def test_years_before_2019_have_nothing_to_compare():
    assert check("narrative", {}) == check("statistics", {"statistics": []}) == []


def real(slug, year, regime):
    """Tables of a real report of the demonstration."""
    records = json.loads((project.BASE_DIR / "fixtures/demonstration/documents.json").read_text())
    record = next(one for one in records if (one["department"], one.get("year")) == (slug, year))
    return {
        key: to_python(regime, key, clean_rows(regime, key, rows))
        for key, rows in record["tables"].items()
    }


def test_suqian_2023_and_2024_hold_within_and_between_the_years():
    before, here = real("suqian", 2023, "format_2021"), real("suqian", 2024, "format_2021")
    results = check("format_2021", here, Figures("format_2021", before))
    assert {result.code for result in results} == set(RULES)
    assert {result.verdict for result in results} == {Verdict.HOLDS}
    total = next(result for result in results if (result.code, result.place) == ("I5", "total"))
    assert total.sums == (121, 121)


def test_shanghai_2019_is_full_of_blanks_and_its_figures_can_still_be_read():
    here = real("shanghai-office", 2019, "format_2019")
    results = check("format_2019", here)
    assert verdicts(results) == set()
    assert ("I2", "total") in verdicts(results, Verdict.OPEN)
    figures = Figures("format_2019", here)
    assert figures.applications("unable") == Sum(337)
    assert (figures.applications("granted").value, figures.applications("partly").value) == (272, 3)
    assert figures.value("b", "new", "total") == 859


def test_outcomes_are_found_in_both_forms():
    old = Figures(
        "format_2019", {"b": table_b("format_2019", results={"otherwise": [4, 0, 0, 0, 0, 0]})}
    )
    new = Figures("format_2021", {"b": table_b(results={"otherwise_unpaid": [4, 0, 0, 0, 0, 0]})})
    assert old.applications("otherwise") == new.applications("otherwise") == Sum(4)
    assert Figures("narrative", {}).applications("granted") == Sum(None)
