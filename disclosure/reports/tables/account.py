"""How a report's tables add up: every identity with its verdict, what is explained, and what still
asks for it.
"""

from functools import cached_property

from disclosure.models import AnnualReport
from disclosure.reports.tables.numbers import tables_of
from statutory.identities import RULES, Verdict, blank_cells, check
from statutory.lookup import Figures


def figures_of(report):
    """The `Figures` of a report."""
    return Figures(report.regime, tables_of(report))


def report_before(report, *, is_public):
    """The same organ's report on the year before, or None; for the public only if it is public."""
    reports = (
        AnnualReport.objects.published()
        if is_public
        else AnnualReport.objects.filter(is_correction=False)
    )
    found = reports.filter(department=report.department_id, year=report.year - 1).select_related(
        "department"
    )
    return found.prefetch_related("tables").first()


class RuleAccount:
    """One rule over all its places in a report."""

    def __init__(self, rule, results, explanation):
        self.rule, self.results, self.explanation = rule, results, explanation

    def _of(self, verdict):
        return [result for result in self.results if result.verdict == verdict]

    @cached_property
    def broken(self):
        """Places where it does not hold."""
        return self._of(Verdict.BROKEN)

    @cached_property
    def open(self):
        """Places that blanks leave open."""
        return self._of(Verdict.OPEN)

    @cached_property
    def held(self):
        """Places where it holds."""
        return self._of(Verdict.HOLDS)

    @property
    def verdict(self):
        """The worst of its places."""
        if self.broken:
            return Verdict.BROKEN
        return Verdict.OPEN if self.open else Verdict.HOLDS

    @property
    def places(self):
        """Keys of the places where it does not hold, for an explanation to speak for."""
        return sorted(result.place for result in self.broken)

    @property
    def is_explained(self):
        """Whether an explanation speaks for every place where it does not hold."""
        return self.explanation is not None and set(self.places) <= set(self.explanation.places)

    @property
    def needs_explanation(self):
        """Whether the report may not go on without one."""
        return self.rule.is_hard and bool(self.broken) and not self.is_explained

    @property
    def printed_explanation(self):
        """The explanation as long as there is something to explain, or None."""
        return self.explanation if self.broken else None


class Account:
    """The identities of one report. `before`: the report of the year before, or None."""

    def __init__(self, report, *, before=None, tables=None):
        self.report, self.before = report, before
        self.tables = tables_of(report) if tables is None else tables

    @classmethod
    def of(cls, report, *, is_public=False, tables=None):
        """With the year before looked up; `tables`: other numbers than those stored, as `tables_of`
        gives them.
        """
        return cls(report, before=report_before(report, is_public=is_public), tables=tables)

    @cached_property
    def results(self):
        """Every identity at every place."""
        before = figures_of(self.before) if self.before else None
        return check(self.report.regime, self.tables, before)

    @cached_property
    def rules(self):
        """One `RuleAccount` for each rule that has anything to compare, in order."""
        explanations = {one.code: one for one in self.report.explanations.all()}
        accounts = [
            RuleAccount(
                rule, [one for one in self.results if one.code == code], explanations.get(code)
            )
            for code, rule in RULES.items()
        ]
        return [account for account in accounts if account.results]

    @property
    def unexplained(self):
        """Rules that keep the report from being submitted."""
        return [account for account in self.rules if account.needs_explanation]

    @property
    def blanks(self):
        """{table: number of cells nobody has filled in}."""
        return blank_cells(self.report.regime, self.tables)

    @cached_property
    def by_cell(self):
        """{(table, line, column): results that do not hold there}, for marking cells."""
        found = {}
        for result in self.results:
            if result.verdict == Verdict.BROKEN:
                for cell in result.marked:
                    found.setdefault(cell, []).append(result)
        return found
