"""Every column of every table that a public page reads is changed in the database, one after the
other: the register's verification finds it, or the column is named here with its reason.
"""

import datetime as dt
import os
import sys
import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from catalog.models import Category, Department
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.acts.tables import store_explanations
from disclosure.choices import Status
from disclosure.models import (
    AnnualReport,
    Attachment,
    Commitment,
    CommitmentAnswer,
    DailyViews,
    IdentityExplanation,
    Item,
    OldAddress,
    ReportFindings,
    ReportSection,
    ReportTable,
    Revision,
    RevisionContent,
    SiteViews,
    SynonymGroup,
    Theme,
    Validity,
)
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import (
    correct,
    make_attachment,
    make_draft,
    make_item,
    make_public,
    make_report,
    make_staff,
)
from inquiries.models import ErrorReport
from ledger import actions, guards
from ledger.digests.making import make_digest
from ledger.models import Redaction
from ledger.tests.builders import sql
from ledger.verification import FURTHER_CHECKS, verify_chain
from workdays.models import WorkCalendarDay

pytestmark = pytest.mark.any_database
SiteIdentity = apps.get_model("portal.SiteIdentity")  # of a room above
IS_WHOLE = bool(os.environ.get("EVERY_ROW"))  # `make drill-tampering`

TABLES = [
    Item,
    Item.joint_departments.through,
    Item.further_categories.through,
    Item.interprets.through,
    Validity,
    Attachment,
    AnnualReport,
    ReportSection,
    ReportTable,
    IdentityExplanation,
    Commitment,
    CommitmentAnswer,
    ReportFindings,
    DailyViews,
    SiteViews,
    Department,
    Category,
    Theme,
    Revision,
    RevisionContent,
    OldAddress,
    SynonymGroup,
    Redaction,
    ErrorReport,
    WorkCalendarDay,
    SiteIdentity,
]
# What may pass, and why. Nothing else may.
DESK = "the desk's, shown to no reader"
TREE = "mptt's numbers: `check_tree` compares them with the parents"
PERSONAL = "a person's, shown to nobody and erased by day"
LEFT_OUT = {
    **{("disclosure.Item", name): DESK for name in ("change_note", "next_review_on", "corrects")},
    **{("disclosure.Item", name): DESK for name in ("created_at", "updated_at", "created_by")},
    ("disclosure.Validity", "registered_at"): DESK,
    **{("disclosure.Attachment", name): DESK for name in ("same_as", "found")},
    # The other way round it is found: portal/tests/test_public_digest.py.
    ("disclosure.Attachment", "scan_state"): "what no scanner has looked at may be found clean",
    ("disclosure.SynonymGroup", "note"): DESK,
    ("disclosure.SynonymGroup", "updated_at"): DESK,
    **{
        ("ledger.Redaction", name): DESK
        for name in (
            *("reason", "redacted_by", "redacted_at"),
            *("lift_reason", "lift_asked_by", "lift_asked_at"),
        )
    },
    **{
        ("inquiries.ErrorReport", name): PERSONAL
        for name in ("text", "name", "contact", "contact_erased_at", "token", "code_sha256")
    },
    **{("inquiries.ErrorReport", name): DESK for name in ("page_title", "handled_by")},
    **{("catalog.Category", name): TREE for name in ("lft", "rght", "tree_id", "level")},
}


def is_erased(row):
    """Of what was removed by law nothing is left to compare, and nothing but the notice is shown."""
    item = row if isinstance(row, Item) else getattr(row, "item", None)
    return getattr(item, "is_removed_by_law", False)


