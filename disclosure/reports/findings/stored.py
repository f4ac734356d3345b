"""The findings of reports in the database: computed once for what the public sees, on the spot for
drafts.

Nothing here can be stale: a stored row is used only while its stamp is that of the report as it is
now.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.choices import Status
from disclosure.models import AnnualReport, Commitment, ReportFindings
from disclosure.reports.findings.likeness import paragraphs_of
from disclosure.reports.tables.numbers import tables_of
from ledger.canonical import sha256
from statutory.four_lists import four_lists
from statutory.identities import check
from statutory.kinds import identity_records, kinds_of
from statutory.lookup import Figures
from statutory.prose.commitments import commitments_in
from statutory.prose.examine import examine, report_parts

VERSION = 3  # of the rules; raise it where what is found changes


def sections_of(report):
    """(title, html) of a report's texts, the opening first with an empty title."""
    return [
        ("", report.item.body),
        *((section.title or "　", section.body) for section in report.sections.all()),
    ]


def report_before(report):
    """The organ's public report on the year before, or None."""
    before = AnnualReport.objects.published().filter(
        department=report.department_id, year=report.year - 1
    )
    return before.prefetch_related("tables").first()


def findings_for(report):
    """The findings of a report as plain data (see `Finding.as_data`): for pages, exports and the
    desk.
    """
    inputs = _Inputs(report)
    stored = ReportFindings.objects.filter(report=report).first()
    if stored and stored.stamp == inputs.stamp:
        return stored.findings
    return inputs.findings


class _Inputs:
    """All that an examination depends on."""

    def __init__(self, report):
        self.report, self.sections = report, sections_of(report)
        self.before = report_before(report)
        self.tables = tables_of(report)
        self.earlier = tables_of(self.before) if self.before else {}
        self.organ = report.department.name

    @property
    def stamp(self):
        tables = [
            _plain(tables.get(key))
            for tables in (self.tables, self.earlier)
            for key in ("a", "b", "c")
        ]
        sections = [[title, body] for title, body in self.sections]
        return sha256([VERSION, self.report.year, self.organ, sections, tables])

    @property
    def findings(self):
        """What is found in the text, as plain data."""
        more = {"organ": self.organ, "tables": self.tables, "earlier_tables": self.earlier}
        return [
            finding.as_data() for finding in examine(self.sections, year=self.report.year, **more)
        ]

    @property
    def results(self):
        """The identities of the tables."""
        before = Figures(self.before.regime, self.earlier) if self.before else None
        return check(self.report.regime, self.tables, before)

    def kept(self, findings):
        """What a stored row holds of the findings, but for paragraphs."""
        identities = identity_records(self.results)
        kinds = kinds_of([*findings, *identities])
        return {
            "findings": findings,
            "identities": identities,
            "kinds": kinds,
            "version": VERSION,
        }


def _plain(rows):
    return [[None if cell is None else str(cell) for cell in row] for row in rows or ()]


def lists_of(report):
    """The `FourLists` of a report: every number of its text and tables."""
    inputs = _Inputs(report)
    stored = ReportFindings.objects.filter(report=report).first()
    is_current = stored and stored.stamp == inputs.stamp
    findings = stored.findings if is_current else inputs.findings
    more = {"regime": report.regime, "tables": inputs.tables, "results": inputs.results}
    return four_lists(inputs.sections, findings, **more)


def changed_behind(kept):
    """What of a stored result (a `ReportFindings`) is not what examining the report gives, in words.

    A result of earlier rules is shown nowhere: pages examine the report anew.
    """
    inputs = _Inputs(kept.report)
    if kept.stamp != inputs.stamp:
        return []
    paragraphs = paragraphs_of(kept.report_id, report_parts(inputs.sections))
    wanted = inputs.kept(inputs.findings)
    is_same = all(getattr(kept, name) == value for name, value in wanted.items())
    found = [] if is_same else ["核对结果"]
    if kept.paragraphs != [paragraph.as_data() for paragraph in paragraphs]:
        found.append("段落特征")
    return found + _changed_commitments(kept.report, inputs.sections)


def _changed_commitments(report, sections):
    wanted = {one.text: one for one in commitments_in(sections)}
    kept = list(report.commitments.all())
    if {one.text for one in kept if not one.answers.all()} - set(wanted):
        return ["问题和承诺"]
    known = {one.text: (one.kind, one.position) for one in kept}
    is_right = all(
        known.get(text) == (one.kind, position)
        for position, (text, one) in enumerate(wanted.items(), start=1)
    )
    return [] if is_right else ["问题和承诺"]


def is_of_these_rules(kept):
    """Whether a stored result is of the report as it stands, by the rules of this version."""
    return kept.stamp == _Inputs(kept.report).stamp


def refresh_findings(item):
    """Keep what is found in a public report, and in the next year's, which looks back at it; forget
    what is not public.
    """
    report = AnnualReport.objects.filter(item=item).select_related("department").first()
    if report is None:
        return
    report.item = item
    if item.status != Status.PUBLISHED:
        ReportFindings.objects.filter(report=report).delete()
    else:
        store_findings(report)
    after = AnnualReport.objects.filter(
        department=report.department_id, year=report.year + 1, findings__isnull=False
    )
    for report in after.select_related("item", "department"):
        store_findings(report)


@transaction.atomic
def store_findings(report):
    """Examine a report and keep the result; its problems and promises with it."""
    inputs = _Inputs(report)
    try:
        stamp = inputs.stamp
    except (ValueError, ValidationError):
        # a text written past the forms that no register can hold; it is examined whenever it is
        # read
        return
    if ReportFindings.objects.filter(report=report, stamp=stamp).exists():
        return
    paragraphs = [
        paragraph.as_data() for paragraph in paragraphs_of(report.pk, report_parts(inputs.sections))
    ]
    values = {"stamp": stamp, "paragraphs": paragraphs, **inputs.kept(inputs.findings)}
    ReportFindings.objects.update_or_create(report=report, defaults=values)
    keep_commitments(report, inputs.sections)


def keep_commitments(report, sections):
    """Bring the list of problems and promises in line with the text; what was answered already
    stays with its answer.
    """
    found = commitments_in(sections)
    texts = [one.text for one in found]
    report.commitments.exclude(text__in=texts).filter(answers=None).delete()
    known = {one.text: one for one in report.commitments.all()}
    for position, one in enumerate(found, start=1):
        kept = known.get(one.text)
        if kept is None:
            Commitment.objects.create(
                report=report, position=position, kind=one.kind, text=one.text
            )
        elif kept.position != position:
            kept.position = position
            kept.save(update_fields=["position"])
