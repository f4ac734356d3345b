"""A year's notice of holidays (放假安排), read from what a clerk pastes.

Two ways of writing are understood, also mixed: the notice's own sentences
(「二、春节：2月15日（周日）至23日（周一）放假调休， 共9天。2月14日（周六）上班。」) and plain rows
(「2026-02-15 休 春节」, 「2月14日 班」). A sentence with days in it that is not understood to its
last word is refused: half a sentence taken would be a wrong calendar that nobody notices.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from workdays.calendar import IN_EVERY_NOTICE, ONE_DAY
from workdays.notice_dates import ASIDE, DAY, DayReader, NoticeError

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_FESTIVAL = re.compile("|".join(name.removesuffix("节") for name in FESTIVALS))
# Longest first: 调休上班 is work, 放假调休 is none.
_WORKED = r"(?:调休|照常|正常|需要|需)*(?:上班|补班|工作)|(?<![值轮加接倒])班"
_OFF = r"(?:放假调休|调休放假|放假公休|公休放假|放假补休|放假|补休|休息|休假|公休)(?!日)|(?<![调连年公补带])休(?![假息])"
_MOVED = r"(?<!不)调休"
_VERB = re.compile(rf"(?P<worked>{_WORKED})|(?P<off>{_OFF})|(?P<moved>{_MOVED})")
_TOTAL = re.compile(r"(?:共计?|总共|合计)?\s*(\d{1,2}|[一二三四五六七八九十]{1,2}|两)\s*天")
_NUMERALS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)} | {
    "两": 2
}
_EXPLAINED = re.compile(
    r"法定节假日|公休日|照常公休|周末公休"
)  # which day is off for what reason, as until 2009
_NUMBERING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+\s*[、.]|\([一二三四五六七八九十\d]+\)|\d{1,2}\s*[、.](?!\d))\s*"
)
# What may stand around days without saying anything of them. Possessive: 春节 can be read in two
# ways, and a line has thousands.
_BETWEEN = re.compile(
    r"(?:[\s、,和及与“”\":的将是为在于自从起止]|五一|十一|以及|其中|全国|元旦|(?:春|清明|劳动|端午|中秋|国庆)节?|国际|除夕|节日?|期间|放假|时间"
    r"|日期|安排)*+"
)
_SIGNED = re.compile(r"\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*")
_YEAR_ALONE = re.compile(r"\d{4}\s*年(?!\s*\d)")
_ADVICE = re.compile(r"\s*(?:鼓励|倡导|提倡|建议)")
_DASHES = re.compile("[～﹏⁓∽]")
MAX_CHARACTERS = 20_000

__all__ = ["NoticeDay", "NoticeError", "read_notice"]


@dataclass(frozen=True)
class NoticeDay:
    """One day of a notice."""

    date: dt.date
    is_workday: bool
    name: str = ""


def read_notice(text, year):
    """The `NoticeDay`s of the notice for `year`, in order. Raises NoticeError.

    Days of the December before and of the January after are allowed: 元旦 is now and then joined
    with them.
    """
    if len(text) > MAX_CHARACTERS:
        raise NoticeError("粘贴的文字过长，请只粘贴一个年度的放假安排。")
    found, name, reader = {}, "", DayReader(year)
    for line in _DASHES.sub("~", unicodedata.normalize("NFKC", text)).splitlines():
        if not line.strip():
            name = ""
        if _SIGNED.fullmatch(line):  # the day of the notice, below its text
            continue
        for sentence in re.split(r"[。;!]", line):
            if festival := _FESTIVAL.search(ASIDE.sub("", sentence)):
                name = _full_name(festival.group())
            for day in _days_of(sentence, line, name, reader):
                if found.get(day.date, day).is_workday != day.is_workday:
                    raise NoticeError(f"{day.date} 既写成放假又写成上班，请核对后重新粘贴。")
                found.setdefault(day.date, day)
    _check_complete(found, year)
    return [found[date] for date in sorted(found)]


def _days_of(sentence, line, name, reader):
    """The days of one sentence. What it says besides must be words we know, or it is refused."""
    bare = _YEAR_ALONE.sub("", _NUMBERING.sub("", sentence))
    if _ADVICE.match(bare):
        return
    said = ASIDE.sub("", bare)
    if not DAY.search(_TOTAL.sub("", said)):
        _refuse_item_without_days(said, line)
        return
    groups = _groups(bare, line, name, reader)
    yield from _expanded(groups, name)
    _check_total(groups, bare, line)


def _refuse_item_without_days(said, line):
    """「春节：正月初一至初七放假」 names no day of the calendar: to pass over it would lose a
    festival.
    """
    if re.search(rf"(?:{_FESTIVAL.pattern})[^:]{{0,12}}:", said) and _VERB.search(said):
        raise NoticeError(f"这一行没有写明日期：“{line.strip()[:60]}”。请写成“2月14日 班”的样子。")


def _groups(bare, line, name, reader):
    """[(spans, is_workday)]: each verb rules the days before it; where it stands before a colon,
    those behind it.
    """
    ahead = re.match(rf"[^:\d]*?(?:{_WORKED}|{_OFF}|{_MOVED})(?:日期|时间|安排|日)?\s*:", bare)
    if ahead and not _VERB.search(ASIDE.sub("", bare[ahead.end() :])):
        spans, between = reader.spans(_TOTAL.sub("", bare[ahead.end() :]), name, line)
        _refuse_unknown(between, line)
        return [(spans, _is_work(_VERB.search(ahead.group()), spans, line))]
    groups, waiting = [], []
    for clause in _clauses(bare):
        if _EXPLAINED.search(ASIDE.sub("", clause)):
            waiting = []  # the days before the comma are what it explains
            continue
        waiting = _read_clause(clause, waiting, groups, line, name, reader)
    if waiting:
        raise NoticeError(
            f"这些日期没有写明放假还是上班：“{line.strip()[:60]}”。请写成“2月14日 班”的样子。"
        )
    return groups


def _clauses(bare):
    """Parts between commas, but for those in brackets."""
    return re.split(r",(?![^()]*\))", bare)


def _read_clause(clause, waiting, groups, line, name, reader):
    """Adds to `groups` what the clause's verbs rule; returns the days that still wait for one."""
    position = 0
    masked = ASIDE.sub(
        lambda aside: "\0" * len(aside.group()), clause
    )  # a verb in brackets rules nothing
    for verb in _VERB.finditer(masked):
        spans, between = reader.spans(clause[position : verb.start()], name, line)
        _refuse_unknown(between, line)
        if waiting or spans:
            groups.append(([*waiting, *spans], _is_work(verb, [*waiting, *spans], line)))
        waiting, position = [], verb.end()
    rest = _TOTAL.sub("", clause[position:])
    if not DAY.search(ASIDE.sub("", rest)):
        return waiting
    spans, between = reader.spans(rest, name, line)
    _refuse_unknown(between, line)
    return [*waiting, *spans]


