"""The tables of a report as a clerk fills them in: texts in cells, read, checked and never silently
changed.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from django.core.exceptions import ValidationError

from statutory import statistics
from statutory.identities import Term, check
from statutory.layout import Cell, Kind, Layout, Role
from statutory.layouts import layouts_for
from statutory.list_entry import ListEntry
from statutory.lookup import Figures
from statutory.totals import hints, is_total, totals_of
from statutory.values import as_number, read_typed, shown


def stamp(tables: dict[str, list[Any]]) -> str:
    """What stands in the database when a form is opened, to notice what others save meanwhile."""
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Field:
    """One cell of the form on the clerk's page. `label` names it in full for who cannot see the
    table.
    """

    cell: object
    ident: str = ""
    headers: str = ""
    name: str = ""
    text: str = ""
    label: str = ""
    error: str = ""
    kind: str = Kind.COUNT
    is_total: bool = False
    is_broken: bool = False
    hint: str = ""


class TableEntry:
    """One table of the form with what was typed. `texts`: rows of strings, as many as the form has
    cells.
    """

    def __init__(self, layout: Layout, texts: list[list[str]]) -> None:
        self.layout, self.texts = layout, texts
        self.errors: dict[Any, Any] = {}
        self.remarks: list[Any] = []
        self.rows = layout.blank()
        self.marks: dict[Any, Any] = {}
        self.hints: dict[Any, Any] = {}

    @classmethod
    def stored(cls, layout: Layout, rows: list[Any] | None) -> Self:
        """With the rows of the database, or blank."""
        rows = rows or layout.blank()
        return cls(layout, [["" if value is None else str(value) for value in row] for row in rows])

    @classmethod
    def posted(cls, layout: Layout, data: Mapping[str, str]) -> Self:
        """With what a form sent (a QueryDict)."""
        return cls(
            layout,
            [
                [data.get(f"{layout.key}-{line}-{place}", "")[:40] for place in range(n)]
                for line, n in enumerate(layout.shape)
            ],
        )

    @property
    def key(self) -> str:
        return self.layout.key

    @property
    def title(self) -> str:
        return self.layout.title

    def read(self) -> Self:
        """Read what was typed into `rows`; what cannot be read goes into `errors` by cell and stays
        as it is.
        """
        for number, (line, row) in enumerate(zip(self.layout.lines, self.texts, strict=True)):
            for place, (column, text) in enumerate(zip(line.columns, row, strict=True)):
                try:
                    self.rows[number][place], remark = read_typed(text, column.kind)
                except ValidationError as error:
                    self.errors[number, place] = " ".join(error.messages)
                    continue
                if remark:
                    self.remarks.append(f"【{line.label}】的“{column.label}”：{remark}")
        return self

    def values(self) -> list[list[Any]]:
        """The numbers that can be read; what cannot is a blank."""
        values = self.layout.blank()
        for number, (line, row) in enumerate(zip(self.layout.lines, self.texts, strict=True)):
            for place, (column, text) in enumerate(zip(line.columns, row, strict=True)):
                with suppress(ValidationError):
                    values[number][place] = as_number(read_typed(text, column.kind)[0], column.kind)
        return values

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in."""
        return not any(text.strip() for row in self.texts for text in row)

    def mark(self, account: Any) -> None:
        """Mark the cells that do not add up, and say beside a total what its parts give."""
        self.marks, self.hints = account.by_cell, hints(account.results)

    def fill_blanks(self) -> int:
        """Zeros where nothing is filled in: the clerk says so. Returns how many."""
        return self._fill(lambda number, place: "0")

    def fill_totals(self) -> int:
        """Sums where a total is blank. Returns how many; what is filled in is never touched."""
        totals = totals_of(self.layout, self.values())
        return self._fill(lambda number, place: totals.get((number, place)))

    def fill(self, cells: dict[tuple[int, int], str]) -> None:
        """Texts by (line, place), as pasted."""
        for (number, place), text in cells.items():
            self.texts[number][place] = text

    def _fill(self, text_for: Callable[..., Any]) -> int:
        made = 0
        for number, row in enumerate(self.texts):
            for place, text in enumerate(row):
                if not text.strip() and (new := text_for(number, place)) is not None:
                    row[place] = new
                    made += 1
        return made

    @cached_property
    def grid(self) -> list[Any]:
        """All rows of the form as `Field`s."""
        return [[self._field(cell) for cell in row] for row in self.layout.grid]

    def _field(self, cell: Cell) -> Field:
        prefix = f"g-{self.key}"
        headers = " ".join(f"{prefix}-{key}" for key in cell.headers)
        if cell.role != Role.VALUE:
            return Field(cell, f"{prefix}-{cell.key}" if cell.is_header else "", headers)
        at = cell.at
        line = self.layout.lines[at[0]]
        column = line.columns[at[1]]
        name = f"{self.key}-{cell.line}-{cell.place}"
        return Field(
            cell,
            headers=headers,
            name=name,
            text=self.texts[at[0]][at[1]],
            label="，".join(column.path if self.key == "c" else (*line.path[-2:], column.label)),
            error=self.errors.get(at, ""),
            kind=column.kind,
            is_total=is_total(self.key, line.key, column.key),
            is_broken=(self.key, line.key, column.key) in self.marks,
            hint=self.hints.get((self.key, line.key, column.key), ""),
        )


