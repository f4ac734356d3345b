"""Shares of which the tables have both numbers: 予以公开占26.55%, 1523 of 5736 there."""

from dataclasses import dataclass
from fractions import Fraction

from statutory.prose.concepts import share_named
from statutory.prose.figures import Figure
from statutory.prose.finding import Cell, Verdict, plain
from statutory.prose.rounding import same, shown
from statutory.prose.tables import Stated, Tables


@dataclass(frozen=True)
class Told:
    """What the tables tell of a share."""

    verdict: Verdict
    said: str
    sum_text: str
    cells: tuple[Cell, ...] = ()


def share_of_tables(label: str, percent: Figure, tables: Tables) -> Told | None:
    """`label`: the words before the percentage. None where they name nothing of the tables."""
    name = share_named(label) if percent.value != 100 else ""
    parts = [one for one in tables.values(name) if one.value] if name else []
    bases = [(part, base) for part in parts for base in tables.bases()]
    pairs = [(part, base) for part, base in bases if base.value >= part.value]
    if not pairs:
        return None
    part, base = next((pair for pair in pairs if same(_percent(*pair), percent)), pairs[0])
    share = _percent(part, base)
    sum_text = f"{plain(part.value)}÷{plain(base.value)}={shown(share)}%"
    said = f"表中{part.name}{plain(part.value)}占{base.name}{plain(base.value)}的{shown(share)}%"
    if same(share, percent):
        return Told(Verdict.HOLDS, f"{said}，与{percent.written}相符。", sum_text)
    said += f"，文中写的是{percent.written}，口径可能不一样，无法核对。"
    return Told(Verdict.UNKNOWN, said, sum_text, (*part.cells, *base.cells))


def _percent(part: Stated, base: Stated) -> Fraction:
    return Fraction(part.value) * 100 / base.value
