"""What the database refuses, who may see what, and how long a sender is known."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.tests.builders import make_department, make_user
from inquiries.actions import erase_contacts, find_error_report, handle_error_report, query_code
from inquiries.models import ErrorReport, FormUse, SpentQuestion
from inquiries.models.guarding import forget_uses
from inquiries.tests.builders import make_error_report

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("correction_page_is_ours", {"page": "https://evil.example/"}),
        ("correction_page_is_ours", {"page": "//evil.example/"}),
        ("correction_text_length", {"text": "太短"}),
        ("correction_text_length", {"text": "长" * 1001}),
        ("correction_known_kind", {"kind": "x"}),
        ("correction_known_status", {"status": "x", "note": "示例", "handled_at": NOW, "by": True}),
        (
            "correction_closed_has_note_person_and_time",
            {"status": "handled", "handled_at": NOW, "by": True},
        ),
        (
            "correction_closed_has_note_person_and_time",
            {"status": "handled", "note": "示例", "by": True},
        ),
        (
            "correction_closed_has_note_person_and_time",
            {"status": "rejected", "note": "示例", "handled_at": NOW},
        ),
        ("correction_closed_has_note_person_and_time", {"handled_at": NOW}),
        ("correction_erased_contact_is_empty", {"contact_erased_at": NOW, "contact": "x"}),
    ],
)
def test_the_database_refuses(constraint, fields):
    report = make_error_report()
    if fields.pop("by", False):
        fields = {**fields, "handled_by": make_user()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ErrorReport.objects.filter(pk=report.pk).update(**fields)


@pytest.mark.parametrize("field", ["number", "token"])
def test_number_and_token_are_each_of_one_correction(field):
    first, second = make_error_report(), make_error_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorReport.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def test_a_question_is_spent_once():
    SpentQuestion.objects.create(key="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        SpentQuestion.objects.create(key="x")


def test_numbers_count_within_the_day():
    numbers = [make_error_report().number for _ in range(3)]
    day = f"JC{timezone.localdate():%Y%m%d}"
    assert numbers == [f"{day}-0001", f"{day}-0002", f"{day}-0003"]


def test_the_code_of_a_receipt_opens_it_and_is_not_stored():
    report = make_error_report(token="x")
    code = query_code("x")
    assert find_error_report(number=report.number, code=code) == report
    assert find_error_report(number=report.number, code=code[:-1]) is None
    assert find_error_report(number="JC20000101-0001", code=code) is None
    assert code not in str(ErrorReport.objects.filter(pk=report.pk).values().get())


class TestScope:
    def test_a_department_sees_its_own_and_those_below(self):
        organ, other = make_department(), make_department()
        below = make_department(parent=organ)
        own, lower = make_error_report(department=organ), make_error_report(department=below)
        make_error_report(department=other)
        make_error_report()
        assert set(ErrorReport.objects.visible_to(make_user(department=organ))) == {own, lower}

    def test_who_handles_all_departments_sees_those_of_none_too(self):
        make_error_report(department=make_department())
        make_error_report()
        office = make_user(permissions=["catalog.manage_all_departments"])
        assert ErrorReport.objects.visible_to(office).count() == 2


class TestForgetting:
    def contact_of(self, **fields):
        report = make_error_report(name="示例", contact="示例联系方式")
        ErrorReport.objects.filter(pk=report.pk).update(**fields)
        done = erase_contacts()
        report.refresh_from_db()
        return report, done

    def closed(self, days):
        at = NOW - dt.timedelta(days=days)
        return {"status": "handled", "note": "示例", "handled_by": make_user(), "handled_at": at}

    def test_thirty_days_after_it_was_closed_nobody_knows_who_wrote(self):
        report, done = self.contact_of(**self.closed(31))
        assert (report.name, report.contact, done) == ("", "", (1, 0))
        assert report.contact_erased_at is not None

    def test_half_a_year_after_it_came_in_whatever_became_of_it(self):
        report, _ = self.contact_of(received_at=NOW - dt.timedelta(days=181))
        assert (report.name, report.contact) == ("", "")

    def test_before_that_it_is_kept(self):
        report, done = self.contact_of(**self.closed(29))
        assert (report.contact, done) == ("示例联系方式", (0, 0))

    def test_uses_and_questions_go_after_hours_and_days(self):
        for hours in (1, 3):
            FormUse.objects.create(
                form="x", source="y", is_accepted=True, at=NOW - dt.timedelta(hours=hours)
            )
        for days in (1, 3):
            SpentQuestion.objects.create(key=f"{days}", at=NOW - dt.timedelta(days=days))
        assert forget_uses() == (2, 0)
        assert (FormUse.objects.count(), SpentQuestion.objects.count()) == (1, 1)


def test_who_closes_a_correction_is_on_it():
    clerk = make_user()
    report = handle_error_report(
        report=make_error_report(), status="handled", note="已改正（示例）", by=clerk
    )
    report.refresh_from_db()
    assert (report.status, report.handled_by) == ("handled", clerk)
    assert not ErrorReport.objects.pending().exists()
