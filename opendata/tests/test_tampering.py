"""A published revision changed in the database, or in the nightly package, behind the product's
back is found by both verifiers.
"""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.acts.tables import store_explanations
from disclosure.choices import Status
from disclosure.models import Item, Revision, RevisionContent
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.revisions.evidence import revision_lines
from disclosure.revisions.standalone import verify_revisions
from disclosure.revisions.standing import differences
from disclosure.tests.builders import correct, make_draft, make_public, make_staff
from ledger import guards
from ledger.models import Entry
from ledger.standalone import verify_register
from ledger.tests.builders import download, sql, standalone_faults
from ledger.verification import verify_chain

pytestmark = pytest.mark.any_database

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=70)
VALUES = {
    "entry_id": st.integers(1, 9),
    "item_id": st.integers(1, 9),
    "revision_id": st.integers(1, 9),
    "number": st.integers(1, 9),
    "published_at": st.datetimes(
        dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)
    ),
    "content_sha256": TEXTS | st.text("0123456789abcdef", min_size=64, max_size=64),
    "content": TEXTS,
    "is_withheld": st.booleans(),
}
COLUMNS = [(Revision, field.column) for field in Revision._meta.concrete_fields]
COLUMNS += [(RevisionContent, field.column) for field in RevisionContent._meta.concrete_fields]


@pytest.fixture
def published(db):
    """Two items, one of them amended, and one removed by law."""
    first, _, third = (make_public(make_draft(title)) for title in ("甲通知", "乙公告", "丙名单"))
    make_public(correct(first, title="甲通知（更正）"))
    acts.remove_item(item=third, by=make_staff("公开办"), reason="法院判决")
    assert verify_chain() == []
    connection.check_constraints()


def serious():
    return [fault.message for fault in verify_chain() if not fault.is_warning]


def packed():
    """The revisions and the register's entries as a reader has them on disk, out of the nightly
    package.
    """
    lines = [json.dumps(line) for line in revision_lines(Entry.objects.count())]
    return lines, verify_register.read_register(download())[0]


def found_outside():
    lines, entries = packed()
    return list(verify_revisions.revision_faults(iter(lines), entries))


def test_any_single_change_to_any_column_is_found(published):
    # The one thing nobody can prove any more: when what was removed by law had been published.
    only_inside = Revision.objects.get(item__is_removed_by_law=True).pk, "published_at"
    for (
        model,
        column,
    ) in COLUMNS:  # in one test: the acts beforehand take longer than all the changes
        assert_changes_are_found(model, column, only_inside)


def assert_changes_are_found(model, column, only_inside):
    table, key = model._meta.db_table, model._meta.pk.column
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def found(data):
        pk, value = data.draw(st.sampled_from(keys)), data.draw(VALUES[column])
        before = list(model.objects.filter(pk=pk).values_list(column, flat=True))
        with transaction.atomic():
            guards.remove(connection)
            try:
                with transaction.atomic():
                    sql(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, pk)
                    connection.check_constraints()
            except (DatabaseError, UnicodeEncodeError):
                value = before[0]
            guards.install_missing(connection)
            if value != before[0]:
                is_lost = (pk, column) == only_inside
                assert serious() or is_lost, (table, column)
                # To the package a text that is withheld looks like one of a hidden column.
                assert found_outside() or is_lost or column == "is_withheld", (table, column)
            transaction.set_rollback(True)

    found()


def test_a_revision_taken_away_is_missed_and_a_text_taken_away_is_too(published):
    revision = Revision.objects.get(item__title="乙公告")
    with transaction.atomic():
        guards.remove(connection)
        sql("DELETE FROM disclosure_revisioncontent WHERE revision_id = %s", revision.pk)
        connection.check_constraints()  # PostgreSQL changes no table while deferred checks wait
        guards.install_missing(connection)
        assert any("没有内容" in message for message in serious())
        guards.remove(connection)
        sql("DELETE FROM disclosure_revision WHERE entry_id = %s", revision.pk)
        connection.check_constraints()  # PostgreSQL changes no table while deferred checks wait
        guards.install_missing(connection)
        assert any("不见了" in message for message in serious())
        transaction.set_rollback(True)


def test_any_single_change_to_any_field_of_any_revision_of_the_package_is_found(published):
    withdrawn = make_public(make_draft("丁通知"))
    acts.withdraw_item(item=withdrawn, by=make_staff("公开办"), reason="核实")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Item.objects.filter(title="乙公告").update(
        term="limited", disclosed_until=yesterday
    )  # nobody has recorded it yet
    lines, entries = packed()
    assert list(verify_revisions.revision_faults(iter(lines), entries)) == []
    assert standalone_faults() == []
    rows = [json.loads(line) for line in lines]
    assert [row["withheld"] for row in rows[1:]] == ["", "hidden", "removed", "", "withdrawn"]
    assert not any(title in "".join(lines) for title in ("乙公告", "丙名单", "丁通知"))
    values = (
        st.none()
        | st.integers(0, 9)
        | TEXTS
        | st.sampled_from(["", "withdrawn", "removed", "hidden"])
    )

    every_field = [(number, field) for number, row in enumerate(rows) for field in row]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=values)
    @example(value=rows[1]["content"] + " ")
    @example(value=rows[1]["content"].replace("通知", "通告", 1))
    def found(value):
        for number, field in every_field:
            if value != rows[number][field]:
                changed = [
                    json.dumps(row | {field: value} if at == number else row)
                    for at, row in enumerate(rows)
                ]
                assert list(verify_revisions.revision_faults(iter(changed), entries)), (
                    number,
                    field,
                )

    found()
    for number in range(len(rows)):
        for torn in (lines[:number] + lines[number + 1 :], lines[: number + 1] + lines[number:]):
            assert list(verify_revisions.revision_faults(iter(torn), entries)), number


def test_a_public_item_changed_in_the_database_no_longer_says_what_its_revision_says(published):
    Item.objects.filter(title="乙公告").update(body="<p>改了</p>", updated_at=timezone.now())
    assert any("现在显示的内容" in message for message in serious())


@pytest.mark.django_db
def test_an_explanation_changed_behind_the_desk_is_found():
    """What an organ says about figures that do not add up is part of its report, and of what was
    published.
    """
    report = make_tables_report(
        department=make_department("区财政局"), body="<p>现将本年度工作情况报告如下。</p>"
    )
    store_explanations(report=report, explanations={"I3": ("统计口径说明在此", ["new"])})
    Item.objects.filter(pk=report.item_id).update(
        status=Status.DRAFT, published_at=None, index_number=None
    )
    item = make_public(Item.objects.get(pk=report.item_id))
    assert not differences(item, item.current_revision)
    item.annual_report.explanations.update(text="另一种说法")
    item = Item.objects.get(pk=item.pk)
    assert differences(item, item.current_revision) == ["勾稽关系说明"]
