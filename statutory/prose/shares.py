"""Percentages: shares of a whole, rates, growth and reduction, worked out again where the text
gives what they come from.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import Any

from statutory.prose.figures import Figure
from statutory.prose.finding import Cell, Finding, Verdict, found, plain
from statutory.prose.passages import Passage
from statutory.prose.rounding import is_sharp, same, shown
from statutory.prose.table_shares import share_of_tables
from statutory.prose.tables import Tables

_CHANGE = re.compile(
    r"增长|增加|上升|提高|提升|下降|减少|回落|降低|压缩|缩短|精简|增幅|降幅|减幅|压减|下滑|攀升|提速|节约|同比|环比"
)
_FROM_TO = re.compile(
    r"(?:压缩|减少|下降|降|缩短|精简|增加|增长|上升|提高|提升|扩大|压减|增)(?:到了?|至|为)[了]?\Z"
)
_OTHER_MEASURE = re.compile(r"按|比|较|口径|其中|平均|人均")
_PLAIN_CHANGE = re.compile(
    r"[，、（；]*(?:(?:同比|环比|[比较与](?:去年|上年|上一年|20\d\d年|原来)度?(?:同期)?(?:相比)?)[，]?)*"
    r"(?:压缩|减少|下降|降低|缩短|精简|压减|下滑|增长|增加|上升|提高|提升|回落)(?:率|幅度?|了|比例)?(?:为|达到?|是)?"
)  # nothing else between the figures and the percentage: it is theirs
_LAST_YEAR = re.compile(
    r"(?:去年|上年|上一年|同期|前一年)度?(?:(?!增|减|升|降|多|少|回落)[^，。；]){0,12}\Z"
)
_BY = re.compile(r"(?:增加|减少|增长|下降|多|少|上升|回落)了?\Z")
_SHARE = re.compile(
    r"[，、（]?(?:约)?占(?:到|了|比)?(?:总数|总量|全部|总申请量|申请总数|申请总量|总公开量|公开总数|公开总量|总数量|总体|总件数|总条数|申请量|答复总数|受理总数)?"
    r"的?(?:比例|比重|百分比)?(?:为|达|是|约)?\Z"
)
_TOTAL = re.compile(r"(?:共|合计|总计|累计|总数|总量|全年|收到|受理|答复|办结)[^，。；]{0,24}\Z")
_TARGET = re.compile(r"力争|确保|目标|不低于|达到|以上|要求|计划")
MAX_BASES = 200  # of one paragraph
NEAR = 40  # characters between a figure and its percentage


def check_shares(
    passage: Passage,
    figures: list[Figure],
    tables: Tables,
    settled: Collection[int] = (),
) -> Iterator[Finding]:
    """Findings about percentages. `tables`: what they give is a further whole or part; `settled`:
    where percentages begin that have been judged by other means.
    """
    bases = [figure for figure in figures if figure.is_exact and not figure.is_percent][:MAX_BASES]
    for span, inside in passage.by_sentence(figures):
        sentence = _Sentence(passage, span, inside, bases, tables, settled)
        yield from sentence.findings()


class _Sentence:
    """One sentence with percentages in it."""

    def __init__(
        self,
        passage: Passage,
        span: tuple[int, int],
        inside: list[Figure],
        bases: list[Figure],
        tables: Tables,
        settled: Collection[int],
    ) -> None:
        self.passage, self.span, self.inside, self.bases = passage, span, inside, bases
        self.tables, self.settled = tables, settled
        self.text = passage.text
        self.shared_bases: list[Any] = []

    def findings(self) -> Iterator[Finding]:
        """The growth and the shares of the sentence, in order; shares that did not match are judged
        by the others'.
        """
        waiting = []
        for position, figure in enumerate(self.inside):
            if (
                not figure.is_percent
                or not figure.is_exact
                or figure.value == 0
                or figure.start in self.settled
            ):
                continue
            label = self._label(position)
            if _CHANGE.search(label):
                yield from self._change(position, label)
            elif (finding := self._share_holds(position, label)) is not None:
                yield finding
            else:
                waiting.append((position, label))
        for position, label in waiting:
            yield from self._share_open(position, label)

    def _label(self, position: int) -> str:
        """What stands between the figure before and this percentage, from the last clause that says
        something.
        """
        before = self.inside[position - 1].end if position else self.span[0]
        return self.text[before : self.inside[position].start][-NEAR:]

    # Growth and reduction

    def _change(self, position: int, label: str) -> Iterator[Finding]:
        percent = self.inside[position]
        is_theirs = _PLAIN_CHANGE.fullmatch(label)
        pair = is_theirs and (
            self._from_to(position, label)
            or self._by_so_much(position)
            or self._beside_last_year(position)
        )
        if not pair:
            yield self._unknown(percent)
            return
        old, new = pair
        figures = [*(self._counts_before(position, 2) or ()), percent]
        proved = figures if is_sharp(old, new, percent) else [percent]
        change = abs(new - old) * 100 / old
        sum_text = f"({plain(max(old, new))}−{plain(min(old, new))})÷{plain(old)}={shown(change)}%"
        if same(change, percent):
            said = f"按文中两数计算，与{percent.written}相符。"
            yield self._found("change", Verdict.HOLDS, said, sum_text, proved, used=figures)
        elif same(new * 100 / old, percent):
            sum_text = f"{plain(new)}÷{plain(old)}={shown(new * 100 / old)}%"
            said = f"{percent.written}是后数占前数的比例，与文中两数相符。"
            yield self._found("change", Verdict.HOLDS, said, sum_text, [percent], used=figures)
        else:
            said = f"按文中两数计算应为{shown(change)}%，文中写的是{percent.written}。"
            yield self._found("change", Verdict.BROKEN, said, sum_text, figures)

    def _counts_before(self, position: int, number: int) -> list[Figure] | None:
        """The last figures before the percentage with nothing but them between, nearest last, or
        None.
        """
        depth = self._depth(position)
        beside = [one for one in range(position) if self._depth(one) == depth]
        earlier = [self.inside[one] for one in beside[-number:]]
        exact = len(earlier) == number and all(
            one.is_exact and not one.is_percent and one.value for one in earlier
        )
        return earlier if exact and len({one.unit for one in earlier}) == 1 else None

    def _depth(self, position: int) -> int:
        """How many brackets are open where a figure stands: what one breaks down is no neighbour."""
        words = self.text[self.span[0] : self.inside[position].start]
        return words.count("（") - words.count("）")

    def _from_to(self, position: int, label: str) -> tuple[Fraction, Fraction] | None:
        """由1893个工作日压缩到416个工作日，压缩率达78%."""
        pair = self._counts_before(position, 2)
        if pair is None or _OTHER_MEASURE.search(label):
            return None
        between = self.text[pair[0].end : pair[1].start]
        begins = re.search(r"[由从][^。；]{0,40}\Z", self.text[self.span[0] : pair[0].start])
        return (pair[0].value, pair[1].value) if begins and _FROM_TO.search(between) else None

    def _beside_last_year(self, position: int) -> Any:
        """今年12件，去年10件，增长20%."""
        pair = self._counts_before(position, 2)
        if pair is None:
            return None
        first, second = (
            bool(_LAST_YEAR.search(self.text[max(self.span[0], one.start - 20) : one.start]))
            for one in pair
        )
        if first == second:
            return None
        return (pair[0].value, pair[1].value) if first else (pair[1].value, pair[0].value)

    def _by_so_much(self, position: int) -> Any:
        """共12件，比上年增加2件，增长20%."""
        pair = self._counts_before(position, 2)
        if pair is None:
            return None
        between = self.text[pair[0].end : pair[1].start]
        step = self.text[pair[1].end : self.inside[position].start]
        if (
            not _BY.search(between)
            or not re.search(r"去年|上年|同期|同比|比20\d\d年|较20\d\d年", between)
            or len(step) > 12
        ):
            return None
        is_less = re.search(r"(?:减少|下降|少|回落)了?\Z", between)
        old = pair[0].value + pair[1].value if is_less else pair[0].value - pair[1].value
        return (old, pair[0].value) if old > 0 else None

    # Shares and rates

    def _counted(self, position: int) -> Figure | None:
        """The figure a share speaks of: the nearest count before it, other percentages aside."""
        for figure in reversed(self.inside[:position]):
            if not figure.is_percent:
                near = self.inside[position].start - figure.end <= NEAR
                return figure if figure.is_exact and figure.value and near else None
        return None

    def _wholes(self, counted: Figure) -> list[Figure]:
        """Bases a share may have: of the sentence, then totals of the paragraph."""
        own = [
            base
            for base in self.bases
            if base.unit == counted.unit and base.value >= counted.value and base != counted
        ]
        inside = [base for base in own if self.span[0] <= base.start < self.span[1]]
        totals = [
            base
            for base in own
            if base not in inside and base.start < counted.start and self._is_total(base)
        ]
        return inside + totals

    def _is_total(self, figure: Figure) -> bool:
        return bool(_TOTAL.search(self.text[max(0, figure.start - 30) : figure.start]))

    def _share_holds(self, position: int, label: str) -> Finding | None:
        percent, counted = self.inside[position], self._counted(position)
        if counted is None:
            return None
        for whole in self._wholes(counted):
            if same(counted.value * 100 / whole.value, percent):
                self.shared_bases.append(whole)
                return self._share(percent, counted, whole.value, whole.written, [whole])
        for base in self.tables.bases() if percent.value != 100 else ():
            if base.value >= counted.value and same(counted.value * 100 / base.value, percent):
                name = f"表中的{base.name}{plain(base.value)}"
                return self._share(percent, counted, base.value, name)
        return None

    def _share(
        self,
        percent: Figure,
        counted: Any,
        whole: Any,
        name: str,
        wholes: Sequence[Figure] = (),
    ) -> Finding:
        share = counted.value * 100 / whole
        sum_text = f"{plain(counted.value)}÷{plain(whole)}={shown(share)}%"
        said = f"{counted.written}占{name}的{shown(share)}%，与{percent.written}相符。"
        used = [counted, *wholes]
        return self._found("share", Verdict.HOLDS, said, sum_text, [percent], used=used)

    def _share_open(self, position: int, label: str) -> Iterator[Finding]:
        percent, counted = self.inside[position], self._counted(position)
        whole = self._only_base(counted, label) if counted else None
        if whole is None or counted is None:
            if (of_tables := self._of_tables(percent)) is not None:
                yield of_tables
            elif percent.value != 100 and not _TARGET.search(label[-8:]):
                yield self._unknown(percent)
            return
        share = counted.value * 100 / whole.value
        sum_text = f"{plain(counted.value)}÷{plain(whole.value)}={shown(share)}%"
        said = f"按{whole.written}计算，{counted.written}应占{shown(share)}%，文中写的是{percent.written}。"
        yield self._found("share", Verdict.BROKEN, said, sum_text, [counted, whole, percent])

    def _of_tables(self, percent: Figure) -> Finding | None:
        """A share of which the tables have both numbers."""
        label = self.text[max(self.span[0], percent.start - NEAR) : percent.start]
        told = share_of_tables(re.split("[，；。]", label)[-1], percent, self.tables)
        if told is None:
            return None
        return self._found("share", told.verdict, told.said, told.sum_text, [percent], told.cells)

    def _only_base(self, counted: Figure, label: str) -> Any:
        """The base beyond doubt: the one that two other shares of the sentence have, or the only
        whole there is.
        """
        if not _SHARE.fullmatch(label):
            return None
        common = [
            base
            for base in self.shared_bases
            if self.shared_bases.count(base) >= 2 and base.value >= counted.value
        ]
        if common:
            return common[0]
        wholes = self._wholes(counted)
        if len(wholes) != 1 or wholes[0].end > counted.start:
            return None
        between = self.text[wholes[0].end : counted.start]
        return (
            wholes[0]
            if re.match(r"[^。；]{0,12}[，：（]其中", between) and self._is_total(wholes[0])
            else None
        )

    def _unknown(self, percent: Figure) -> Finding:
        said = f"没有找到可以用来重新计算{percent.written}的数字，无法核对。"
        return self._found("percentage", Verdict.UNKNOWN, said, "", [percent])

    def _found(
        self,
        code: str,
        verdict: Verdict,
        said: str,
        sum_text: str,
        figures: Sequence[Figure],
        cells: Sequence[Cell] = (),
        used: Sequence[Figure] = (),
    ) -> Finding:
        more: Any = {"figures": figures, "cells": cells, "used": used}
        return found(code, verdict, self.passage, self.span, said, sum_text, **more)
