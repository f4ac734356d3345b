"""What came of looking at a workbook, or of taking it in."""

from dataclasses import dataclass, field
from enum import StrEnum

from portal.setting_up.sheets import Row


class Kind(StrEnum):
    """What happens to a record."""

    NEW = "新增"
    CHANGED = "修改"
    SAME = "不变"


@dataclass(frozen=True)
class Fault:
    """A cell that is wrong, why, and what to do."""

    sheet: str
    place: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        where = (
            f"工作表“{self.sheet}”{f' {self.place} ' if self.place else ''}" if self.sheet else ""
        )
        return (
            f"{where}{'：' if where else ''}{self.what}{f' → {self.remedy}' if self.remedy else ''}"
        )


@dataclass(frozen=True)
class Change:
    """One record: what becomes of it, and which of its values change (label, before, after)."""

    sheet: str
    place: str
    name: str
    kind: Kind
    details: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Outcome:
    """`is_done`: it has been written. `passwords`: (log-in name, name, password) of new accounts,
    shown once and stored nowhere.
    """

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    is_done: bool = False
    # (model, key) of records that a row stands for already → the place of that row.
    taken: dict[tuple[str, object], str] = field(default_factory=dict)

    def fault(self, row: Row, attribute: str, what: str, remedy: str = "") -> None:
        """Name a cell of a row; where it is empty, the row's first cell."""
        cell = row.cells.get(attribute)
        self.faults.append(Fault(row.sheet, cell.place if cell else row.place, what, remedy))

    def number(self, kind: str) -> int:
        """How many records are new, changed or the same."""
        return sum(change.kind == kind for change in self.changes)

    @property
    def is_sound(self) -> bool:
        """Whether it may be written."""
        return not self.faults

    @property
    def changes_something(self) -> bool:
        """Whether writing it would change anything."""
        return any(change.kind != Kind.SAME for change in self.changes)

    def counts(self) -> list[tuple[str, int, int, int]]:
        """(sheet, new, changed, the same), in order."""
        names = dict.fromkeys(change.sheet for change in self.changes)
        return [
            (
                name,
                *(sum(c.sheet == name and c.kind == kind for c in self.changes) for kind in Kind),
            )
            for name in names
        ]
