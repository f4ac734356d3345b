"""A report set beside the organ's earlier reports and other organs' reports of the year: for the
desk and the auditor.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from disclosure.models import AnnualReport, ReportFindings
from disclosure.reports.findings.likeness import (
    ALIKE,
    Paragraph,
    TraceIndex,
    nearest_paragraphs,
    overall,
    paragraphs_of,
)
from disclosure.reports.findings.stored import sections_of
from statutory.prose.examine import report_parts

MOST_REPORTS = 400  # a report is compared with; the latest
MOST_LISTED = 300
TEXTS = ("item", "department")


class Beside:
    """A report beside others of one kind: `title` says which, `likenesses` what came of it, the
    likest first.
    """

    def __init__(self, title, own, others, texts):
        self.title, self.number = title, len({one.report for one in others})
        self.all = nearest_paragraphs(own, others, texts.of)
        self.texts = texts

    @property
    def percent(self):
        """How much of the report, by length, stands in the others."""
        return int(overall(self.all) * 100)

    @property
    def shown(self):
        """(likeness, the other report) of paragraphs alike enough to be looked at."""
        alike = sorted((one for one in self.all if one.share >= ALIKE), key=lambda one: -one.share)
        return [(one, self.texts.reports[one.nearest.report]) for one in alike]


class _Texts:
    """Texts of paragraphs, each report read once and only where it is compared in full."""

    def __init__(self, report, parts):
        self.reports, self.known = (
            {report.pk: report},
            {report.pk: {part.place.name: part.text for part in parts}},
        )

    def of(self, paragraph):
        """The text of a paragraph."""
        if paragraph.report not in self.known:
            report = AnnualReport.objects.select_related(*TEXTS).get(pk=paragraph.report)
            self.reports[report.pk] = report
            self.known[report.pk] = {
                part.place.name: part.text for part in report_parts(sections_of(report))
            }
        text = self.known[paragraph.report].get(paragraph.place, "")
        return " ".join(text[paragraph.start : paragraph.end].split())


def beside_others(report):
    """[Beside] the organ's earlier reports and other organs' reports of the year; one without any
    is left out.
    """
    parts = report_parts(sections_of(report))
    own, texts = paragraphs_of(report.pk, parts), _Texts(report, parts)
    public = AnnualReport.objects.published().exclude(pk=report.pk)
    kinds = (
        (
            "本机关以往年度的报告",
            public.filter(department=report.department_id, year__lt=report.year),
        ),
        (
            "其他机关同一年度的报告",
            public.filter(year=report.year).exclude(department=report.department_id),
        ),
    )
    compared = [
        (title, _paragraphs(reports.order_by("-year", "pk")[:MOST_REPORTS]))
        for title, reports in kinds
    ]
    return [Beside(title, own, others, texts) for title, others in compared if others]


def _paragraphs(reports):
    rows = ReportFindings.objects.filter(report__in=list(reports.values_list("pk", flat=True)))
    found = rows.values_list("report_id", "paragraphs")
    return [Paragraph.of_data(report, data) for report, paragraphs in found for data in paragraphs]


@dataclass(frozen=True)
class Listed:
    """One report of a year: how much of it stands in others (estimated from traces), and how its
    figures came out.
    """

    report: AnnualReport
    earlier: float | None
    others: float | None
    verdicts: dict

    @property
    def earlier_percent(self):
        """In whole percent, or None where there is no earlier report."""
        return None if self.earlier is None else int(self.earlier * 100)

    @property
    def others_percent(self):
        """The same for other organs of the year."""
        return None if self.others is None else int(self.others * 100)


class YearOfReports:
    """All public reports of a year, those most like others first."""

    def __init__(self, year, departments):
        self.year, self.departments = year, departments

    @cached_property
    def rows(self):
        """[Listed]: two queries for the year, one for the years before."""
        reports = AnnualReport.objects.published().filter(
            year=self.year, department__in=self.departments
        )
        reports = list(
            reports.select_related("department").order_by("department__name")[:MOST_LISTED]
        )
        stored = {
            row.report_id: row for row in ReportFindings.objects.filter(report__year=self.year)
        }
        before = self._before([report.department_id for report in reports])
        everyone = TraceIndex(paragraph for row in stored.values() for paragraph in _of(row))
        rows = [
            self._row(report, stored, everyone, before.get(report.department_id))
            for report in reports
        ]
        return sorted(rows, key=lambda row: -max(row.earlier or 0, row.others or 0))

    def _before(self, departments):
        rows = ReportFindings.objects.filter(
            report__department__in=departments, report__year__lt=self.year
        )
        rows = rows.filter(report__year__gte=self.year - 3).select_related("report")
        found = {}
        for row in rows:
            found.setdefault(row.report.department_id, []).extend(_of(row))
        return found

    @staticmethod
    def _row(report, stored, everyone, earlier):
        row = stored.get(report.pk)
        own = _of(row) if row else []
        verdicts = Counter(finding["verdict"] for finding in (row.findings if row else ()))
        before = TraceIndex(earlier).share(own) if earlier else None
        return Listed(
            report, before, everyone.share(own) if len(stored) > 1 else None, dict(verdicts)
        )


def _of(row):
    return [Paragraph.of_data(row.report_id, data) for data in row.paragraphs]
