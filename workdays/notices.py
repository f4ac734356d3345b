"""A year's notice of holidays (放假安排), read from what a clerk pastes.

Two ways of writing are understood, also mixed: the notice's own sentences (「二、春节：2月15日（周日）至23日（周一）放假调休，
共9天。2月14日（周六）上班。」) and plain rows (「2026-02-15 休 春节」, 「2月14日 班」).
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from workdays.calendar import IN_EVERY_NOTICE, ONE_DAY

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_FESTIVAL = re.compile("|".join(name.removesuffix("节") for name in FESTIVALS))
_DAY = r"(?:(?P<year{0}>\d{{4}})\s*[-年/.]\s*)?(?:(?P<month{0}>\d{{1,2}})\s*[-月/.]\s*)?(?P<day{0}>\d{{1,2}})\s*日?"
_SPAN = re.compile(r"(?<!\d)" + _DAY.format(1) + r"(?:\s*(?:至|到|~|—+|–|-{2,})\s*" + _DAY.format(2) + r")?(?!\d)")
_ASIDE = re.compile(r"\([^()]*\)")  # （周四）, （农历腊月二十八、周日）
_TOTAL = re.compile(r"共\s*\d+\s*天")
_YEAR_ALONE = re.compile(r"\d{4}\s*年(?!\s*\d)")
_OFF, _WORKED = re.compile(r"放假|补休|调休|休"), re.compile(r"上班|班")
MAX_CHARACTERS = 20_000
MAX_SPAN_DAYS = 15


class NoticeError(ValueError):
    """What was pasted cannot be read; the message (Chinese) names the line and says what to do."""


@dataclass(frozen=True)
class NoticeDay:
    """One day of a notice."""

    date: dt.date
    is_workday: bool
    name: str = ""


def read_notice(text, year):
    """The `NoticeDay`s of the notice for `year`, in order. Raises NoticeError.

    Days of the December before and of the January after are allowed: 元旦 is now and then joined with them.
    """
    if len(text) > MAX_CHARACTERS:
        raise NoticeError("粘贴的文字过长，请只粘贴一个年度的放假安排。")
    found, name = {}, ""
    for line in unicodedata.normalize("NFKC", text).splitlines():
        if festival := _FESTIVAL.search(line):
            name = _full_name(festival.group())
        elif not line.strip():
            name = ""
        for day in _line_days(line, year, name):
            if found.get(day.date, day).is_workday != day.is_workday:
                raise NoticeError(f"{day.date} 既写成放假又写成上班，请核对后重新粘贴。")
            found.setdefault(day.date, day)
    _check_complete(found, year)
    return [found[date] for date in sorted(found)]


def _line_days(line, year, name):
    for sentence in re.split(r"[。;]", _ASIDE.sub("", line)):
        clause = _YEAR_ALONE.sub("", _TOTAL.sub("", sentence))
        worked, off = _WORKED.search(clause), _OFF.search(clause)
        if not (worked or off) or not re.search(r"\d", clause):
            continue
        if worked and off:
            yield from _mixed(clause, line, year, name)
        else:
            yield from _clause_days(clause, bool(worked), line, year, name)


def _mixed(clause, line, year, name):
    """「…放假调休，2月14日上班」 in one sentence: each verb rules what stands before it."""
    position = 0
    for verb in re.finditer(r"放假(?:调休|公休)*|上班|补休|(?<=\d|日|\s)[休班](?!\w)", clause):
        yield from _clause_days(clause[position : verb.start()], verb.group() in {"上班", "班"}, line, year, name)
        position = verb.end()


def _clause_days(clause, is_workday, line, year, name):
    month = None
    for span in _SPAN.finditer(clause):
        if not span["month1"] and month is None:
            raise NoticeError(f"看不懂这一行的日期：“{line.strip()[:60]}”。请写成“2月14日 班”或“{year}-02-14 班”。")
        month = int(span["month1"] or month)
        first = _date(span["year1"] or year, month, span["day1"], line)
        last = first
        if span["day2"]:
            last = _date(span["year2"] or first.year, span["month2"] or month, span["day2"], line)
            if last < first and not span["year2"]:
                last = last.replace(year=first.year + 1)
        yield from _days(first, last, is_workday, name, line)


def _days(first, last, is_workday, name, line):
    if not dt.timedelta(0) <= last - first < dt.timedelta(days=MAX_SPAN_DAYS):
        raise NoticeError(f"起止日期不对：“{line.strip()[:60]}”。请核对后重新粘贴。")
    while first <= last:
        yield NoticeDay(first, is_workday, name)
        first += ONE_DAY


def _date(year, month, day, line):
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise NoticeError(f"没有这一天：“{line.strip()[:60]}”。请核对后重新粘贴。") from None


def _full_name(festival):
    return next(name for name in FESTIVALS if name.startswith(festival))


def _check_complete(found, year):
    outside = [date for date in found if not dt.date(year - 1, 12, 20) <= date <= dt.date(year + 1, 1, 10)]
    if outside:
        raise NoticeError(f"{min(outside)} 不属于{year}年度的放假安排，请核对年份。")
    missing = [f"{month}月{day}日" for month, day in sorted(IN_EVERY_NOTICE) if not _is_off(found, year, month, day)]
    if missing:
        raise NoticeError(f"没有读到{'、'.join(missing)}放假。请粘贴全年的放假安排，元旦到国庆节都要有。")


def _is_off(found, year, month, day):
    entry = found.get(dt.date(year, month, day))
    return entry is not None and not entry.is_workday