@dataclass
class Entry:
    """All tables of one report on the clerk's page."""

    regime: str
    tables: list[Any] = field(default_factory=list)

    @classmethod
    def stored(cls, regime: str, stored: dict[str, Any]) -> Self:
        """With what the database holds (`stored_tables`)."""
        if str(regime) == "statistics":
            return cls(regime, [ListEntry.stored(stored.get(statistics.KEY))])
        layouts = layouts_for(regime)
        return cls(
            regime, [TableEntry.stored(layout, stored.get(key)) for key, layout in layouts.items()]
        )

    @classmethod
    def posted(cls, regime: str, data: Mapping[str, str]) -> Self:
        """With what a form sent."""
        if str(regime) == "statistics":
            return cls(regime, [ListEntry.posted(data)])
        return cls(
            regime, [TableEntry.posted(layout, data) for layout in layouts_for(regime).values()]
        )

    def table(self, key: str) -> TableEntry | ListEntry | None:
        """One of them, or None."""
        return next((table for table in self.tables if table.key == key), None)

    def read(self) -> Self:
        """Read all that was typed."""
        for table in self.tables:
            table.read()
        return self

    @property
    def has_errors(self) -> bool:
        """Whether something cannot be read."""
        return any(table.errors for table in self.tables)

    @property
    def remarks(self) -> list[Any]:
        """What was understood otherwise than typed."""
        return [remark for table in self.tables for remark in table.remarks]

    @property
    def rows(self) -> dict[str, Any]:
        """What goes into the database: rows by table, None for one that is blank."""
        return {table.key: None if table.is_blank else table.rows for table in self.tables}

    def values(self) -> dict[str, Any]:
        """What can be read of what was typed, as numbers; the rest as blanks."""
        return {table.key: table.values() for table in self.tables if not table.is_blank}

    def mark(self, account: Any) -> None:
        """Mark in every table what does not add up."""
        for table in self.tables:
            if isinstance(table, TableEntry):
                table.mark(account)

    def carry(self, before: Figures | None) -> int:
        """Fill the blank cells of 二、上年结转 from the year before's 四、结转下年度. Returns how
        many.
        """
        table = self.table("b")
        if not isinstance(table, TableEntry) or before is None:
            return 0
        line, made = table.layout.index["carried_in"], 0
        for place, column in enumerate(table.layout.lines[line].columns):
            value = before.value("b", "carried_out", column.key)
            if value is not None and not table.texts[line][place].strip():
                table.texts[line][place] = shown(value)
                made += 1
        return made


def identities_as_data(regime: str, before: Figures | None) -> list[dict[str, Any]]:
    """The identities for the page's script: sides as cells (`name` of the input) or fixed numbers,
    with signs.

    One source of the rules: the script knows how to add and compare, and nothing of the form.
    """
    layouts = layouts_for(regime)
    blank = {key: layout.blank() for key, layout in layouts.items()}
    results = check(regime, blank, before) if layouts else []

    def side(terms: Any) -> list[Any]:
        return [_term_as_data(layouts, term) for term in terms]

    return [
        {
            "code": one.code,
            "formula": one.rule.formula,
            "table": one.table,
            "hard": one.rule.is_hard,
            "where": one.where,
            "left": side(one.left),
            "right": side(one.right),
        }
        for one in results
    ]


def _term_as_data(layouts: dict[str, Layout], term: Term) -> dict[str, Any]:
    data = {"name": term.name, "sign": term.sign}
    if term.is_earlier:
        return data | {"value": None if term.value is None else shown(term.value)}
    layout = layouts[term.table]
    line = layout.index[term.line]
    place = [column.key for column in layout.lines[line].columns].index(term.column)
    return data | {"cell": f"{term.table}-{line}-{place}"}
