"""Pasting a year's notice."""

import calendar
import datetime as dt

from django import forms

from workdays.calendar import ONE_DAY
from workdays.notices import NoticeError, read_notice

PLACEHOLDER = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
……
或者每天一行：
2月14日 班
2月15日至23日 休 春节"""


class NoticeForm(forms.Form):
    """The year, the notice's number and its text. Valid: `cleaned_data["days"]` holds the
    `NoticeDay`s.
    """

    year = forms.IntegerField(label="年度", min_value=2004, max_value=2100)
    notice_no = forms.CharField(
        label="通知文号", max_length=40, required=False, help_text="例如 国办发明电〔2025〕7号。"
    )
    text = forms.CharField(
        label="放假安排",
        widget=forms.Textarea(attrs={"rows": 14, "cols": 90, "placeholder": PLACEHOLDER}),
        help_text="把国务院办公厅通知的第一项至第七项原样粘贴过来即可；段落之外的文字看不懂时会提示，不会只录一半；也可以每行写一天或一段，注明“休”或“班”。",
    )

    def clean(self):
        """Read the days; what cannot be read is an error beside the text."""
        data = super().clean()
        if "year" in data and "text" in data:
            try:
                data["days"] = read_notice(data["text"], data["year"])
            except NoticeError as error:
                self.add_error("text", str(error))
        return data

    @property
    def summary(self):
        """For checking by eye before anything is written: a row a festival, oddities, working days
        in all.
        """
        days, year = self.cleaned_data["days"], self.cleaned_data["year"]
        festivals = dict.fromkeys(day.name for day in days)
        return {
            "rows": [
                _festival_row(name, [day for day in days if day.name == name]) for name in festivals
            ],
            "working_days": _working_days(days, year),
            "oddities": [day for day in days if day.is_workday and day.date.weekday() < 5],
        }


def _festival_row(name, days):
    off = [day.date for day in days if not day.is_workday]
    worked = [day.date for day in days if day.is_workday]
    return {
        "name": name or "（未注明）",
        "off": _spans(off),
        "worked": _spans(worked),
        "length": len(off),
    }


def _spans(dates):
    """Runs of neighbouring days as (first, last)."""
    spans = []
    for date in dates:
        if spans and date - spans[-1][1] == ONE_DAY:
            spans[-1] = (spans[-1][0], date)
        else:
            spans.append((date, date))
    return spans


def _working_days(days, year):
    entered = {day.date: day.is_workday for day in days}
    length = 366 if calendar.isleap(year) else 365
    every = (dt.date(year, 1, 1) + dt.timedelta(days=passed) for passed in range(length))
    return sum(entered.get(day, day.weekday() < 5) for day in every)
