"""The days a sentence of a notice names: every way of writing a day, a range and a list that the
State Council's notices know.
"""

import datetime as dt
import re

RANGE = r"\s*起?\s*(?:至|到|[~\-—–‐‑‒―−─﹣∼〜]{1,3})\s*"
DAY = re.compile(
    r"(?:(?P<iso>\d{4})\s*[-/.]\s*(?P<iso_month>\d{1,2})\s*[-/.]\s*(?P<iso_day>\d{1,2})\s*日?(?!\d))"
    r"|(?:(?:(?P<year>\d{4})\s*年\s*)?(?:(?P<month>\d{1,2})\s*(?:月|/)\s*)?(?P<day>\d{1,2})\s*(?P<sun>日|号)?(?![\d年月天个项条/]))"
)
ASIDE = re.compile(r"\(([^()]*)\)")
_WEEKDAY = re.compile(r"(?:星期|周)\s*([一二三四五六日天])")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
MAX_SPAN_DAYS = 15


class NoticeError(ValueError):
    """What was pasted cannot be read; the message (Chinese) names the line and says what to do."""


class DayReader:
    """Reads one sentence after another of one notice. `year`: the year the notice is for."""

    def __init__(self, year):
        self.year = year

    def spans(self, clause, festival, line):
        """([(first, last)], what stands between them) of a clause, in order. Raises NoticeError."""
        found, rest, position, month = [], [], 0, None
        while match := DAY.search(clause, position):
            rest.append(clause[position : match.start()])
            first, month = self._day(match, month, festival, line)
            position = _after_aside(clause, match.end(), first, line)
            last = first
            if sign := re.compile(RANGE).match(clause, position):
                if (end := DAY.match(clause, sign.end())) is None:
                    raise NoticeError(f"只有开始的日期：“{_shown(line)}”。请核对后重新粘贴。")
                last, month = self._end(end, first, month, festival, line)
                position = _after_aside(clause, end.end(), last, line)
            elif not (match["iso"] or match["month"] or match["sun"]):
                raise NoticeError(_unreadable(line, self.year))
            if not dt.timedelta(0) <= last - first < dt.timedelta(days=MAX_SPAN_DAYS):
                raise NoticeError(f"起止日期不对：“{_shown(line)}”。请核对后重新粘贴。")
            found.append((first, last))
        rest.append(clause[position:])
        return found, "".join(rest)

    def _day(self, match, month, festival, line):
        if match["iso"]:
            return _date(match["iso"], match["iso_month"], match["iso_day"], line), int(
                match["iso_month"]
            )
        month = int(match["month"] or month or 0)
        if not month:
            raise NoticeError(_unreadable(line, self.year))
        year = int(match["year"] or self.year)
        if (
            not match["year"] and festival == "元旦" and month == 12
        ):  # 12月30日至1月1日: the December before
            year -= 1
        return _date(year, month, match["day"], line), month

    def _end(self, match, first, month, festival, line):
        last, month = self._day(match, month, festival, line)
        if (
            last < first
            and not (match["year"] or match["iso"])
            and first.month == 12
            and last.month == 1
        ):
            last = last.replace(year=first.year + 1)
        return last, month


def _after_aside(clause, position, day, line):
    """Where the remark in brackets behind a day ends; a weekday in it must be that of the day."""
    while aside := re.compile(r"\s*\(([^()]*)\)").match(clause, position):
        weekday = _WEEKDAY.search(aside[1])
        if weekday and _WEEKDAYS[weekday[1]] != day.weekday():
            raise NoticeError(
                f"{day} 是星期{'一二三四五六日'[day.weekday()]}，文中写的是星期{weekday[1]}：“{_shown(line)}”。请核对年份和日期。"
            )
        position = aside.end()
    return position


def _date(year, month, day, line):
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise NoticeError(f"没有这一天：“{_shown(line)}”。请核对后重新粘贴。") from None


def _shown(line):
    return line.strip()[:60]


def _unreadable(line, year):
    return f"看不懂这一行的日期：“{_shown(line)}”。请写成“2月14日 班”或“{year}-02-14 班”。"
