"""What the examination of a report finds, and where."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from statutory.prose.passages import Passage


class Verdict(StrEnum):
    """核对结论."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """As it is printed."""
        return {"holds": "相符", "broken": "不符", "unknown": "无法核对"}[self.value]


Cell = tuple[str, int, int]  # key of the table, row and column of its rows


@dataclass(frozen=True)
class Spot:
    """A piece of the plain text of a place: `quote` is `html_to_text(…)[start:end]`, in one line."""

    place: str
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, passage: Passage, start: int, end: int) -> Self:
        """The piece `passage.text[start:end]` as it stands in the source."""
        first, last = passage.span(start, end)
        return cls(passage.place.name, first, last, " ".join(passage.source[first:last].split()))


@dataclass(frozen=True)
class Stretch:
    """Where a number stands in a passage."""

    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `sentence` is marked in the text; `arithmetic` shows the sum as
    it was done.

    `section`: the heading of the section it stands in (empty: the opening, or the report as a
    whole). `figures`: the numbers of the text it speaks of; `used`: those that went into its sum and are
    not proved by it; `cells`: (table, row, column) of those of the tables.
    """

    code: str
    verdict: Verdict
    explanation: str
    arithmetic: str = ""
    section: str = ""
    sentence: Spot | None = None
    others: tuple[Spot, ...] = field(default=())
    figures: tuple[Spot, ...] = field(default=())
    used: tuple[Spot, ...] = field(default=())
    cells: tuple[Cell, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        """Plain data for files, pages and the database."""
        data = asdict(self)
        return {
            **data,
            "verdict": self.verdict.value,
            "verdict_label": self.verdict.label,
            "others": list(data["others"]),
            "figures": list(data["figures"]),
            "used": list(data["used"]),
            "cells": [list(cell) for cell in data["cells"]],
        }


def found(
    code: str,
    verdict: Verdict,
    passage: Passage,
    span: tuple[int, int],
    explanation: str,
    arithmetic: str = "",
    others: tuple[Any, ...] = (),
    *,
    figures: Iterable[Any] = (),
    used: Iterable[Any] = (),
    cells: Iterable[Cell] = (),
) -> Finding:
    """A finding about `passage.text[slice(*span)]`. `figures`: what it speaks of there, each with
    `start` and `end`, or a `Spot` of another passage.
    """
    return Finding(
        code,
        verdict,
        explanation,
        arithmetic,
        passage.section,
        Spot.of(passage, *span),
        tuple(others),
        tuple(spots(passage, figures)),
        tuple(spots(passage, used)),
        tuple(dict.fromkeys(cells)),
    )


def spots(passage: Passage, figures: Iterable[Any]) -> list[Spot]:
    """The `Spot` of each figure, once."""
    found = [
        one if isinstance(one, Spot) else Spot.of(passage, one.start, one.end) for one in figures
    ]
    return list(dict.fromkeys(found))


def plain(value: Fraction | int) -> str:
    """A number as it is printed: no fraction, no exponent, at most four decimals."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


__all__ = ["Cell", "Finding", "Spot", "Stretch", "Verdict", "found", "plain", "spots"]
