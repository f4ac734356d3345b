"""Dates in their order, and what is left of the twenty working days (条例 Art. 26)."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from checklist.metadata import number_year
from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.checks.subject import field_place
from disclosure.choices import AT_THE_DESK, DisclosureMode
from disclosure.models.rules.day_bounds import FIRST_YEAR, validate_originally_published
from disclosure.models.working import PUBLISH_WITHIN
from documents.html.places import Place
from workdays.calendar import WorkCalendar

SOON = 3
CREATED_ON, PUBLISHED_AT = Place("created_on", "成文日期"), Place("published_at", "公开时间")
ORIGINALLY = Place("originally_published_at", "原公开时间")


@check
def dates_in_order(subject):
    """A document is made before it is published, and neither tomorrow."""
    item, today = subject.item, subject.today
    if item.created_on is None:
        return
    if item.created_on > today:
        message = f"成文日期 {item.created_on} 在今天之后。请改为文件的签发日期。"
        yield Finding("created-in-future", Level.BLOCKING, message, CREATED_ON)
    elif item.created_on.year < FIRST_YEAR:
        message = f"成文日期 {item.created_on} 早于{FIRST_YEAR}年，请核对年份。"
        yield Finding("created-too-early", Level.WARNING, message, CREATED_ON)
    try:
        if item.originally_published_at:
            validate_originally_published(item.originally_published_at)
    except ValidationError as error:
        yield Finding("originally-published", Level.BLOCKING, error.messages[0], ORIGINALLY)
    for name, place in (
        ("published_at", PUBLISHED_AT),
        ("originally_published_at", ORIGINALLY),
    ):
        moment = getattr(item, name)
        if moment and timezone.localdate(moment) < item.created_on:
            message = f"{place.label} {timezone.localdate(moment)} 早于成文日期 {item.created_on}。请核对这两个日期。"
            yield Finding("published-before-created", Level.BLOCKING, message, place)
    if item.disclosed_until and item.disclosed_until < today:
        message = f"“公开至” {item.disclosed_until} 已经过去，公开后公众看不到这条信息。请改为将来的日期，或选长期公开。"
        yield Finding("term-over", Level.BLOCKING, message, Place("disclosed_until", "公开至"))


@check
def year_of_the_number(subject):
    """The year in the document number is that of signing; a January signature may carry the old
    year's number.
    """
    item, year = subject.item, number_year(subject.item.document_number)
    if year is None or item.created_on is None:
        return
    apart = abs(year - item.created_on.year)
    at_the_turn = apart == 1 and item.created_on.month in (1, 12)
    if apart and not at_the_turn:
        is_far = apart > 1
        message = f"发文字号的年份是 {year}，成文日期是 {item.created_on}，相差 {apart} 年。请核对哪一个写错了。"
        level = Level.BLOCKING if is_far else Level.WARNING
        yield Finding(
            "number-year",
            level,
            message,
            field_place("document_number"),
            settled=Settled.BY_REASON if is_far else Settled.NEVER,
        )


@check
def working_days_left(subject):
    """Art. 26: proactive disclosure within twenty working days of making or changing the
    information.
    """
    item, today = subject.item, subject.today
    is_waiting = (
        item.status in AT_THE_DESK and not item.corrects_id and not item.originally_published_at
    )
    if not (
        is_waiting
        and item.created_on
        and item.created_on <= today
        and item.disclosure_mode == DisclosureMode.PROACTIVE
    ):
        return
    calendar = WorkCalendar.load(item.created_on.year, today.year + 1)
    deadline = calendar.add_workdays(item.created_on, PUBLISH_WITHIN)
    planned = timezone.localdate(item.published_at) if item.published_at else today
    left = calendar.workdays_between(today, deadline.date)
    note = f"（{deadline.note}）" if deadline.note else ""
    rule = f"《条例》第二十六条要求在信息形成之日起{PUBLISH_WITHIN}个工作日内公开，即 {deadline.date} 之前（含当日）"
    if today > deadline.date:
        message = f"已超过{PUBLISH_WITHIN}个工作日。{rule}，请尽快公开。"
        yield Finding("workdays-exceeded", Level.WARNING, message, CREATED_ON)
    elif left <= SOON:
        remaining = f"只剩 {left} 个工作日" if left else "今天是最后一个工作日"
        yield Finding(
            "workdays-few",
            Level.WARNING,
            f"{remaining}。{rule}，请尽快审核公开{note}。",
            CREATED_ON,
        )
    if today <= deadline.date < planned:
        message = f"定时公开的日期 {planned} 已超过{PUBLISH_WITHIN}个工作日。{rule}{note}，请提前。"
        yield Finding("scheduled-too-late", Level.WARNING, message, PUBLISHED_AT)
