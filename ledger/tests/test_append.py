"""Writing an act down."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError

from ledger import actions
from ledger.canonical import GENESIS
from ledger.models import Entry, FileDigest
from ledger.tests.builders import make_entry, make_person, sha256, sql
from ledger.verification import verify_chain


@pytest.mark.django_db
def test_the_first_entry_follows_the_genesis_hash():
    entry = make_entry()
    assert (entry.sequence, entry.previous_hash) == (1, GENESIS)


@pytest.mark.django_db
def test_each_entry_follows_the_one_before():
    first, second, third = make_entry(), make_entry(), make_entry()
    assert [second.previous_hash, third.previous_hash] == [first.entry_hash, second.entry_hash]
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert verify_chain() == []


@pytest.mark.django_db
def test_the_hash_is_the_same_after_a_round_trip_through_the_database():
    payload = {
        "files": [{"name": "附件“一”\t.pdf\\", "sha256": sha256("a")}],
        "count": [1, -5, 2**53 - 1, True, None, {"z": "é\u2028", "a": ""}],
    }
    entry = make_entry(
        by=make_person(),
        payload=payload,
        note="第一行\r\n第二行\x01",
        role="审核员",
        department_name="区财政局",
    )
    assert Entry.objects.get(pk=1).compute_hash() == entry.entry_hash
    assert Entry.objects.get(pk=1).entry_hash == entry.entry_hash


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_outside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        actions.append(act="publish", subject_kind="document", subject_key="1", subject_title="甲")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_gap():
    make_entry()
    with transaction.atomic():
        make_entry()
        transaction.set_rollback(True)
    assert make_entry().sequence == 2
    assert verify_chain() == []


@pytest.mark.django_db(transaction=True)
def test_it_refuses_an_isolation_level_that_would_not_see_the_last_entry():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has levels")
    with transaction.atomic():
        sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(ImproperlyConfigured):
            make_entry()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"act": "burn"},
        {"subject_title": ""},
        {"subject_key": ""},
        {"subject_title": "甲\0乙"},
        {"subject_title": "甲\ud800"},
        {"content_sha256": "ABC"},
        {"content_sha256": "G" * 64},
        {"payload": {"ratio": 0.5}},
        {"payload": {"large": 2**53}},
        {"payload": {"键": 1}},
        {"payload": {"text": "\0"}},
        {"payload": ["list"]},
        {"payload": {"files": [{"name": "a.pdf", "sha256": "short"}]}},
        {"payload": {"files": ["a.pdf"]}},
        {"payload": {"files": {"name": "a"}}},
    ],
)
def test_it_refuses_what_it_could_not_keep_or_prove(fields):
    with pytest.raises((ValidationError, ValueError)):
        make_entry(**fields)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_it_keeps_who_acted_even_when_the_name_changes():
    person = make_person("王芳")
    make_entry(by=person)
    User.objects.filter(pk=person.pk).update(last_name="王方")
    assert Entry.objects.get().person == "王芳"
    assert verify_chain() == []


@pytest.mark.django_db
def test_the_account_of_who_acted_cannot_be_deleted():
    person = make_person()
    make_entry(by=person)
    with pytest.raises(ProtectedError):
        person.delete()


@pytest.mark.django_db
def test_the_same_person_has_another_digest_in_every_entry():
    person = make_person()
    digests = {make_entry(by=person).hashed()["person_digest"] for _ in range(3)}
    assert len(digests) == 3


@pytest.mark.django_db
def test_it_indexes_the_files_of_an_act_once_each():
    file = {"name": "附件.pdf", "sha256": sha256("附件")}
    make_entry(payload={"files": [file, {**file, "name": "同一文件.pdf"}]})
    assert list(FileDigest.objects.values_list("entry", "sha256")) == [(1, file["sha256"])]


@pytest.mark.django_db
def test_the_models_refuse_change_before_the_database_has_to():
    entry = make_entry()
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(note="改"),
        lambda: Entry.objects.bulk_update([entry], ["note"]),
    ):
        with pytest.raises(ValidationError):
            change()
