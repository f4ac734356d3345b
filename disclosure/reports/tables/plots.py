"""Bars drawn on the server: one colour, every bar with its number, so that nothing is told by
colour alone.

Lengths are in units of which 16 make a rem: the stylesheet gives the drawing its size in rem, so
that it grows with the letters of the page. The numbers stand in a table beside every plot;
`Panel.description` says them in a sentence.
"""

from dataclasses import dataclass
from functools import cached_property

from statutory.values import shown

STEP, WIDE, HIGH, TEXT = 52, 30, 76, 13
BASE = HIGH + TEXT + 4  # where bars stand


@dataclass(frozen=True)
class Bar:
    """One bar with its number above and its name below. `number` is empty where nothing is known."""

    name: object
    number: str
    x: float
    y: float
    height: float

    @property
    def middle(self):
        """Where the texts are centred."""
        return self.x + WIDE / 2

    @property
    def above(self):
        """Base line of the number."""
        return round(self.y - 4, 1)


@dataclass
class Panel:
    """One series as bars on a scale from zero to `top`."""

    title: str
    names: list
    numbers: list
    top: object
    unit: str = ""

    @cached_property
    def bars(self):
        """The bars, from left to right."""
        return [self._bar(*one) for one in enumerate(zip(self.names, self.numbers, strict=True))]

    def _bar(self, place, pair):
        name, number = pair
        height = round(float(number) / float(self.top) * HIGH, 1) if number and self.top else 0
        text = "" if number is None else shown(number)
        return Bar(name, text, place * STEP + (STEP - WIDE) / 2, round(BASE - height, 1), height)

    @property
    def width(self):
        """Units across."""
        return max(1, len(self.names)) * STEP

    @property
    def height(self):
        """Units down."""
        return BASE + TEXT + 8

    @property
    def base(self):
        """Where the bars stand."""
        return BASE

    @property
    def foot(self):
        """Base line of the names."""
        return BASE + TEXT + 3

    @property
    def share(self):
        """How much wider than high, as a step of the stylesheet's classes (1–24 bars)."""
        return min(24, max(1, len(self.names)))

    @property
    def longest(self):
        """(bar, share of the whole in hundredths) for plots that lie on their side."""
        return [(bar, round(bar.height / HIGH * 100, 1)) for bar in self.bars]

    @property
    def description(self):
        """The plot in words."""
        said = [
            f"{bar.name}{'年' if isinstance(bar.name, int) else ''}{bar.number or '无数据'}{self.unit if bar.number else ''}"
            for bar in self.bars
        ]
        return f"{self.title}：{'，'.join(said)}。"
