"""Percentages as they are written: rounded, or cut off, to the digits that are there."""

from fractions import Fraction

from statutory.prose.figures import Figure

TOLERATED = Fraction(1, 2)


def is_sharp(old: Fraction, new: Fraction, percent: Figure) -> bool:
    """Whether one more or less of either number would give another percentage."""
    others = [(old + 1, new), (old - 1, new), (old, new + 1), (old, new - 1)]
    return not any(a > 0 and same(abs(b - a) * 100 / a, percent) for a, b in others)


def same(share: Fraction, percent: Figure) -> bool:
    """Whether a share, rounded or cut off to the digits written, is what is written."""
    gap = share - percent.value
    return abs(gap) <= percent.step * TOLERATED or 0 <= gap < percent.step


def shown(share: Fraction) -> str:
    """A percentage with two decimals at most."""
    return f"{float(share):.2f}".rstrip("0").rstrip(".")
