"""By which day a report has to be public."""

import datetime as dt

from catalog.models import Department


def deadline(department, year):
    """The last day for the report on `year` (条例 Art. 49; until the report on 2018 it was 31 March
    for all).
    """
    if department.kind == Department.Kind.GOVERNMENT or year <= 2018:
        return dt.date(year + 1, 3, 31)
    return dt.date(year + 1, 1, 31)
