"""Entering what the State Council announces."""

import datetime as dt

from django.db import transaction

from workdays.models import WorkCalendarDay


@transaction.atomic
def enter_notice(*, year, days, notice_no, by):
    """Put a year's notice (`NoticeDay`s) in the place of what the calendar held for that year.
    Returns the rows.

    Days of the neighbouring years that the notice names are replaced singly; nothing else of those
    years is touched.
    """
    WorkCalendarDay.objects.filter(
        date__gte=dt.date(year, 1, 1), date__lte=dt.date(year, 12, 31)
    ).delete()
    WorkCalendarDay.objects.filter(date__in=[day.date for day in days]).delete()
    source = f"国务院办公厅关于{year}年部分节假日安排的通知（{by.get_username()} 录入）"
    return WorkCalendarDay.objects.bulk_create(
        WorkCalendarDay(
            date=day.date,
            is_workday=day.is_workday,
            name=day.name,
            source=source[:100],
            notice_no=notice_no,
        )
        for day in days
    )
