"""A table laid out on its grid, merged cells unfolded."""

from functools import cached_property
from typing import Any

from documents.html.parts import text_of

MAX_SPAN = 1_000
MAX_PLACES = 200_000  # of the grid; merged cells multiply


class Table:
    """A table element. `grid` maps (row, column) to the cell there; `oddities` says where the
    merging goes wrong.
    """

    def __init__(self, element: Any) -> None:
        self.element = element
        self.rows = [row for row in element.iter("tr") if self._own(row)]
        self.grid: dict[Any, Any] = {}
        self.oddities: list[Any] = []
        self._unfold()

    def _own(self, node: Any) -> bool:
        """Whether a row belongs to this table and to none inside it."""
        return next(ancestor for ancestor in node.iterancestors("table")) is self.element

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.rows)

    @cached_property
    def width(self) -> Any:
        """Columns of the widest row."""
        return max((column + 1 for _, column in self.grid), default=0)

    @property
    def has_headers(self) -> bool:
        """Whether any cell is a header cell."""
        return any(cell.tag == "th" and text_of(cell) for cell in self.grid.values())

    @property
    def caption(self) -> str:
        """The table's name: its caption, or that of the figure around it."""
        captions = [text_of(caption) for caption in self.element.iterchildren("caption")]
        parent = self.element.getparent()
        if parent is not None and parent.tag == "figure":
            captions += [text_of(caption) for caption in parent.iterchildren("figcaption")]
        return "".join(captions)

    @property
    def first_words(self) -> Any:
        """The words of the first cell that has any."""
        return next((words for cell in self.grid.values() if (words := text_of(cell))), "")

    def column(self, number: int) -> list[Any]:
        """The texts of a column from top to bottom, a merged cell once; header cells left out."""
        cells = [self.grid[row, number] for row in range(self.height) if (row, number) in self.grid]
        once = [
            cell for before, cell in zip([None, *cells], cells, strict=False) if cell is not before
        ]
        return [text_of(cell) for cell in once if cell.tag == "td"]

    def _unfold(self) -> None:
        for row, element in enumerate(self.rows):
            column = 0
            for cell in element.iterchildren("td", "th"):
                while (row, column) in self.grid:
                    column += 1
                column += self._place(cell, row, column)
                if len(self.grid) > MAX_PLACES:
                    self.oddities.append("合并单元格的范围过大。")
                    return
        self._compare_rows()

    def _place(self, cell: Any, row: Any, column: Any) -> Any:
        wide = min(_span(cell, "colspan"), MAX_SPAN)
        high = min(_span(cell, "rowspan") or self.height - row, MAX_SPAN)
        if row + high > self.height:
            self.oddities.append(f"第 {row + 1} 行有单元格向下合并，超出了表格的最后一行。")
            high = self.height - row
        places = [(row + down, column + right) for down in range(high) for right in range(wide)]
        if any(place in self.grid for place in places):
            self.oddities.append(f"第 {row + 1} 行有合并的单元格互相重叠。")
        self.grid.update(dict.fromkeys(places, cell))
        return wide

    def _compare_rows(self) -> None:
        widths = [0] * self.height
        for row, column in self.grid:
            widths[row] = max(widths[row], column + 1)
        if self.height and len(set(widths)) > 1:
            usual = max(set(widths), key=widths.count)
            odd = "、".join(str(row + 1) for row, width in enumerate(widths) if width != usual)
            self.oddities.append(f"各行的列数不一致（多数行有 {usual} 列，第 {odd[:40]} 行不同）。")


def _span(cell: Any, name: str) -> Any:
    value = cell.get(name) or "1"
    return int(value) if value.isdigit() else 1
