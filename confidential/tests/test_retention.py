import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confidential.retention import due_until, erased_on, is_due

pytestmark = pytest.mark.any_database
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
LENGTHS = st.none() | st.integers(1, 20_000)


def test_it_is_due_on_the_day_and_not_before(settings):
    settings.PERSONAL_DATA_DAYS = 30
    closed = dt.date(2026, 1, 31)
    assert erased_on(closed) == dt.date(2026, 3, 2)
    assert not is_due(closed, today=dt.date(2026, 3, 1))
    assert is_due(closed, today=dt.date(2026, 3, 2))
    assert is_due(closed, today=dt.date(2026, 2, 1), days=1)


@given(DAYS, DAYS, LENGTHS)
def test_the_three_answers_agree(closed, today, days):
    assert is_due(closed, today=today, days=days) == (erased_on(closed, days=days) <= today)
    assert is_due(closed, today=today, days=days) == (closed <= due_until(today, days=days))


@pytest.mark.parametrize("days", [0, -1])
def test_no_days_at_all_is_nobodys_wish(days):
    with pytest.raises(ValueError, match="one day"):
        erased_on(dt.date(2026, 1, 1), days=days)
