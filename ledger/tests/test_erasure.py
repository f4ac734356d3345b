"""Words that the law wants gone are gone; the chain is proved without them, and nothing else can be
changed on the way.
"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from ledger import actions, audit, export, guards, verification
from ledger.canonical import GENESIS
from ledger.models import Act, AuditEntry, AuditEvent, Entry, Redaction
from ledger.tests.builders import make_entry, make_person, sha256, sql, standalone_faults

pytestmark = pytest.mark.django_db
WORDS = "张某某的病历"
FILE = {"name": f"{WORDS}.pdf", "sha256": sha256("file")}


@pytest.fixture
def entry():
    made = make_entry(
        by=make_person("欧阳震华"),
        subject_title=WORDS,
        note=WORDS,
        payload={"files": [FILE], "revision": 1},
    )
    make_entry(subject_title="别的信息")
    actions.make_checkpoint()
    return made


def about(entry):
    return {"subject_kind": entry.subject_kind, "subject_key": entry.subject_key}


def everything(table="ledger_entry"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return str(cursor.fetchall())


def test_erased_words_are_in_no_column_and_the_chain_holds(entry):
    redaction = actions.redact(**about(entry), by=None, reason="法院判决")
    assert actions.erase_words(redaction) == 1
    assert actions.erase_words(redaction) == 0
    assert WORDS not in everything()
    erased = Entry.objects.get(pk=entry.pk)
    assert (erased.person, erased.entry_hash, erased.content_sha256) == (
        "欧阳震华",
        entry.entry_hash,
        entry.content_sha256,
    )
    assert entry.secret not in everything()  # nobody tries out by it which words they were
    assert verification.verify_chain() == []
    assert standalone_faults() == []
    assert Entry.objects.holding(FILE["sha256"]).get() == entry  # a copy is still found by its hash


def test_a_changed_digest_of_erased_words_is_noticed(entry):
    actions.erase_words(actions.redact(**about(entry), by=None, reason="法院判决"))
    guards.remove(connection)
    sql(
        "UPDATE ledger_entry SET erased = REPLACE(erased, 'a', 'b')"
        if connection.vendor == "sqlite"
        else "UPDATE ledger_entry SET erased = REPLACE(erased::text, 'a', 'b')::jsonb WHERE erased <> '{}'"
    )
    assert any(
        "第 1 条的内容与它的校验码不符" in fault.message for fault in verification.verify_chain()
    )


@pytest.mark.parametrize(
    "change",
    [
        "subject_title = ''",
        f"subject_title = '', note = '', payload = '{{}}', secret = '{GENESIS}'",
        f"subject_title = '', note = '', payload = '{{}}', secret = '{GENESIS}', erased = '{{\"a\": 1}}', person = ''",
        f"subject_title = '换', note = '', payload = '{{}}', secret = '{GENESIS}', erased = '{{\"a\": 1}}'",
    ],
)
def test_nothing_but_an_erasure_passes(entry, change):
    actions.redact(**about(entry), by=None, reason="法院判决")
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"UPDATE ledger_entry SET {change} WHERE sequence = {entry.pk}")


def test_nothing_is_erased_that_no_redaction_covers(entry):
    later = make_entry(**about(entry), act=Act.AMEND)
    whole = (
        "subject_title = '', note = '', payload = '{}', erased = '{\"a\": 1}', secret = '"
        + GENESIS
        + "'"
    )
    for sequence in (entry.pk, later.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(f"UPDATE ledger_entry SET {whole} WHERE sequence = {sequence}")
    actions.erase_words(
        actions.redact(**about(entry), by=None, reason="含个人信息", until=entry.pk)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"UPDATE ledger_entry SET {whole} WHERE sequence = {later.pk}")
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):  # once erased, nothing changes any more
        sql(f"UPDATE ledger_entry SET erased = '{{\"a\": 2}}' WHERE sequence = {entry.pk}")


def test_a_redaction_until_an_entry_hides_no_later_one(entry):
    later = make_entry(**about(entry), act=Act.AMEND, subject_title="改正后的标题")
    actions.redact(**about(entry), by=None, reason="含个人信息", until=entry.pk)
    shown = {one.pk: one.is_redacted for one in Entry.objects.public()}
    assert (shown[entry.pk], shown[later.pk]) == (True, False)


def test_a_withdrawn_subject_is_not_named_until_it_is_back(entry):
    withdrawn = make_entry(
        **about(entry), act=Act.WITHDRAW, subject_title="（已撤回的信息）", note="内容需要核实"
    )
    shown = {one.pk: one.is_redacted for one in Entry.objects.public()}
    assert (shown[entry.pk], shown[withdrawn.pk]) == (True, False)
    assert WORDS not in "".join(export.register_lines())
    make_entry(**about(entry), act=Act.RESTORE)
    assert not Entry.objects.public().get(pk=entry.pk).is_redacted


def test_the_name_of_what_only_ended_its_term_stays(entry):
    make_entry(**about(entry), act=Act.WITHDRAW, note="公开期限届满。")
    assert not Entry.objects.public().get(pk=entry.pk).is_redacted


def test_no_redaction_is_deleted_or_lifted_past_the_act(entry):
    redaction = actions.redact(**about(entry), by=None, reason="法院判决")
    first, second = make_person("甲"), make_person("乙")
    now = "CURRENT_TIMESTAMP"
    people = f"lifted_by_id = {second.pk}, lift_asked_by_id = {first.pk}, lift_reason = 'x'"
    for statement in (
        "DELETE FROM ledger_redaction",
        "UPDATE ledger_redaction SET subject_key = 'x'",
        f"UPDATE ledger_redaction SET lifted_at = {now}, lift_asked_at = {now}, {people}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(statement)
    with pytest.raises(ValidationError, match="还没有人申请"):
        actions.lift(redaction=redaction, by=second)
    redaction = actions.ask_to_lift(redaction=redaction, by=first, reason="改判")
    with pytest.raises(PermissionDenied):
        actions.lift(redaction=redaction, by=first)
    with pytest.raises(PermissionDenied):
        actions.lift(redaction=redaction, by=None)
    actions.lift(redaction=redaction, by=second)
    assert Entry.objects.get(act=Act.UNREDACT).note == "改判"
    assert not Redaction.objects.in_force().exists()
    assert verification.verify_chain() == []


def test_erased_words_cannot_be_shown_again(entry):
    redaction = actions.redact(**about(entry), by=None, reason="法院判决")
    actions.erase_words(redaction)
    with pytest.raises(ValidationError, match="不能恢复显示"):
        actions.ask_to_lift(redaction=redaction, by=make_person(), reason="改判")


def test_the_audit_log_loses_the_words_and_keeps_the_acts():
    clerk = make_person("丙")
    audit.record(
        event=AuditEvent.DESK,
        by=clerk,
        act="修改",
        object_key="7",
        object_name=WORDS,
        detail={"log": [WORDS]},
    )
    audit.record(event=AuditEvent.LOGIN, by=clerk)
    assert (
        audit.erase(which=Q(object_name__contains=WORDS), by=clerk, act="依法删除", object_key="7")
        == 1
    )
    assert audit.erase(which=Q(object_name__contains=WORDS), by=clerk, act="依法删除") == 0
    assert WORDS not in everything("ledger_auditentry")
    first, _, told = AuditEntry.objects.order_by("sequence")
    assert (first.act, first.person, first.object_key, first.erased_in) == (
        "修改",
        "丙",
        "7",
        told.pk,
    )
    assert (told.event, told.detail) == (AuditEvent.ERASURE, {"entries": [1]})
    assert list(audit.verify_audit()) == []


def test_an_audit_entry_emptied_past_the_act_is_refused_and_noticed():
    for _ in range(2):
        audit.record(event=AuditEvent.LOGIN, object_name=WORDS)
    whole = "UPDATE ledger_auditentry SET object_name = '', detail = '{}', erased_in = 2 WHERE sequence = 1"
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(whole)
    audit.erase(which=Q(sequence=2), by=None, act="依法删除")
    guards.remove(connection)
    sql(whole.replace("erased_in = 2", "erased_in = 3"))
    assert [fault.message for fault in audit.verify_audit()] == [
        "审计日志第 1 条的文字不在了，日志里却没有依法删除的记录。"
    ]
