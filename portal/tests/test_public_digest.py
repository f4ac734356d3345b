"""The signed digest a day of all that the public reads: rightful changes are explained by what is on
record, all others are named until somebody explains them.
"""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from background.models import Job
from background.tests.working import do_all
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.choices import ScanState
from disclosure.models import Attachment, DailyViews, Item, OldAddress, SiteViews, SynonymGroup
from disclosure.tests.builders import (
    correct,
    make_attachment,
    make_draft,
    make_public,
    make_staff,
)
from ledger import guards, memory
from ledger.digests import tables
from ledger.digests.comparing import digest_faults
from ledger.digests.making import make_digest
from ledger.models import PublicDigest, PublicRow
from ledger.tests.builders import sql
from portal.watching.digesting import digest_if_due

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def faults():
    return [fault.message for fault in digest_faults()]


@pytest.fixture
def archive():
    """Two public items, one with files, and the digest of them."""
    acts.register_lists()
    draft = make_draft("有附件的")
    make_attachment(draft)
    make_public(draft)
    make_public(make_draft("别的"))
    acts.register_lists()
    make_digest()
    assert faults() == []


def item(title="有附件的"):
    return Item.objects.get(title=title)


def test_nothing_is_promised_before_the_first_digest():
    assert faults() == []


def test_it_is_signed_and_says_how_many_rows_of_each_table_there_are(archive):
    digest = PublicDigest.objects.get()
    counts = {one["table"]: one["count"] for one in digest.tables}
    assert (counts["disclosure.Item"], counts["disclosure.Attachment"]) == (2, 1)
    assert digest.count == PublicRow.objects.count() == sum(counts.values())
    connection.check_constraints()
    guards.remove(connection)
    sql("UPDATE ledger_publicdigest SET count = count + 1")
    assert faults() == [f"每日摘要 1（{digest.day}）的签名不成立。"]


def test_every_act_of_the_portal_explains_what_it_changes(archive):
    office = make_staff("公开办")
    make_public(correct(item(), title="有附件的（更正）"))
    make_public(make_draft("新的"))
    acts.register_lists()  # the organ that the builder made
    acts.withdraw_item(item=item("别的"), by=office, reason="核实")
    assert faults() == []
    make_digest()
    acts.restore_item(item=item("别的"), by=office, note="核实完毕")
    acts.remove_item(item=item("新的"), by=office, reason="判决")
    target = make_category("并入的栏目")
    acts.register_lists()
    acts.move_category_contents(category=item("别的").category, target=target, by=office)
    organ = item("别的").department
    newer = make_department("区新机构")
    acts.register_lists()
    acts.merge_departments(source=organ, target=newer, by=office, reason="机构改革方案")
    assert faults() == []
    assert make_digest().unexplained == 0
    assert faults() == []


def test_what_was_changed_past_the_portal_stays_named_after_the_next_digest(archive, capsys):
    Item.objects.filter(pk=item().pk).update(text="另外的文字")
    [message] = faults()
    assert item().index_number in message
    assert make_digest().unexplained == 1
    assert faults() == [message]
    with pytest.raises(CommandError, match="1 处不同没有登记解释"):
        call_command("public_digest")
    call_command("public_digest", accept="按新规则重新提取文字，信息中心 2026-1 号单")
    assert message in capsys.readouterr().out
    assert faults() == []
    assert "重新提取" in PublicDigest.objects.order_by("-number").first().note


def test_rows_that_came_and_went_are_named(archive):
    OldAddress.objects.create(path="/art/2009/1.html", item=item())
    Attachment.objects.all().delete()
    said = " ".join(faults())
    assert "旧地址" in said
    assert "是新出现的" in said
    assert "附件" in said
    assert "不见了" in said


def test_hundreds_of_changes_are_counted(archive):
    SynonymGroup.objects.bulk_create(SynonymGroup(words=f"甲{n}、乙{n}") for n in range(30))
    assert faults()[-1] == "同义词共有 30 行与每日摘要不同，没有登记解释。"


def test_what_the_desk_writes_is_explained_by_the_audit_log(archive, client):
    client.force_login(make_staff("公开办"))
    page = client.post(
        "/admin/disclosure/synonymgroup/add/", {"words": "低保、最低生活保障", "note": ""}
    )
    assert page.status_code == 302
    assert faults() == []
    make_digest()
    SynonymGroup.objects.update(words="低保、高额补贴")
    assert len(faults()) == 1


