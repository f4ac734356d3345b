"""Which cells of a form are totals, and what their parts give. Nothing here changes a number that
was typed.
"""

from collections.abc import Iterable
from typing import Any

from statutory.identities import Result
from statutory.layout import Layout
from statutory.layouts import DISPUTES, VERDICTS
from statutory.values import shown

TOTALS_C = {f"{group}_total" for group, _ in DISPUTES}


def is_total(key: str, line: str, column: str) -> bool:
    """Whether a cell is what others add up to."""
    if key == "b":
        return column == "total" or line == "results_total"
    return key == "c" and column in TOTALS_C


def hints(results: Iterable[Result]) -> dict[tuple[str, str, str], str]:
    """{(table, line, column): what the other side gives} where one side of an identity is a single
    cell and differs.
    """
    found = {}
    for result in results:
        for alone, others in ((result.left, result.right), (result.right, result.left)):
            if (
                len(alone) != 1
                or alone[0].cell is None
                or any(term.value is None for term in others)
            ):
                continue
            total = sum(term.sign * term.value for term in others)
            if alone[0].value != total:
                found[alone[0].cell] = (
                    f"{'上年为' if result.code == 'I5' else '计算值'} {shown(total)}"
                )
    return found


def totals_of(layout: Layout, values: list[list[Any]]) -> dict[tuple[int, int], str]:
    """{(line, place): text} of the totals of tables B and C that their parts, all filled in, give."""
    if layout.key == "c":
        return _totals_c(values)
    if layout.key != "b":
        return {}
    found, last = {}, layout.index["results_total"]
    parts = range(layout.index["carried_in"] + 1, last)
    for place in range(6):
        column = [values[number][place] for number in parts]
        if values[last][place] is None and None not in column:
            values[last][place] = sum(column)
            found[last, place] = str(values[last][place])
    for number, row in enumerate(values):
        if row[6] is None and None not in row[:6]:
            found[number, 6] = str(sum(row[:6]))
    return found


def _totals_c(values: list[list[Any]]) -> dict[tuple[int, int], str]:
    found, size = {}, len(VERDICTS)
    for start in range(0, size * len(DISPUTES), size):
        parts = values[0][start : start + size - 1]
        if None not in parts:
            found[0, start + size - 1] = str(sum(parts))
    return found
