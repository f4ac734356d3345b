"""Figures of a report's tables by name, across the forms of 2019 and 2021."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from statutory.layouts import APPLICANTS, GROUPS, RESULTS_2021, layouts_for

RESULT_LABELS = {key: label for key, label, _ in RESULTS_2021}
_IN_GROUP = {key: tuple(line for line, _ in lines) for key, _, lines in RESULTS_2021}


@dataclass(frozen=True)
class Sum:
    """What cells add up to. `blanks`: how many of them nobody has filled in; `value` is None where
    all are blank.
    """

    value: int | Decimal | None
    blanks: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether no blank leaves it open."""
        return self.value is not None and not self.blanks


def add_up(numbers: Iterable[int | Decimal | None]) -> Sum:
    """The `Sum` of numbers of which some may be None."""
    numbers = list(numbers)
    filled = [number for number in numbers if number is not None]
    return Sum(sum(filled) if filled else None, len(numbers) - len(filled))


@dataclass(frozen=True)
class Figures:
    """The tables of one report (`disclosure.reports.tables.access.tables_of`) under the form of its
    regime.
    """

    regime: str
    tables: Mapping[str, Any]

    def has(self, key: str) -> bool:
        """Whether this table is filled in at all."""
        return bool(self.tables.get(key)) and key in layouts_for(self.regime)

    def value(self, key: str, line: str, column: int | str = 0) -> Any:
        """One cell: table `a`, `b` or `c`, key of the line, key (or place) of the column. None
        where blank or absent.
        """
        layout = layouts_for(self.regime).get(key)
        return layout.at(self.tables.get(key), line, column) if layout else None

    def result_lines(self, group: str) -> tuple[str, ...]:
        """Keys of the lines of table B that make up an outcome (予以公开 … 其他处理) in this form."""
        layout = layouts_for(self.regime).get("b")
        if layout is None:
            return ()
        return (
            (group,)
            if group in layout.index
            else tuple(key for key in _IN_GROUP[group] if key in layout.index)
        )

    def applications(self, line: str, column: str = "total") -> Sum:
        """A line or outcome of table B as a `Sum`; a blank 总计 is made up from the columns beside
        it.
        """
        lines = self.result_lines(line) if line in GROUPS else (line,)
        if not lines or not self.has("b"):
            return Sum(None, len(lines))
        return add_up(number for key in lines for number in self._cells(key, column))

    def _cells(self, line: str, column: str) -> list[Any]:
        number = self.value("b", line, column)
        if column == "total" and number is None:
            parts = add_up(self.value("b", line, applicant.key) for applicant in APPLICANTS[:-1])
            return [parts.value]
        return [number]
