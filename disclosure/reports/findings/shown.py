"""Findings as pages show them: the gravest first, each with its anchor in the text."""

from collections import defaultdict
from functools import cached_property

from documents.html.marking import Mark
from statutory.prose.finding import Verdict

HEAD, TAIL = 50, 76  # characters of a long sentence that are quoted


class ShownFindings:
    """The findings of a report with what a template asks. `positions`: the report's sections in
    order, by position.
    """

    def __init__(self, findings, positions):
        self.all = [
            {**finding, "ident": f"finding-{number}", "quote": _short(finding["sentence"])}
            for number, finding in enumerate(findings, start=1)
        ]
        self.places = {
            position: f"section-{number}" for number, position in enumerate(positions, start=1)
        }

    def __bool__(self):
        return bool(self.all)

    def of(self, verdict):
        """Those with a verdict, in the order of the text."""
        return [finding for finding in self.all if finding["verdict"] == verdict]

    @cached_property
    def groups(self):
        """(verdict, findings, whether they are folded), the gravest first; empty ones left out."""
        groups = [
            (verdict, self.of(verdict))
            for verdict in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.HOLDS)
        ]
        return [(verdict, found, verdict != Verdict.BROKEN) for verdict, found in groups if found]

    @property
    def summary(self):
        """核对 13 项，全部相符；无法核对 2 项"""
        broken, unknown, held = (
            len(self.of(one)) for one in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.HOLDS)
        )
        came = f"{broken} 项不符" if broken else "全部相符"
        said = f"核对 {broken + held} 项，{came}" if broken + held else "没有可以核对的"
        return f"{said}；无法核对 {unknown} 项" if unknown else said

    @cached_property
    def marks(self):
        """{place: its `Mark`s}; the gravest of those that overlap gives the look."""
        found = defaultdict(list)
        rank = {Verdict.BROKEN: 0, Verdict.UNKNOWN: 1, Verdict.HOLDS: 2}
        for finding in sorted(self.all, key=lambda one: rank[one["verdict"]]):
            if spot := finding["sentence"]:
                found[spot["place"]].append(
                    Mark(spot["start"], spot["end"], finding["ident"], finding["verdict"])
                )
        return dict(found)

    @property
    def opening_marks(self):
        """Those of the opening."""
        return self.marks.get("body", ())

    def section_marks(self, position):
        """Those of the section at a position."""
        return self.marks.get(self.places.get(position), ())


def _short(spot):
    """The beginning and the end of a sentence: what a list amounts to stands at its end."""
    words = spot["quote"] if spot else ""
    return words if len(words) <= HEAD + TAIL + 10 else f"{words[:HEAD]}……{words[-TAIL:]}"
