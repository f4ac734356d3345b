"""Which days the fields of an item can mean: nothing here is older than the People's Republic, and
nothing past lies in the future.

Each function is a validator of a model's or a form's field, so every way in (form, bulk import, old
pages) asks the same.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST_YEAR = 1949
PLANNED_WITHIN_YEARS = 5
LASTING_YEARS = 100
REVIEWED_WITHIN_YEARS = 10


def _day(value):
    if not isinstance(value, dt.datetime):
        return value
    try:
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    except (
        OverflowError,
        ValueError,
    ):  # the first and the last day of the calendar have no day beside them
        return value.date()


def _not_before(value, called):
    if _day(value).year < FIRST_YEAR:
        raise ValidationError(f"{called}不能早于 {FIRST_YEAR} 年，请核对年份。", code="too_early")


def _within(value, years, called):
    latest = timezone.localdate().year + years
    if _day(value).year > latest:
        raise ValidationError(f"{called}不能晚于 {latest} 年，请核对年份。", code="too_late")


def validate_made_on(value):
    """成文日期: a document cannot have been signed tomorrow."""
    _not_before(value, "成文日期")
    if value > timezone.localdate():
        raise ValidationError("成文日期不能晚于今天，请核对文件上的签发日期。", code="in_future")


def validate_originally_published(value):
    """原公开时间, a day or a moment: what an older site published, it published before now."""
    _not_before(value, "原公开时间")
    is_moment = isinstance(value, dt.datetime)
    if (
        value > timezone.now()
        if is_moment and timezone.is_aware(value)
        else _day(value) > timezone.localdate()
    ):
        raise ValidationError(
            "原公开时间不能在将来，请填写它在旧网站上最初公开的时间。", code="in_future"
        )


def validate_planned(value):
    """公开时间, past or planned."""
    _not_before(value, "公开时间")
    _within(value, PLANNED_WITHIN_YEARS, "公开时间")


def validate_term_end(value):
    """公开至."""
    _not_before(value, "公开至")
    _within(value, LASTING_YEARS, "公开至")


def validate_validity_start(value):
    """自何日起 of a validity: laws are in force from days to come."""
    _not_before(value, "有效性的起始日期")
    _within(value, LASTING_YEARS, "有效性的起始日期")


def validate_reviewed_next(value):
    """下次评估日期 (条例 Art. 18)."""
    if value <= timezone.localdate():
        raise ValidationError("下次评估日期应在今天以后。", code="past")
    _within(value, REVIEWED_WITHIN_YEARS, "下次评估日期")
