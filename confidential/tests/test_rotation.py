"""A rotation finds every value that is registered, on a real table, and may be cut off anywhere."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from confidential import keyring, rotation
from confidential.encryption import Place, decrypt, encrypt
from confidential.values import Column, register, registered

COUNT = 12


def place(number):
    return Place("test", "session.data", number)


def column(rows=Session.objects.all):
    return Column("test", "session.data", rows, name="session_data", record="session_key")


def fill():
    """So many rows of a table that is there anyway, and one that is empty."""
    Session.objects.bulk_create(
        Session(
            session_key=name,
            session_data=encrypt(f"示例 {name}", place=place(name)),
            expire_date=timezone.now(),
        )
        for name in map(str, range(COUNT))
    )
    Session.objects.create(session_key="empty", session_data="", expire_date=timezone.now())


def read():
    rows = Session.objects.exclude(session_key="empty").values_list("session_key", "session_data")
    return {name: decrypt(value, place=place(name)) for name, value in rows}


EXPECTED = {str(number): f"示例 {number}" for number in range(COUNT)}


class CutOffError(BaseException):
    """The process is killed here."""


def dies_at(step):
    """Rows of a database that is gone after so many questions."""
    left = [step]

    def rows():
        left[0] -= 1
        if left[0] < 0:
            raise CutOffError
        return Session.objects.all()

    return rows


def lead_with_a_new_key():
    return rotation.lead(rotation.prepare().ids[-1])


@pytest.mark.usefixtures("_a_key")
class TestCutOff(TestCase):
    @settings(max_examples=25)
    @given(st.integers(0, 2 * COUNT), st.integers(1, COUNT + 3))
    def test_wherever_it_dies_all_can_be_read_and_the_next_run_ends_it(self, step, size):
        Session.objects.all().delete()
        fill()
        old = keyring.read().first
        lead_with_a_new_key()
        try:
            rotation.write_all_anew(columns=[column(dies_at(step))], size=size)
        except CutOffError:
            assert read() == EXPECTED  # the old key is there still
        rotation.write_all_anew(columns=[column()], size=size)
        rotation.finish()
        assert read() == EXPECTED
        assert keyring.read().find(old.id) is None


@pytest.mark.django_db
class TestRotation:
    def test_it_says_what_it_did_and_has_nothing_to_do_afterwards(self):
        fill()
        lead_with_a_new_key()
        assert rotation.count_older([column()]) == COUNT
        done = rotation.write_all_anew(columns=[column()], size=5)
        assert (done.seen, done.written, done.unreadable) == (COUNT, COUNT, [])
        assert rotation.write_all_anew(columns=[column()]).written == 0
        assert rotation.check_all(columns=[column()]).seen == COUNT
        [aside] = rotation.finish()
        assert aside.name == f"confidential-key.retired-{keyring.parse(aside.read_text()).ids[0]}"

    def test_what_somebody_changes_meanwhile_stays_theirs(self):
        fill()
        lead_with_a_new_key()
        [batch] = column().batches(100)
        batch[0].column.rows().filter(pk=batch[0].pk).update(
            session_data=encrypt("新的", place=batch[0].place)
        )
        assert [found.write_anew() for found in batch[:2]] == [False, True]
        assert read()[batch[0].pk] == "新的"

    def test_a_value_that_does_not_open_is_named_and_the_others_are_done(self):
        fill()
        moved = Session.objects.get(pk="3").session_data
        Session.objects.filter(pk="4").update(session_data=moved)
        Session.objects.filter(pk="5").update(session_data="不是加密的")
        lead_with_a_new_key()
        done = rotation.write_all_anew(columns=[column()])
        assert (done.written, done.unreadable) == (
            COUNT - 2,
            ["test.session.data 4", "test.session.data 5"],
        )
        assert rotation.check_all(columns=[column()]).unreadable == done.unreadable

    def test_values_of_before_are_taken_in(self):
        def older(value, record):
            return value.removeprefix("old:").encode() if value.startswith("old:") else None

        fill()
        Session.objects.filter(pk="7").update(session_data="old:示例 7")
        taken = Column(
            "test", "session.data", Session.objects.all, "session_data", "session_key", older
        )
        assert rotation.write_all_anew(columns=[taken]).written == 1
        assert read() == EXPECTED


def test_what_is_registered_twice_is_refused():
    assert ("accounts", "authenticator.secret") in {
        (each.room, each.field) for each in registered()
    }
    with pytest.raises(ValueError, match="registered already"):
        register(Column("accounts", "authenticator.secret", Session.objects.all, "session_data"))