def test_views_come_in_by_roll_ups_and_the_past_stands_still(archive):
    today = timezone.localdate()
    past = today - dt.timedelta(days=30)
    for day in (today, past):
        DailyViews.objects.create(item=item(), day=day, views=5)
        SiteViews.objects.create(day=day, views=5)
    assert len(faults()) == 2  # of the day a month ago
    make_digest(accept="导入旧平台的统计")
    DailyViews.objects.filter(day=today).update(views=9)
    assert faults() == []
    make_digest()
    DailyViews.objects.filter(day=today).update(views=8)
    DailyViews.objects.filter(day=past).update(views=50_000)
    assert len(faults()) == 2
    DailyViews.objects.filter(day=today).update(views=9)
    DailyViews.objects.filter(day=past).update(views=5)
    assert faults() == []
    Item.objects.filter(pk=item().pk).update(view_count=14)
    acts.correct_views(item=item(), by=make_staff("公开办"), day=past, views=3, reason="爬虫")
    assert faults() == []


@pytest.mark.parametrize(
    ("before", "now", "number"),
    [
        (ScanState.UNSCANNED, ScanState.CLEAN, 0),
        (ScanState.UNSCANNED, ScanState.INFECTED, 0),
        (ScanState.CLEAN, ScanState.INFECTED, 0),
        (ScanState.INFECTED, ScanState.CLEAN, 1),
        (ScanState.CLEAN, ScanState.UNSCANNED, 1),
    ],
)
def test_a_scanner_may_find_and_nobody_else_may_clear(archive, before, now, number):
    Attachment.objects.update(scan_state=before)
    make_digest(accept="查毒")
    Attachment.objects.update(scan_state=now)
    assert len(faults()) == number


# --- with a database administrator's hands


def test_rows_changed_together_with_what_was_accounted_for_are_found_by_the_root(archive):
    Item.objects.filter(pk=item().pk).update(text="另外的文字")
    now = dict.fromkeys(["disclosure.Item"])
    for table in now:
        PublicRow.objects.filter(table=table).delete()
    assert any("所依据的" in message for message in faults())


@pytest.mark.parametrize(
    "statement", ["DELETE FROM ledger_publicrow", "UPDATE ledger_publicrow SET sequence = 99"]
)
def test_what_was_accounted_for_cannot_be_changed_unseen(archive, statement):
    sql(statement)
    assert any("所依据的" in message for message in faults())


def test_digests_thrown_away_are_remembered_and_none_is_signed_over_them(archive):
    memory.remember()
    connection.check_constraints()
    guards.remove(connection)
    sql("DELETE FROM ledger_publicdigest")
    sql("DELETE FROM ledger_publicrow")
    guards.install_missing(connection)
    assert any("每日摘要 1 被删去" in fault.message for fault in memory.memory_faults())
    with pytest.raises(ValidationError):
        make_digest()


# --- what it must not do


def test_a_removal_by_law_goes_on_and_leaves_no_word(archive):
    make_public(make_draft("某人的秘密", summary="绝不外泄"))
    acts.register_lists()
    make_digest()
    acts.remove_item(item=item("某人的秘密"), by=make_staff("公开办"), reason="判决")
    assert faults() == []
    make_digest()
    kept = [*PublicDigest.objects.values_list("tables", flat=True)]
    kept += PublicRow.objects.values_list("table", "key", "subject", "sha256")
    assert "秘密" not in json.dumps(kept, default=str, ensure_ascii=False)


def test_new_columns_of_a_later_version_begin_anew_and_old_digests_stay(archive, monkeypatch):
    old = tables.TABLES["disclosure.SynonymGroup"]
    columns = ("words", "note")
    newer = tables.PublicTable(
        old.name, old.title, columns, tables.rows_of(SynonymGroup.objects.all, columns)
    )
    monkeypatch.setitem(tables.TABLES, old.name, newer)
    assert faults() == []
    make_digest()
    assert faults() == []
    SynonymGroup.objects.create(words="甲乙、丙丁")
    assert len(faults()) == 1


def test_tick_has_it_made_once_a_day(archive):
    assert digest_if_due() == (0, 0)  # today has one
    connection.check_constraints()
    guards.remove(connection)
    sql("UPDATE ledger_publicdigest SET day = %s", timezone.localdate() - dt.timedelta(days=1))
    assert digest_if_due() == (1, 0)
    assert digest_if_due() == (0, 0)
    do_all()
    assert Job.objects.get(key__startswith="public-digest").state == Job.State.DONE
    assert PublicDigest.objects.count() == 2
