"""For how long personal data is kept (Personal Information Protection Law, Articles 19 and 47: no
longer than its purpose needs).

The rooms ask what is due and erase it; figures that name nobody stay.
"""

import datetime as dt

from django.conf import settings


def erased_on(closed_on: dt.date, *, days: int | None = None) -> dt.date:
    """The day from which the personal data of what was closed on `closed_on` has to be erased.

    `days`: how long this kind is kept, at least 1; None: settings.PERSONAL_DATA_DAYS.
    """
    kept = int(settings.PERSONAL_DATA_DAYS) if days is None else days
    if kept < 1:
        raise ValueError("personal data is kept for at least one day")
    return closed_on + dt.timedelta(days=kept)


def is_due(closed_on: dt.date, *, today: dt.date, days: int | None = None) -> bool:
    """Whether that day has come."""
    return erased_on(closed_on, days=days) <= today


def due_until(today: dt.date, *, days: int | None = None) -> dt.date:
    """What was closed on this day or before is due `today`: for a query over many records."""
    return today - (erased_on(today, days=days) - today)
