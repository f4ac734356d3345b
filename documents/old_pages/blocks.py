"""The pieces of a page: lines of text, and tables as grids."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A cell as written: its text and spans."""

    text: str
    columns: int = 1
    rows: int = 1
    is_head: bool = False


@dataclass
class Block:
    """A line of text, or a table. `region`: 0 before the text the page marks as its own, 1 inside
    it, 2 after it.
    """

    text: str = ""
    grid: list[list[Cell]] | None = None
    region: int = 1
    is_title: bool = False
    level: int = 0  # 2–5 where the page marks a heading
    html: str = ""  # the table as markup
    links: int = 0  # characters of the line that are links
    meta: dict[Any, Any] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """The block as plain text; the rows of a table as lines, cells apart by tabs."""
        if self.grid is None:
            return self.text
        return "\n".join("\t".join(cell.text for cell in row) for row in self.grid)
