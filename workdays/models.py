"""The days on which the calendar departs from the week (放假和调休), as data that somebody
announced.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models

FIRST_YEAR, LAST_YEAR = 2000, 2100


def validate_calendar_day(day):
    """Within the years the calendar is kept for."""
    if not dt.date(FIRST_YEAR, 1, 1) <= day <= dt.date(LAST_YEAR, 12, 31):
        raise ValidationError(f"日期应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间，请核对年份。")


class WorkCalendarDay(models.Model):
    """A day off or a working weekend of the State Council's yearly notice
    (《全国年节及纪念日放假办法》 Art. 7).

    Every other day follows the week. Days off are kept where they fall on a weekend too: the notice
    names them, and their presence is what tells that a year has been announced.
    """

    date = models.DateField("日期", unique=True, validators=[validate_calendar_day])
    is_workday = models.BooleanField("上班", help_text="勾选：调休上班；不勾选：放假。")
    name = models.CharField("节日", max_length=30, blank=True)
    source = models.CharField(
        "来源",
        max_length=100,
        blank=True,
        help_text="例如 国务院办公厅关于2026年部分节假日安排的通知。",
    )
    notice_no = models.CharField(
        "通知文号", max_length=40, blank=True, help_text="例如 国办发明电〔2025〕7号。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休日"
        ordering = ("date",)

    def __str__(self):
        return f"{self.date} {'班' if self.is_workday else '休'} {self.name}".rstrip()
