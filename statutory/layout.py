"""What a statutory table is made of: a grid of cells with merged headers, and the lines of numbers
in it.

A layout is plain data and knows no database. Rows of numbers are addressed by line (in the form's
order) and place (from the left); `Cell.headers` names the header cells that speak for a cell, for
`headers`/`id` in HTML and the like elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What may stand in a cell."""

    COUNT = "count"  # a whole number, zero or more
    CHANGE = "change"  # a whole number, above or below zero (本年增/减)
    AMOUNT = "amount"  # money: decimals, zero or more


class Role(StrEnum):
    """What a cell of the grid is."""

    TITLE = "title"  # names the block of lines below it
    NOTE = "note"  # the corner with its printed instruction
    COLUMN = "column"  # heads a column or several
    ROW = "row"  # heads a line or several
    VALUE = "value"  # holds a number


@dataclass(frozen=True)
class Cell:
    """One cell of the form. `line` and `place` address the number of a VALUE; `key` is unique
    within the table.
    """

    role: Role
    text: str = ""
    key: str = ""
    colspan: int = 1
    rowspan: int = 1
    line: int | None = None
    place: int | None = None
    headers: tuple[str, ...] = ()

    @property
    def at(self) -> tuple[int, int]:
        """(line, place) of the number of a VALUE."""
        if self.line is None or self.place is None:
            raise ValueError("a cell that holds no number has no place")
        return self.line, self.place

    @property
    def is_header(self) -> bool:
        """Whether it names other cells."""
        return self.role in {Role.TITLE, Role.COLUMN, Role.ROW}

    @property
    def scope(self) -> str:
        """HTML's `scope` for a header cell."""
        if self.role == Role.TITLE:
            return "rowgroup"
        if self.role == Role.COLUMN:
            return "colgroup" if self.colspan > 1 else "col"
        return "rowgroup" if self.rowspan > 1 else "row"


@dataclass(frozen=True)
class Column:
    """One column of numbers: its own name, the names above it, what it holds and in which unit."""

    key: str
    label: str
    above: tuple[str, ...] = ()
    kind: Kind = Kind.COUNT
    unit: str = "件"

    @property
    def path(self) -> tuple[str, ...]:
        """From the outermost heading inwards."""
        return (*self.above, self.label)


@dataclass(frozen=True)
class Line:
    """One line of numbers. `above`: the headings of its group from the outermost; `columns`: what
    its numbers are.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    above: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """From the outermost heading inwards."""
        return (*self.above, self.label)

    @property
    def name(self) -> str:
        """The line in words, without the numbering that its group has already given."""
        return " ".join(self.path)


@dataclass(frozen=True)
class Layout:
    """A table of the form. `head`: the rows above the numbers; `body`: the rows with them; `width`
    in columns of the grid.
    """

    key: str
    title: str
    section: str  # the section of the report that holds it, as the notice titles it
    unit: str
    width: int
    lines: tuple[Line, ...]
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "index", {line.key: number for number, line in enumerate(self.lines)}
        )

    @property
    def grid(self) -> tuple[tuple[Cell, ...], ...]:
        return (*self.head, *self.body)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many numbers each line has."""
        return tuple(len(line.columns) for line in self.lines)

    def blank(self) -> list[list[Any]]:
        """Rows with nothing filled in."""
        return [[None] * number for number in self.shape]

    def at(self, rows: Any, line: str, place: int | str = 0) -> Any:
        """The number of a line (by key) at a place (a number, or a column's key); None where blank
        or not in this form.
        """
        number = self.index.get(line)
        if number is None or not rows:
            return None
        if isinstance(place, str):
            keys = [column.key for column in self.lines[number].columns]
            if place not in keys:
                return None
            place = keys.index(place)
        return rows[number][place]


def with_headers(rows: Iterable[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Give every cell the keys of the headers that speak for it: those above in its columns, those
    left in its rows.

    A title speaks for all below it until the next title; column headers under a title speak until
    the next title too.
    """
    covering: dict[tuple[int, int], str] = {}
    columns: dict[int, list[str]] = {}
    title: str | None = None
    tied: list[tuple[Cell, ...]] = []
    for number, row in enumerate(rows):
        column, made = 0, []
        for cell in row:
            while (number, column) in covering:
                column += 1
            places = range(column, column + cell.colspan)
            if cell.role == Role.TITLE:
                title, columns = cell.key, {}
            left = [
                key
                for key in dict.fromkeys(covering.get((number, at), "") for at in range(column))
                if key
            ]
            above = list(dict.fromkeys(key for at in places for key in columns.get(at, ())))
            cell = _tied(cell, title, above, left)
            made.append(cell)
            for down in range(cell.rowspan):
                for at in places:
                    covering[number + down, at] = cell.key if cell.role == Role.ROW else ""
            if cell.role == Role.COLUMN:
                for at in places:
                    columns.setdefault(at, []).append(cell.key)
            column += cell.colspan
        tied.append(tuple(made))
    return tuple(tied)


def _tied(cell: Cell, title: str | None, above: list[str], left: list[str]) -> Cell:
    names = [title] if title and cell.role != Role.TITLE else []
    if cell.role == Role.VALUE:
        return replace(cell, headers=(*names, *above, *left))
    if cell.role == Role.COLUMN:
        return replace(cell, headers=(*names, *above))
    if cell.role == Role.ROW:
        return replace(cell, headers=(*names, *left))
    return cell
