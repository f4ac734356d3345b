"""What an override is bound to: a finding without words to all that stands in its place."""

import pytest

from disclosure.acts.checklist import fingerprint
from disclosure.checks.finding import Finding, Level
from disclosure.tests.builders import make_attachment, make_report
from documents.html.places import Place

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def report():
    return make_report(2025, sections=[("一、总体情况", "<p>甲</p>"), ("二、其他", "<p>乙</p>")])


def marks(report):
    """{place: fingerprint}."""
    item = type(report.item).objects.get(pk=report.item.pk)
    places = ["title", "section-1", "section-2"]
    found = {name: Place(name, "") for name in places}
    found |= {file.name: Place("attachment", "", file.pk) for file in item.attachments.all()}
    return {
        name: fingerprint(item, Finding("x", Level.BLOCKING, "m", place))
        for name, place in found.items()
    }


def changed(report, before):
    return {name for name, mark in marks(report).items() if mark != before.get(name)}


def test_it_changes_with_its_own_place_and_with_no_other(report):
    before = marks(report)
    report.sections.filter(position=1).update(body="<p>丙</p>")
    assert changed(report, before) == {"section-1"}
    before = marks(report)
    type(report.item).objects.filter(pk=report.item.pk).update(title="另一个标题")
    assert changed(report, before) == {"title"}


def test_of_a_file_it_is_the_digest_and_not_the_name(report):
    for name, content in (("甲.txt", b"one"), ("乙.txt", b"one"), ("丙.txt", b"other")):
        make_attachment(report.item, name, content)
    found = marks(report)
    assert found["甲.txt"] == found["乙.txt"] != found["丙.txt"]
