"""Counting working days (工作日), the unit of every time limit of the Regulation.

The day of receipt is not counted; the first working day after it is day 1. Which days are worked is
data with a date of publication, not an algorithm: the State Council announces each year's 调休 in
the November before. What reaches beyond the announced days is counted by the week and the fixed
statutory holidays alone, and says that it is provisional.
"""

import datetime as dt
from dataclasses import dataclass

from workdays.models import WorkCalendarDay

PROVISIONAL = "待国务院放假通知确认"
# Statutory holidays whose day needs no notice (放假办法 Art. 2). 清明 follows the sun; 春节, 端午
# and 中秋 follow the moon.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
# A notice names at least these days of its year.
IN_EVERY_NOTICE = {(1, 1), (5, 1), (10, 1)}
# 元旦 is now and then joined with the last days of December, by the notice for the year after.
DECEMBER_IS_OPEN_FROM = 29
MAX_WORKDAYS = 1_000
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """The last day of a time limit. `note` (Chinese) says why it may still move, and is empty where
    it may not.
    """

    date: dt.date
    is_provisional: bool = False
    note: str = ""

    def __str__(self):
        return f"{self.date}（{PROVISIONAL}）" if self.is_provisional else str(self.date)


class WorkCalendar:
    """The calendar of some years, read once (one query). Load one for a page of many deadlines."""

    def __init__(self, days, first_year, last_year):
        self._days = days
        self._years = range(first_year, last_year + 1)
        entered = set(days)
        self._announced = {
            year
            for year in self._years
            if all(dt.date(year, *day) in entered for day in IN_EVERY_NOTICE)
        }

    @classmethod
    def load(cls, first_year, last_year):
        """The calendar of these years and of what the notice after them says of December."""
        rows = WorkCalendarDay.objects.filter(
            date__gte=dt.date(first_year, 1, 1),
            date__lte=dt.date(min(last_year + 1, dt.MAXYEAR), 12, 31),
        )
        return cls(dict(rows.values_list("date", "is_workday")), first_year, last_year + 1)

    def is_announced(self, year):
        """Whether the notice for a year has been entered."""
        self._check(year)
        return year in self._announced

    def is_settled(self, day):
        """Whether no notice still to come can change a day."""
        if day.month == 12 and day.day >= DECEMBER_IS_OPEN_FROM:
            return day.year in self._announced and day.year + 1 in self._announced
        return self.is_announced(day.year)

    def is_workday(self, day):
        """Whether a day is worked, as far as is known."""
        self._check(day.year)
        if day in self._days:
            return self._days[day]
        if day.weekday() >= 5:
            return False
        return day.year in self._announced or not is_fixed_holiday(day)

    def add_workdays(self, start, number):
        """The `Deadline` `number` working days after `start`; zero is `start` itself."""
        day, unsettled = start, set()
        for _ in range(number):
            day += ONE_DAY
            while not self._count(day, unsettled):
                day += ONE_DAY
        return Deadline(day, bool(unsettled), _note(unsettled))

    def workdays_between(self, start, end):
        """Working days after `start` up to and including `end`; negative where `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(
            self.is_workday(start + dt.timedelta(days=passed))
            for passed in range(1, (end - start).days + 1)
        )

    def _count(self, day, unsettled):
        if not self.is_settled(day):
            unsettled.add(day.year + 1 if day.year in self._announced else day.year)
        return self.is_workday(day)

    def _check(self, year):
        if year not in self._years:
            raise ValueError(
                f"the calendar was loaded for {self._years.start}–{self._years.stop - 1}, not for {year}"
            )


def is_fixed_holiday(day):
    """Whether a day is a statutory holiday that needs no notice: 元旦, 清明 (by the sun), 劳动节,
    国庆节.
    """
    return (day.month, day.day) in FIXED_HOLIDAYS or day == tomb_sweeping_day(day.year)


def tomb_sweeping_day(year):
    """清明 of a year, by the usual approximation of the solar term: right for 2000–2099."""
    return dt.date(year, 4, int((year % 100) * 0.2422 + 4.81) - (year % 100) // 4)


def is_workday(day):
    """Whether a day is worked, as far as is known. One query."""
    return WorkCalendar.load(day.year, day.year).is_workday(day)


def is_announced(year):
    """Whether the State Council's notice for a year has been entered. One query."""
    return WorkCalendar.load(year, year).is_announced(year)


def add_workdays(start, number):
    """The `Deadline` `number` (0–1000) working days after `start`, the day of receipt, which is not
    counted. One query.
    """
    if not 0 <= number <= MAX_WORKDAYS:
        raise ValueError(f"a time limit has 0 to {MAX_WORKDAYS} working days, not {number}")
    # Even in a year of the longest holidays a working day is followed by another within a
    # fortnight.
    return WorkCalendar.load(start.year, start.year + number // 200 + 1).add_workdays(start, number)


def workdays_between(start, end):
    """Working days after `start` up to and including `end` (negative where `end` is earlier). One
    query.

    The inverse of `add_workdays`: what is left on `today` of a limit that ends on `end` is
    `workdays_between(today, end)`.
    """
    first, last = sorted((start, end))
    return WorkCalendar.load(first.year, last.year).workdays_between(start, end)


def _note(unsettled):
    if not unsettled:
        return ""
    years = "、".join(f"{year}年" for year in sorted(unsettled))
    return f"{PROVISIONAL}：{years}的放假安排尚未录入，暂按周末和元旦、清明节、劳动节、国庆节推算，未计春节、端午节、中秋节和调休。"
