"""Days nobody can have meant are refused in words, by every way in."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.models import Department
from catalog.tests.builders import make_category, make_department, make_organ_code
from disclosure import acts
from disclosure.choices import Term
from disclosure.desk.forms.acts import ReassessForm
from disclosure.models import Item, Validity
from disclosure.models.rules.day_bounds import (
    validate_made_on,
    validate_originally_published,
    validate_reviewed_next,
)
from disclosure.tests.builders import make_draft, make_item, make_staff
from imports.actions import bring_in_original, import_original, obstacles_to_import, proposed
from imports.tests import legacy_pages as pages
from workdays.models import WorkCalendarDay

pytestmark = pytest.mark.django_db
TOMORROW = dt.timedelta(days=1)


def at(*day):
    return timezone.make_aware(dt.datetime(*day))


def refusal(record, name):
    try:
        record.full_clean()
    except ValidationError as error:
        return "".join(error.message_dict.get(name, ()))
    return ""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("originally_published_at", at(1948, 12, 31), "不能早于 1949 年"),
        ("originally_published_at", at(1, 1, 1), "不能早于 1949 年"),
        ("originally_published_at", at(202, 3, 2), "不能早于 1949 年"),
        ("originally_published_at", at(9999, 12, 31), "不能在将来"),
        ("created_on", dt.date(1948, 12, 31), "不能早于 1949 年"),
        ("created_on", dt.date(9999, 12, 31), "不能晚于今天"),
        ("published_at", at(1, 1, 1), "不能早于 1949 年"),
        ("published_at", at(2126, 3, 2), "不能晚于"),
        ("disclosed_until", dt.date(1, 1, 1), "不能早于 1949 年"),
        ("disclosed_until", dt.date(9999, 12, 31), "不能晚于"),
        ("disclosed_until", dt.date(2026, 3, 1), "早于成文日期"),
    ],
)
def test_an_item_has_days_somebody_can_mean(name, value, said):
    item = make_draft(created_on=dt.date(2026, 3, 2))
    setattr(item, name, value)
    item.term = Term.LIMITED if item.disclosed_until else Term.PERMANENT
    assert said in refusal(item, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("originally_published_at", at(1949, 1, 1)),
        ("created_on", dt.date(1949, 10, 1)),
        ("disclosed_until", dt.date(2100, 1, 1)),
    ],
)
def test_days_that_can_be_are_taken(name, value):
    item = make_draft(created_on=dt.date(1949, 10, 1))
    setattr(item, name, value)
    item.term = Term.LIMITED if item.disclosed_until else Term.PERMANENT
    assert refusal(item, name) == ""


def test_the_future_begins_now():
    now = timezone.now()
    validate_originally_published(now - dt.timedelta(minutes=1))
    with pytest.raises(ValidationError, match="不能在将来"):
        validate_originally_published(now + dt.timedelta(minutes=1))
    today = timezone.localdate()
    validate_made_on(today)
    validate_originally_published(today)
    with pytest.raises(ValidationError, match="不能在将来"):
        validate_originally_published(today + TOMORROW)
    with pytest.raises(ValidationError, match="今天以后"):
        validate_reviewed_next(today)


@pytest.mark.parametrize(("day", "said"), [("0001-01-01", "不能早于"), ("9999-12-31", "不能晚于")])
def test_a_validity_begins_on_a_day_somebody_can_mean(day, said):
    row = Validity(
        item=make_item(), state=Validity.State.IN_FORCE, starts_on=dt.date.fromisoformat(day)
    )
    assert said in refusal(row, "starts_on")


@pytest.mark.parametrize("day", ["0001-01-01", "1948-12-31", "9999-12-31"])
def test_organs_and_the_calendar_have_sane_days(day):
    day = dt.date.fromisoformat(day)
    organ = Department(
        name="某局",
        short_name="某局",
        slug="some",
        code=make_organ_code(),
        active_from=day,
        active_until=day,
    )
    assert "之间" in refusal(organ, "active_from")
    assert "之间" in refusal(organ, "active_until")
    assert "之间" in refusal(WorkCalendarDay(date=day, is_workday=True), "date")


def test_the_desk_says_it_beside_the_field_and_keeps_what_was_typed(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root", password="x"))
    item = make_draft("要改的信息")
    for typed, said in (
        ("2999-01-01", "不能在将来"),
        ("1900-01-01", "不能早于 1949 年"),
        ("0001-01-01", "不能早于 1949 年"),
    ):
        data = {
            "originally_published_at_0": typed,
            "originally_published_at_1": "08:00",
            "title": "要改的信息",
        }
        page = client.post(f"/admin/disclosure/item/{item.pk}/change/", data)
        text = page.content.decode()
        assert page.status_code == 200
        assert said in text
        assert typed in text
    item.refresh_from_db()
    assert item.originally_published_at is None


@pytest.mark.parametrize(("year", "said"), [("2999", "不能在将来"), ("1900", "不能早于 1949 年")])
def test_an_old_page_with_an_impossible_day_waits(shelves, year, said):
    organ = make_department("示例县人民政府办公室", slug="office")
    make_category("应急预案", slug="plans", parent=shelves["songbei"])
    original, _ = bring_in_original(data=pages.jcms().encode(), name="page.html", by=None)
    fields = {**proposed(original), "department": organ, "published_on": dt.date(int(year), 3, 5)}
    assert any(said in reason for reason in obstacles_to_import(original, fields))
    with pytest.raises(ValidationError, match=said):
        import_original(original=original, fields=fields, by=None)
    assert not Item.objects.exists()


def test_acts_ask_the_same(shelves):
    reviewer = make_staff("公开办")
    form = ReassessForm({"note": "x", "next_review_on": "2999-01-01"}, item=None, user=reviewer)
    assert "不能晚于" in str(form.errors["next_review_on"])
    public = make_item()
    with pytest.raises(ValidationError, match="才公开"):
        acts.correct_views(item=public, by=reviewer, day=dt.date(1999, 1, 1), views=5, reason="误")


def test_the_checklist_stops_what_came_in_otherwise(shelves):
    item = make_draft(originally_published_at=at(2999, 1, 1))
    with pytest.raises(ValidationError, match="原公开时间不能在将来"):
        acts.submit_item(item=item, by=make_staff("信息员", item.department))
