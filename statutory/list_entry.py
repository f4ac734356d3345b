"""The statistics list of 2014–2018 as a clerk fills it in."""

from collections.abc import Mapping
from typing import Any, Self

from django.core.exceptions import ValidationError

from statutory import statistics
from statutory.layout import Kind
from statutory.values import read_typed

SPARE = 4  # empty rows at the end


class ListEntry:
    """The statistics list with what was typed: rows of indicator, unit and number."""

    key, title = statistics.KEY, statistics.TITLE

    def __init__(self, texts: list[list[str]]) -> None:
        self.texts = texts
        self.rows: list[Any] = []
        self.errors: dict[Any, Any] = {}
        self.remarks: list[Any] = []

    @classmethod
    def stored(cls, rows: list[Any] | None) -> Self:
        """With the rows of the database, or those of the national list."""
        rows = rows or statistics.blank()
        texts: list[list[Any]] = [
            [label, unit, "" if value is None else str(value)] for label, unit, value in rows
        ]
        return cls(texts + [["", "", ""] for _ in range(SPARE)])

    @classmethod
    def posted(cls, data: Mapping[str, str]) -> Self:
        """With what a form sent."""
        number = min(
            len([name for name in data if name.startswith("s-") and name.endswith("-label")]), 420
        )
        names = ("label", "unit", "value")
        return cls(
            [[data.get(f"s-{row}-{name}", "")[:220] for name in names] for row in range(number)]
        )

    def read(self) -> Self:
        """Rows with an indicator, and the errors by row. An empty row is left out."""
        for number, (label, unit, text) in enumerate(self.texts):
            if not (label.strip() or unit.strip() or text.strip()):
                continue
            try:
                value, remark = read_typed(text, Kind.AMOUNT)
            except ValidationError as error:
                self.errors[number] = " ".join(error.messages)
                continue
            if not label.strip():
                self.errors[number] = "请填写指标名称。"
                continue
            if remark:
                self.remarks.append(f"【{label.strip()}】：{remark}")
            self.rows.append([label.rstrip(), unit.strip(), value])
        return self

    def values(self) -> list[Any]:
        """There is nothing to add up in a list."""
        return self.rows

    @property
    def is_blank(self) -> bool:
        """Whether no number is filled in."""
        return not any(text.strip() for _, _, text in self.texts)

    def fill_blanks(self) -> Any:
        """Zeros where an indicator with a unit has no number. Returns how many."""
        made = 0
        for row in self.texts:
            if row[0].strip() and row[1].strip() and not row[2].strip():
                row[2] = "0"
                made += 1
        return made

    def replace(self, rows: list[list[str]]) -> None:
        """Rows of a clipboard: indicator, unit, number; numbers of one column go into the list as
        it stands.
        """
        if rows and all(len(row) == 1 for row in rows):
            numbered = [row for row in self.texts if row[1].strip()]
            for row, (number,) in zip(numbered, rows, strict=False):
                row[2] = number
            return
        heads = {"统计指标", "指标", "指标名称"}
        kept = [
            [*row, "", ""][:3] if len(row) < 3 else [*row[:2], row[-1]]
            for row in rows
            if row[0] not in heads
        ]
        self.texts = [*kept, *(["", "", ""] for _ in range(SPARE))]

    @property
    def fields(self) -> list[tuple[int, str, str, str, str]]:
        """(row number, label, unit, text, error) for the page."""
        return [
            (number, *row, self.errors.get(number, "")) for number, row in enumerate(self.texts)
        ]
