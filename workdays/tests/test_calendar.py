"""Working days counted by the State Council's calendar."""

import datetime as dt

import chinese_calendar
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from workdays.calendar import (
    PROVISIONAL,
    Deadline,
    WorkCalendar,
    add_workdays,
    is_announced,
    is_workday,
    tomb_sweeping_day,
    workdays_between,
)
from workdays.models import WorkCalendarDay, validate_calendar_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
day = dt.date.fromisoformat


@pytest.mark.parametrize(("year", "number"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_it_knows_how_many_days_a_year_is_worked(year, number):
    assert workdays_between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == number


def test_it_agrees_with_the_published_tables_on_every_day():
    calendar = WorkCalendar.load(2004, 2026)
    first = dt.date(2004, 1, 1)
    days = [
        first + dt.timedelta(days=passed)
        for passed in range((dt.date(2026, 12, 31) - first).days + 1)
    ]
    assert [
        one for one in days if calendar.is_workday(one) != chinese_calendar.is_workday(one)
    ] == []


@pytest.mark.parametrize(
    ("received", "number", "last_day"),
    [
        ("2026-01-20", 20, "2026-02-24"),  # over 春节, with a working Saturday on each side
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-09-20", 20, "2026-10-23"),
        ("2025-09-22", 20, "2025-10-24"),
        ("2024-01-08", 20, "2024-02-04"),  # a Sunday worked as 调休; Monday would be a day too late
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2026-03-03", 0, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),
    ],
)
def test_it_counts_from_the_day_after_receipt(received, number, last_day):
    assert add_workdays(day(received), number) == Deadline(day(last_day))


def test_sundays_worked_as_adjustment_count_and_holidays_on_weekdays_do_not():
    assert is_workday(day("2026-09-20"))
    assert not is_workday(day("2026-02-16"))
    assert not is_workday(day("2026-03-07"))


def test_beyond_the_announced_years_a_deadline_is_provisional_and_says_so():
    deadline = add_workdays(day("2026-12-10"), 20)
    # 1 January is off by law; the moon's holidays and 调休 are not known.
    assert (deadline.date, deadline.is_provisional) == (day("2027-01-08"), True)
    assert PROVISIONAL in deadline.note
    assert "2027年" in deadline.note
    assert "春节" in deadline.note
    assert str(deadline) == "2027-01-08（待国务院放假通知确认）"


def test_the_last_days_of_december_stay_open_until_the_next_notice():
    # The notice for 2019 took 2018-12-31 off and made 2018-12-29 a working Saturday.
    assert not add_workdays(day("2026-12-25"), 1).is_provisional
    assert add_workdays(day("2026-12-25"), 2).is_provisional
    assert not add_workdays(day("2025-12-25"), 3).is_provisional


def test_the_suns_and_the_fixed_holidays_are_known_without_a_notice():
    calendar = WorkCalendar.load(2027, 2027)
    off = [day("2027-01-01"), day("2027-04-05"), day("2027-10-01")]
    assert [calendar.is_workday(one) for one in off] == [False] * 3
    assert calendar.is_workday(day("2027-02-08"))  # 春节 2027 is not guessed


@pytest.mark.parametrize("year", range(2008, 2027))
def test_tomb_sweeping_day_falls_into_the_days_off_of_every_notice(year):
    assert WorkCalendarDay.objects.filter(
        date=tomb_sweeping_day(year), name="清明节", is_workday=False
    ).exists()


def test_a_year_is_announced_once_its_notice_is_entered():
    assert [is_announced(year) for year in (2003, 2004, 2026, 2027)] == [False, True, True, False]
    WorkCalendarDay.objects.create(date=day("2027-01-01"), is_workday=False)
    assert not is_announced(2027)


def test_counting_back_is_negative():
    assert workdays_between(day("2026-03-06"), day("2026-03-09")) == 1
    assert workdays_between(day("2026-03-09"), day("2026-03-06")) == -1
    assert workdays_between(day("2026-03-06"), day("2026-03-08")) == 0


@pytest.mark.parametrize("number", [-1, 1001])
def test_it_refuses_a_limit_no_law_sets(number):
    with pytest.raises(ValueError, match="working days"):
        add_workdays(day("2026-03-06"), number)


@pytest.mark.parametrize("number", [7, 20, 1000])
def test_a_calculation_costs_one_query(number, django_assert_num_queries):
    with django_assert_num_queries(1):
        add_workdays(day("2026-03-06"), number)
    with django_assert_num_queries(1):
        workdays_between(day("2025-03-06"), day("2026-03-06"))


def test_a_calendar_says_what_it_was_not_loaded_for():
    with pytest.raises(ValueError, match="2031"):
        WorkCalendar.load(2025, 2026).is_workday(day("2031-01-01"))


def test_the_days_the_law_fixes_are_none_to_work_before_any_notice():
    """放假办法 (2024) Art. 2; 清明 (April) follows the sun. In 31 years each day falls on every
    day of the week.
    """
    calendar = WorkCalendar.load(2030, 2060)
    every = (dt.date(2030, 1, 1) + dt.timedelta(passed) for passed in range(31 * 365))
    off = {
        (one.month, one.day)
        for one in every
        if one.weekday() < 5 and one.month != 4 and not calendar.is_workday(one)
    }
    assert off == {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def test_a_calendar_of_one_year_knows_what_the_next_notice_says_of_december():
    calendar = WorkCalendar.load(2025, 2025)
    assert calendar.is_settled(day("2025-12-31"))
    assert not WorkCalendar.load(2026, 2026).is_settled(day("2026-12-31"))
    calendar.is_workday(day("2026-12-31"))
    with pytest.raises(ValueError, match="2027"):
        calendar.is_workday(day("2027-01-01"))


@pytest.mark.parametrize(
    ("one", "is_good"),
    [("1999-12-31", False), ("2000-01-01", True), ("2100-12-31", True), ("2101-01-01", False)],
)
def test_the_calendar_is_kept_for_a_century(one, is_good):
    if is_good:
        validate_calendar_day(day(one))
    else:
        with pytest.raises(ValidationError, match="2000 年到 2100 年"):
            validate_calendar_day(day(one))


days = st.dates(dt.date(2004, 1, 1), dt.date(2030, 12, 31))
limits = st.integers(0, 300)


class CountingTests(TestCase):
    """Rules over all days, announced or not."""

    @settings(deadline=None)
    @given(days, limits)
    def test_between_takes_back_what_add_gave(self, start, number):
        assert workdays_between(start, add_workdays(start, number).date) == number

    @settings(deadline=None)
    @given(days, st.integers(1, 300))
    def test_a_deadline_is_a_working_day_and_a_later_limit_ends_later(self, start, number):
        calendar = WorkCalendar.load(start.year, start.year + 3)
        deadline = calendar.add_workdays(start, number).date
        assert calendar.is_workday(deadline)
        assert calendar.add_workdays(start, number - 1).date < deadline

    @settings(deadline=None)
    @given(days, limits, st.integers(0, 60))
    def test_a_later_receipt_never_ends_earlier(self, start, number, later):
        assert (
            add_workdays(start + dt.timedelta(days=later), number).date
            >= add_workdays(start, number).date
        )

    @settings(deadline=None)
    @given(days, days, days)
    def test_days_between_add_up(self, first, second, third):
        calendar = WorkCalendar.load(2004, 2030)
        whole = calendar.workdays_between(first, third)
        assert whole == calendar.workdays_between(first, second) + calendar.workdays_between(
            second, third
        )