@pytest.fixture
def archive(db):
    """Items in every public state, with all that hangs on one; reports of two years; counts."""
    office, organ = make_department("区政府办公室"), make_department("区财政局")
    home, further = make_category("政策文件"), make_category("财政预决算")
    document = make_public(make_draft("原文件", department=organ, category=home))
    draft = make_draft("解读稿", department=organ, category=home)
    draft.joint_departments.add(office)
    draft.further_categories.add(further)
    draft.interprets.add(document)
    draft.validities.create(state="in_force", starts_on=dt.date(2025, 1, 1), note="试行")
    draft.validities.create(
        state="repealed", starts_on=dt.date(2025, 6, 1), because_of=document, note="另有新规定"
    )
    make_attachment(draft)
    make_attachment(draft, name="第二份.txt", content=b"second")
    shown = make_public(draft)
    make_public(correct(shown, title="解读稿（更正）"))
    for title, act in {"撤回的": acts.withdraw_item, "删除的": acts.remove_item}.items():
        act(item=make_public(make_draft(title)), by=make_staff("公开办"), reason="核实")
    _reports()
    day = timezone.localdate() - dt.timedelta(days=3)
    for item in (document, shown):
        DailyViews.objects.create(item=item, day=day, views=5)
        Item.objects.filter(pk=item.pk).update(view_count=5)
    SiteViews.objects.create(day=day, views=10)
    acts.register_lists()
    OldAddress.objects.create(path="/art/2025/1.html", item=document)
    SynonymGroup.objects.create(words="低保、最低生活保障")
    WorkCalendarDay.objects.get_or_create(
        date=dt.date(2031, 1, 1), defaults={"is_workday": False, "name": "元旦"}
    )
    SiteIdentity.objects.get_or_create(pk=1)
    ErrorReport.objects.create(
        number="J2026-1",
        page="/items/1/",
        kind="content",
        text="这里有一个错别字，请核对。",
        token="a" * 64,
        code_sha256="b" * 64,
    )
    actions.redact(subject_kind="item", subject_key="x", by=make_staff("公开办"), reason="判决")
    make_digest()
    assert verify_chain() == []


def _reports():
    before = make_report(
        2023,
        department=make_department("区教育局"),
        status=Status.DRAFT,
        sections=[
            (
                "五、存在的主要问题及改进情况",
                "<p>存在的问题：公开不够及时。改进措施：加强培训。</p>",
            )
        ],
    )
    make_public(_ready(before.item))
    after = make_tables_report(department=before.department, body="<p>现将情况报告如下。</p>")
    Item.objects.filter(pk=after.item_id).update(
        status=Status.DRAFT, published_at=None, index_number=None
    )
    after = AnnualReport.objects.get(pk=after.pk)
    store_explanations(report=after, explanations={"I3": ("统计口径说明在此", ["new"])})
    one = before.commitments.first() or Commitment.objects.create(
        report=before, position=1, kind="problem", text="公开不够及时"
    )
    CommitmentAnswer.objects.create(commitment=one, report=after, status="done", note="已经改进")
    make_public(_ready(Item.objects.get(pk=after.item_id)))


def _ready(item):
    for name, value in {"summary": "说明", "theme": Theme.objects.last(), "genre": "报告"}.items():
        setattr(item, name, value)
    item.save()
    return item


def changed_values(field, value):
    """Other values a hostile hand may write there."""
    if isinstance(field, models.ForeignKey):
        keys = field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)
        return [*keys[:2], *([None] if field.null and value is not None else [])]
    if isinstance(field, models.BooleanField):
        return [not value]
    if isinstance(field, models.UUIDField):
        return [uuid.uuid4()]
    if isinstance(field, models.DateTimeField):
        return [(value or timezone.now()) - dt.timedelta(days=400)]
    if isinstance(field, models.DateField):
        return [(value or dt.date(2026, 1, 5)) - dt.timedelta(days=400)]
    if isinstance(field, models.JSONField):
        return [[], [{"verdict": "相符"}]]
    if isinstance(field, models.IntegerField):
        return [(value or 0) + 7]
    if field.choices:
        return [key for key, _ in field.flatchoices if key != value][:3]
    return [f"{value or ''}改"[: field.max_length or None]]


def found():
    """What the rooms say beside the chain, which these changes leave alone."""
    return [fault.message for check in FURTHER_CHECKS for fault in check()]


def unnoticed(model, field):
    """(how many changes were tried, those that the verification says nothing of) of one column."""
    tried, missed = 0, []
    for row in model._base_manager.order_by("pk"):
        value = getattr(row, field.attname)
        others = [other for other in changed_values(field, value) if other != value]
        for other in others if IS_WHOLE else others[:1]:
            noticed = change_is_found(row, field, other)
            if noticed is None:
                continue
            tried += 1
            if not noticed and not is_erased(row):
                missed.append((str(row), other))
            if not IS_WHOLE:
                return tried, missed
    return tried, missed


