"""Days and years: when made, when published, which year a report is about."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from documents import customs
from documents.old_pages.folding import simplify
from documents.old_pages.labels import Metadata

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")
_EIGHT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_STAMP = re.compile(
    r"(?<!\d)(?:19|20)\d{2}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_ADDRESS_DAYS = (
    re.compile(r"/art/(\d{4})/(\d{1,2})/(\d{1,2})/art_"),
    re.compile(r"/t(\d{4})(\d{2})(\d{2})_\d+\.s?html?"),
    re.compile(r"/(20\d{2})[-/](\d{2})[-/](\d{2})/"),
    re.compile(r"/(20\d{2})-(\d{2})/(\d{2})/"),
    re.compile(r"/(20\d{2})(\d{2})(\d{2})/"),
)
BY_ADDRESS = "页面没有写发布日期，按网址中的日期记录，请核对。"
_PERIODS = (
    re.compile(
        r"(20\d\d)年?\s*1\s*月\s*1\s*日[^。]{0,16}?(?:至|到|起|—|-|－|~)[^。]{0,14}?12\s*月\s*31?\s*日"
    ),
    re.compile(r"统计(?:期限|时限|时间|周期)[^。]{0,12}?(20\d\d)\s*年"),
)
_DIGITS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")


def day_of(text: str) -> date | None:
    """The first calendar day a value names, or None."""
    match = _DAY.search(text) or _EIGHT.search(text)
    if match:
        return _date(match.groups())
    return next((day for day, *_ in customs.find_dates(customs.squeeze(text)) if day), None)


def _date(numbers: Iterable[str]) -> date | None:
    try:
        return dt.date(*map(int, numbers))
    except ValueError:
        return None


def day_of_address(address: str | None) -> date | None:
    """The day an address carries (JCMS and TRS write the day of publication), or None."""
    for pattern in _ADDRESS_DAYS:
        if address and (match := pattern.search(address)):
            return _date(match.groups())
    return None


_PROPERTIES = (
    "pubdate", "发布日期", "publishdate", "docdate", "publish_date", "firstpublishedtime", "article:published_time",
)  # fmt: skip
_ONLY_A_DAY = re.compile(r"[\s\d:：\-/.年月日时分秒|\[\]()（）]{8,60}")


def published_on(
    metadata: Metadata, properties: dict[str, str], head: list[str], address: str | None
) -> tuple[Any, ...]:
    """(day or None, doubts): labels first, then tags, then a day under the title, then the address."""
    days = [day for value in metadata.all("published_on") if (day := day_of(value))]
    if len(set(days)) > 1:
        return days[0], [
            f"页面上有几个发布日期（{'、'.join(map(str, dict.fromkeys(days)))}），取第一个。"
        ]
    days += [day for name in _PROPERTIES if (day := day_of(properties.get(name, "")))]
    days += filter(None, map(_day_under_title, head[-40:]))
    days += [day for value in metadata.all("source") if (day := day_of(value))]
    if days:
        return days[0], []
    if day := day_of_address(address):
        return day, [BY_ADDRESS]
    return None, []


def _day_under_title(line: str) -> date | None:
    """The day of a line that is nothing but one, or that names the site beside it (中国政府网
    www.gov.cn 2014-07-07 08:47).
    """
    if _ONLY_A_DAY.fullmatch(line):
        return day_of(line)
    stamps = _STAMP.findall(line) if len(line) <= 100 else []
    return day_of(stamps[0]) if len(stamps) == 1 and ":" in stamps[0] else None


def year_in_title(title: str) -> int | None:
    """The year a report's title names, or None."""
    text = (
        simplify(title or "").translate(_DIGITS) if not re.search(r"20\d\d", title or "") else title
    )
    years = re.findall(r"(20\d\d)\s*年?", text)
    return int(years[0]) if years else None


def year_of_report(title: str, text: str, published: date | None) -> tuple[int | None, list[str]]:
    """(year the report is about or None, doubts)."""
    folded = re.sub(r"\s+", "", simplify(text))
    period = next((int(m[1]) for pattern in _PERIODS if (m := pattern.search(folded[:6000]))), None)
    named = year_in_title(title)
    doubts = []
    if named and period and named != period:
        doubts.append(f"标题写{named}年，统计期限写{period}年，请核对报告年度。")
    year = named or period or _year_of_text(folded, published)
    if year and published and not year <= published.year <= year + 1:
        doubts.append(f"报告年度（{year}）与发布日期（{published}）相隔较远，请核对。")
    if year and not 2004 <= year <= 2100:
        return None, [*doubts, f"报告年度“{year}”不合理。"]
    return year, doubts


def _year_of_text(folded: str, published: date | None) -> int | None:
    """The year the text is about: the one it begins with and names most; checked against the day of
    publication.
    """
    years = Counter(int(year) for year in re.findall(r"(20\d\d)年", folded[:4000]))
    if not years:
        return published.year - 1 if published and published.month <= 4 else None
    first = next(re.finditer(r"(20\d\d)年", folded))
    most, count = years.most_common(1)[0]
    if published and published.year - 1 in years and published.month <= 6:
        return published.year - 1
    return most if count >= 2 or int(first[1]) == most else None


def doubts_of_days(
    created: date | None, published: date | None, index_number: str | None, today: date
) -> list[Any]:
    """What does not fit together among days and index number."""
    doubts = []
    if created and published and created > published:
        doubts.append(f"成文日期（{created}）晚于发布日期（{published}），请核对。")
    for name, day in (("成文日期", created), ("发布日期", published)):
        if day and day > today:
            doubts.append(f"{name}（{day}）晚于今天，请核对。")
    match = re.search(r"[/-]((?:19|20)\d\d)(?:\d\d)?-\d+", index_number or "")
    if match and published and int(match[1]) != published.year:
        doubts.append(f"索引号中的年份（{match[1]}）与发布日期（{published}）不一致。")
    return doubts
