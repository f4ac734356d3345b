"""A report as it is read: its sections with the statutory tables in their places, and how the
figures add up.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.forms.utils import flatatt

from disclosure.reports.tables.account import Account
from statutory import statistics
from statutory.layout import Role
from statutory.layouts import layouts_for
from statutory.values import shown

# Words of a section's title that say it holds the table; the first section to have them does.
WORDS = {
    "a": ("主动公开政府信息", "主动公开"),
    "b": ("收到和处理", "依申请公开", "公开申请"),
    "c": ("行政复议", "行政诉讼"),
}


@dataclass(frozen=True)
class FormCell:
    """A cell of a form with what stands in it. `is_broken`: an identity does not hold here."""

    cell: object
    ident: str
    headers: str
    text: str = ""
    label: str = ""
    is_broken: bool = False

    @property
    def is_blank(self):
        """Whether nobody has filled it in."""
        return self.cell.role == Role.VALUE and not self.text

    @property
    def tag(self):
        """The element it is."""
        return "th" if self.cell.is_header else "td"

    @property
    def attributes(self):
        """The element's attributes, escaped: roles, headers, spans. Made here, for a template takes
        ten times as long.
        """
        cell = self.cell
        roles = {Role.VALUE: "cell", Role.NOTE: "cell", Role.COLUMN: "columnheader"}
        classes = {Role.VALUE: "is-blank" if self.is_blank else None}
        attributes = {
            "role": roles.get(cell.role, "rowheader"),
            "class": classes.get(cell.role, f"form-table__{cell.role}"),
            "id": self.ident or None,
            "scope": cell.scope if cell.is_header else None,
            "headers": self.headers or None,
            "data-label": self.label or None,
            "colspan": cell.colspan if cell.colspan > 1 else None,
            "rowspan": cell.rowspan if cell.rowspan > 1 else None,
        }
        return flatatt(attributes)


@dataclass(frozen=True)
class ShownRow:
    """One row of a form."""

    cells: list

    @property
    def is_zero(self):
        """Whether it has numbers and all of them are zero."""
        numbers = [shown.text for shown in self.cells if shown.cell.role == Role.VALUE]
        return bool(numbers) and all(number == "0" for number in numbers)


class TableReading:
    """One statutory table with its numbers, ready to be drawn. `prefix` keeps the ids of two tables
    on a page apart.
    """

    def __init__(self, layout, rows, *, marks=(), prefix=""):
        self.layout, self.rows, self.marks = layout, rows, marks
        self.prefix = prefix or f"t-{layout.key}"

    @property
    def key(self):
        return self.layout.key

    @property
    def title(self):
        return self.layout.title

    @cached_property
    def head(self):
        """Rows above the numbers."""
        return [[self._show(cell) for cell in row] for row in self.layout.head]

    @cached_property
    def groups(self):
        """Rows with numbers, in groups of which each begins with its title where the form has
        titles.
        """
        groups = []
        for row in self.layout.body:
            if not groups or row[0].role == Role.TITLE:
                groups.append([])
            groups[-1].append(ShownRow([self._show(cell) for cell in row]))
        return groups

    def _show(self, cell):
        ident = f"{self.prefix}-{cell.key}" if cell.is_header else ""
        headers = " ".join(f"{self.prefix}-{key}" for key in cell.headers)
        if cell.role != Role.VALUE:
            return FormCell(cell, ident, headers, cell.text)
        line = self.layout.lines[cell.line]
        column = line.columns[cell.place]
        value = self.rows[cell.line][cell.place]
        broken = (self.key, line.key, column.key) in self.marks
        label = "·".join(column.path) if self.key == "c" else column.label
        return FormCell(cell, "", headers, "" if value is None else shown(value), label, broken)


@dataclass(frozen=True)
class ListReading:
    """The statistics list of 2014–2018."""

    rows: list
    key: str = statistics.KEY
    title: str = statistics.TITLE

    @property
    def lines(self):
        """(indicator without its indent, depth, unit, number as text, whether it is only a
        heading).
        """
        for label, unit, value in self.rows:
            bare = label.lstrip("　 ")
            text = "" if value is None else shown(value)
            yield (
                bare,
                min(len(label) - len(bare), 2),
                unit,
                text,
                statistics.is_heading([label, unit, value]),
            )


@dataclass
class Part:
    """A section of the page: one of the report's, or one that only holds a table for which it has
    none.
    """

    anchor: str
    title: str
    section: object = None
    tables: list = field(default_factory=list)


class Reading:
    """The report as the public reads it."""

    def __init__(self, report, account):
        self.report, self.account = report, account

    @classmethod
    def of(cls, report, *, is_public=True):
        return cls(report, Account.of(report, is_public=is_public))

    @cached_property
    def tables(self):
        """Its tables as they are drawn."""
        layouts, marks = layouts_for(self.report.regime), self.account.by_cell
        return [
            TableReading(layouts[key], rows, marks=marks) if key in layouts else ListReading(rows)
            for key, rows in self.account.tables.items()
        ]

    @cached_property
    def parts(self):
        """The sections in order, each table in the one that speaks of it, the others after the
        last.
        """
        parts = [
            Part(f"part-{section.position}", section.title, section)
            for section in self.report.sections.all()
        ]
        for table in self.tables:
            home = _home(parts, table.key)
            if home is None:
                title = table.layout.section if isinstance(table, TableReading) else table.title
                home = Part(f"part-{table.key}", title)
                parts.append(home)
            home.tables.append(table)
        return parts


def _home(parts, key):
    for word in WORDS.get(key, ()):
        for part in parts:
            if word in part.title:
                return part
    return None
