"""Every number of the statutory tables, each in exactly one of three lists: 相符, 不符, 无法核对 with
the reason. A cell is told by an identity, by the report of the year before, or by the text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from statutory.identities import Result, Verdict
from statutory.layout import Layout
from statutory.layouts import layouts_for
from statutory.prose.numbers import Reason, Standing
from statutory.statistics import KEY as STATISTICS
from statutory.values import shown


@dataclass(frozen=True)
class CellNumber:
    """One cell with a number in it. `code`: that of the identity, of the finding in the text, or of
    the reason.
    """

    table: str
    row: int
    column: int
    name: str
    written: str
    standing: Standing
    code: str
    reason: str


def cells_of(
    regime: str,
    tables: Mapping[str, Any],
    results: Iterable[Result],
    findings: Iterable[Mapping[str, Any]],
) -> list[CellNumber]:
    """All `CellNumber`s of a report. `results`: what `identities.check` gave; `findings`: those of
    the text, as plain data.
    """
    told = _told(results)
    spoken = _spoken(findings)
    found: list[CellNumber] = []
    for key, layout in layouts_for(regime).items():
        for number, row in enumerate(tables.get(key) or ()):
            for place, value in enumerate(row):
                if value is not None and place < len(layout.lines[number].columns):
                    judged = _judged(layout, number, place, told, spoken)
                    name = _name(layout, number, place)
                    found.append(CellNumber(key, number, place, name, shown(value), *judged))
    return found + _of_statistics(tables)


def _told(results: Iterable[Result]) -> dict[tuple[str, str, str], list[Result]]:
    told: dict[tuple[str, str, str], list[Result]] = {}
    for result in results:
        for cell in result.cells:
            told.setdefault(cell, []).append(result)
    return told


def _spoken(findings: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], list[Any]]:
    spoken: dict[tuple[Any, ...], list[Any]] = {}
    for finding in findings:
        for cell in finding["cells"]:
            spoken.setdefault(tuple(cell), []).append(finding)
    return spoken


def _judged(
    layout: Layout, number: int, place: int, told: Mapping[Any, Any], spoken: Mapping[Any, Any]
) -> tuple[Standing, str, str]:
    line = layout.lines[number]
    cell = (layout.key, line.key, line.columns[place].key)
    results, findings = told.get(cell, []), spoken.get((layout.key, number, place), [])
    broken = [result for result in results if result.verdict == Verdict.BROKEN]
    for result in broken:
        if cell in result.marked:
            return Standing.BROKEN, result.code, result.sentence
    for standing in (Standing.BROKEN, Standing.HOLDS):
        for finding in findings:
            if finding["verdict"] == standing.value:
                return standing, finding["code"], finding["explanation"]
        if standing == Standing.BROKEN:
            for result in results:
                if result.verdict == Verdict.HOLDS:
                    return Standing.HOLDS, result.code, result.sentence
    if findings:
        return Standing.UNKNOWN, findings[0]["code"], findings[0]["explanation"]
    return _unknown(layout, number, place, results, bool(broken))


def _unknown(
    layout: Layout, number: int, place: int, results: list[Result], is_broken: bool
) -> tuple[Standing, str, str]:
    line = layout.lines[number]
    if is_broken:
        why = Reason.IN_TOTAL
    elif results:
        why = Reason.BLANK
    elif layout.key == "a" and "in_force" in {column.key for column in line.columns}:
        why = Reason.NO_EARLIER
    else:
        why = Reason.NO_IDENTITY
    return Standing.UNKNOWN, why.value, why.label


def _name(layout: Layout, number: int, place: int) -> str:
    line = layout.lines[number]
    column = line.columns[place]
    heads = [*column.above, column.label] if layout.key == "c" else [line.label, column.label]
    return "·".join(heads)


def _of_statistics(tables: Mapping[str, Any]) -> list[CellNumber]:
    """The list of 2014–2018 has no identities that the national notice laid down."""
    why = Reason.NO_IDENTITY
    return [
        CellNumber(
            STATISTICS,
            number,
            2,
            str(row[0]).strip("　 "),
            shown(row[2]),
            Standing.UNKNOWN,
            why.value,
            why.label,
        )
        for number, row in enumerate(tables.get(STATISTICS) or ())
        if row[2] is not None
    ]
