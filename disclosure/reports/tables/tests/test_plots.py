"""Bars drawn on the server."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.reports.tables.plots import BASE, HIGH, STEP, Panel

pytestmark = pytest.mark.any_database


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=24))
def test_heights_are_in_proportion_and_the_tallest_fills_the_plot(numbers):
    top = max(numbers)
    bars = Panel("申请", list(range(len(numbers))), numbers, top).bars
    for place, (bar, number) in enumerate(zip(bars, numbers, strict=True)):
        assert bar.height == (round(number / top * HIGH, 1) if top else 0)
        assert bar.y + bar.height == pytest.approx(BASE)
        assert place * STEP < bar.middle < (place + 1) * STEP


def test_what_is_not_known_has_neither_bar_nor_number_and_zero_has_its_number():
    bars = Panel("申请", [2022, 2023, 2024], [None, 0, Decimal("1.5")], 3).bars
    assert [(bar.number, bar.height) for bar in bars] == [("", 0), ("0", 0), ("1.5", HIGH / 2)]