def _refuse_unknown(between, line):
    if not _BETWEEN.fullmatch(_TOTAL.sub("", ASIDE.sub("", between))):
        raise NoticeError(
            f"看不懂这一行：“{line.strip()[:60]}”。请改写成“2月15日至23日 休”“2月14日 班”，每行一段。"
        )


def _is_work(verb, spans, line):
    """What a verb says of its days. 调休 alone: of a weekend that it is worked, of a weekday that
    it is not.
    """
    if not verb["moved"]:
        return bool(verb["worked"])
    kinds = {
        (first + dt.timedelta(passed)).weekday() >= 5
        for first, last in spans
        for passed in range((last - first).days + 1)
    }
    if len(kinds) != 1:
        raise NoticeError(
            f"“调休”没有说明哪天上班、哪天放假：“{line.strip()[:60]}”。请写明“上班”或“放假”。"
        )
    return kinds.pop()


def _expanded(groups, name):
    for spans, is_workday in groups:
        for first, last in spans:
            day = first
            while day <= last:
                yield NoticeDay(day, is_workday, name)
                day += ONE_DAY


def _check_total(groups, bare, line):
    """共N天 is what the notice itself counts: other than our count, we have misread it."""
    totals = [_number(match[1]) for match in _TOTAL.finditer(ASIDE.sub("", bare))]
    off = {day.date for day in _expanded(groups, "") if not day.is_workday}
    if totals and off and totals[-1] != len(off):
        raise NoticeError(
            f"文中写共 {totals[-1]} 天，读出的是 {len(off)} 天：“{line.strip()[:60]}”。请核对后重新粘贴。"
        )


def _number(text):
    if text.isdigit():
        return int(text)
    if len(text) == 1:
        return _NUMERALS[text]
    return (_NUMERALS[text[0]] * 10 if text[0] != "十" else 10) + (
        _NUMERALS[text[1]] if text[1] != "十" else 0
    )


def _full_name(festival):
    return next(name for name in FESTIVALS if name.startswith(festival))


def _check_complete(found, year):
    outside = [
        date for date in found if not dt.date(year - 1, 12, 20) <= date <= dt.date(year + 1, 1, 10)
    ]
    if outside:
        raise NoticeError(f"{min(outside)} 不属于{year}年度的放假安排，请核对年份。")
    missing = [
        f"{month}月{day}日"
        for month, day in sorted(IN_EVERY_NOTICE)
        if not _is_off(found, year, month, day)
    ]
    if missing:
        raise NoticeError(
            f"没有读到{'、'.join(missing)}放假。请粘贴全年的放假安排，元旦到国庆节都要有。"
        )


def _is_off(found, year, month, day):
    entry = found.get(dt.date(year, month, day))
    return entry is not None and not entry.is_workday
