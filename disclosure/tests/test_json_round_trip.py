"""JSON → report → JSON: what a report's file says is enough to make the report again."""

import json

import pytest
from django.utils.dateparse import parse_date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.tests.builders import make_department
from disclosure.acts.tables import store_tables
from disclosure.files.facts import Edition
from disclosure.files.formats import write_json
from disclosure.models import Item
from disclosure.tests.builders import make_report
from statutory.layout import Kind
from statutory.layouts import layouts_for

# What another report cannot have as well: it has its own number, address, organ and moment.
OF_ITS_OWN = {
    "index_number",
    "address",
    "organ",
    "source",
    "title",
    "revision",
    "published_on",
    "content_sha256",
}


def json_of(report):
    edition = Edition(Item.objects.get(pk=report.item_id))
    return json.loads(write_json(None, edition))


def report_of(facts):
    """A report made of a report's JSON alone."""
    report = make_report(
        facts["year"],
        department=make_department(),
        sections=[(section["title"], section["html"]) for section in facts["sections"]],
        body=facts["body"]["html"],
        summary=facts["summary"],
        keywords=facts["keywords"],
        created_on=parse_date(facts["created_on"]),
    )
    return store_tables(report=report, tables=facts["tables"])


def numbers(kind):
    if kind == Kind.AMOUNT:
        return st.none() | st.decimals(0, 10**9, places=4).map(lambda amount: format(amount, "f"))
    return st.none() | st.integers(-99 if kind == Kind.CHANGE else 0, 10**9)


def tables(regime):
    layouts = layouts_for(regime)
    rows = {
        key: st.tuples(
            *[
                st.tuples(*[numbers(column.kind) for column in line.columns]).map(list)
                for line in layout.lines
            ]
        )
        for key, layout in layouts.items()
    }
    return st.fixed_dictionaries({}, optional={key: row.map(list) for key, row in rows.items()})


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "regime"), [(2019, "format_2019"), (2023, "format_2021")])
@given(data=st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_report_made_of_json_has_the_same_json(data, year, regime):
    sections = [
        ("一、总体情况", "<p>甲<strong>乙</strong> &lt;丙&gt;</p>"),
        ("三、收到和处理政府信息公开申请情况", ""),
    ]
    report = make_report(
        year, sections=sections, body="<p>开头</p>", summary="概述", keywords="示例"
    )
    report = store_tables(report=report, tables=data.draw(tables(regime)))
    first = json_of(report)
    second = json_of(report_of(first))
    assert {name: first[name] for name in first.keys() - OF_ITS_OWN} == {
        name: second[name] for name in second.keys() - OF_ITS_OWN
    }
    assert first["tables"] == {
        key: [list(row) for row in rows] for key, rows in first["tables"].items()
    }