def change_is_found(row, field, value):
    """Whether it is noticed, written past Django and past the guards as by who has the database in
    hand; None where the database itself refuses the value.
    """
    meta, quote = row._meta, connection.ops.quote_name
    statement = "UPDATE {} SET {} = %s WHERE {} = %s".format(
        *map(quote, (meta.db_table, field.column, meta.pk.column))
    )
    key = meta.pk.get_db_prep_save(row.pk, connection)
    with transaction.atomic():
        if meta.db_table in {guarded.table for guarded in guards.TABLES}:
            guards.remove(connection)
        try:
            with transaction.atomic():
                sql(statement, field.get_db_prep_save(value, connection), key)
                connection.check_constraints()
            return bool(found())
        except DatabaseError:
            return None
        finally:
            transaction.set_rollback(True)


def columns():
    """Every column of every such table, but for row ids that name nothing."""
    for model in TABLES:
        for field in model._meta.concrete_fields:
            if not field.generated and (not field.primary_key or field.is_relation):
                yield model, field


def test_every_column_that_a_public_page_reads_is_vouched_for(archive):
    silent, total = {}, 0
    for model, field in columns():
        tried, missed = unnoticed(model, field)
        total += tried
        said = f"{model._meta.label}.{field.name}: {tried} tried, {tried - len(missed)} found"
        if reason := LEFT_OUT.get((model._meta.label, field.name)):
            said += f" (left out: {reason})"
        elif missed:
            silent[model._meta.label, field.name] = missed
        sys.stdout.write(said + "\n")
    assert total > 90
    assert not silent, silent


def serious():
    return [fault.message for fault in verify_chain() if not fault.is_warning]


def compared():
    """What the comparison with the register says; the daily digest names the same rows its way."""
    return [message for message in serious() if "public_digest" not in message]


@pytest.mark.parametrize(
    ("title", "fields", "words"),
    [
        ("原文件", {"status": "draft"}, "应为“已公开”"),
        (
            "撤回的",
            {"status": "published", "withdrawn_at": None, "withdrawal_reason": ""},
            "应为“已撤回”",
        ),
        ("原文件", {"published_at": timezone.now()}, "公开时间"),
        ("原文件", {"originally_published_at": timezone.now()}, "原公开时间"),
    ],
)
def test_an_item_in_another_state_or_of_another_day_is_named(archive, title, fields, words):
    Item.objects.filter(title=title).update(**fields)
    assert any(
        words in message and Item.objects.get(title=title).index_number in message
        for message in serious()
    )


def test_a_phantom_item_is_named(archive):
    phantom = make_item("幽灵文件")
    assert any(
        "没有公开的登记" in message and phantom.index_number in message for message in serious()
    )


def test_an_item_deleted_from_the_database_is_named(archive):
    phantom = Item.objects.get(title="原文件")
    Item.objects.filter(pk=phantom.pk).update(index_number="别的/2026-00001")
    assert any(phantom.index_number in message and "不见了" in message for message in serious())


def test_links_added_and_taken_away_are_named(archive):
    shown = Item.objects.get(title="解读稿（更正）")
    shown.joint_departments.add(make_department("区外办"))
    shown.further_categories.clear()
    shown.interprets.clear()
    [message] = [message for message in compared() if shown.index_number in message]
    assert all(word in message for word in ("联合发文机构", "同时列入的栏目", "解读的文件"))


def test_what_acts_on_columns_and_organs_change_is_no_fault(archive):
    office, home = make_staff("公开办"), Category.objects.get(name="政策文件")
    target = make_category("规范性文件")
    acts.register_lists()
    acts.move_category_contents(category=home, target=target, by=office)
    source, into = (Department.objects.get(name=name) for name in ("区财政局", "区政府办公室"))
    acts.merge_departments(source=source, target=into, by=office, reason="机构改革方案")
    assert serious() == []


def test_what_the_desk_changes_of_an_organ_is_on_record_and_what_others_change_is_not(archive):
    organ = Department.objects.get(name="区教育局")
    Department.objects.filter(pk=organ.pk).update(telephone="0451-1", name="区教育体育局")
    [message] = compared()
    assert "机构全称、联系电话" in message
    acts.register_lists(only_first=True)  # tick
    assert compared() == [message]
    acts.register_lists(by=make_staff("公开办"), of=[organ])
    assert compared() == []
