import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure.acts.tables import store_tables
from disclosure.models import AnnualReport, IdentityExplanation, ReportTable
from disclosure.reports.tables.access import stored_tables, tables_of
from disclosure.tests.builders import make_report
from statutory.layout import Kind
from statutory.layouts import LAYOUTS
from statutory.values import clean_rows

pytestmark = pytest.mark.django_db
BLANK = {key: layout.blank() for key, layout in LAYOUTS["format_2021"].items()}


def test_tables_come_back_as_numbers_in_the_order_of_the_form():
    report = make_report(2024)
    store_tables(
        report=report,
        tables={
            "c": [[1] * 15],
            "b": BLANK["b"],
            "a": [[1, 2, 3], [0, 0, 0], [7], [8], [9], ["1.50"]],
        },
    )
    tables = tables_of(report)
    assert list(tables) == ["a", "b", "c"]
    assert tables["a"][-1] == [Decimal("1.50")]
    assert tables["b"][0] == [None] * 7
    assert stored_tables(report)["a"][-1] == ["1.50"]


def test_storing_one_table_leaves_the_others_and_none_removes():
    report = make_report(2024)
    store_tables(report=report, tables={"b": BLANK["b"], "c": BLANK["c"]})
    store_tables(report=report, tables={"c": [[2] * 15]})
    assert set(tables_of(report)) == {"b", "c"}
    store_tables(report=report, tables={"b": None})
    assert tables_of(report) == {"c": [[2] * 15]}


def test_no_way_into_the_database_skips_the_form():
    report = make_report(2024)
    bad = ReportTable(report=report, key="c", rows=[[1]])
    for write in (bad.save, bad.full_clean, lambda: ReportTable.objects.bulk_create([bad])):
        with pytest.raises(ValidationError):
            write()
    with pytest.raises(TypeError):
        ReportTable.objects.update(rows=[])
    with pytest.raises(ValidationError):
        store_tables(report=make_report(2012), tables={"b": BLANK["b"]})


def test_the_database_keeps_one_table_of_a_kind():
    report = make_report(2024)
    ReportTable.objects.create(report=report, key="c", rows=BLANK["c"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportTable.objects.create(report=report, key="c", rows=BLANK["c"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportTable.objects.filter(report=report).update(key="x")


def test_the_database_keeps_one_explanation_that_says_something():
    report = make_report(2024)
    IdentityExplanation.objects.create(report=report, code="I1", text="统计口径不同")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityExplanation.objects.create(report=report, code="I1", text="又一")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityExplanation.objects.create(report=report, code="I2", text="")


@st.composite
def any_tables(draw, regime):
    """Whatever a form may hold, blanks and money with decimals among it."""
    money = st.decimals(0, 10**9, places=4).map(lambda number: format(number, "f"))
    kinds = {
        Kind.COUNT: st.integers(0, 10**9),
        Kind.CHANGE: st.integers(-(10**6), 10**6),
        Kind.AMOUNT: money,
    }
    return {
        key: [
            [draw(st.none() | kinds[column.kind]) for column in line.columns]
            for line in layout.lines
        ]
        for key, layout in LAYOUTS[regime].items()
    }


@pytest.mark.parametrize("year", [2019, 2024])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_json_becomes_a_report_and_the_same_json_again(year, data):
    report = AnnualReport.objects.filter(year=year).first() or make_report(year)
    written = json.dumps(data.draw(any_tables(report.regime)))
    store_tables(report=report, tables=json.loads(written))
    again = AnnualReport.objects.get(pk=report.pk)
    assert json.dumps(stored_tables(again)) == written
    assert {
        key: clean_rows(again.regime, key, rows) for key, rows in tables_of(again).items()
    } == json.loads(written)
