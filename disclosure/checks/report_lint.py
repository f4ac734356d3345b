"""The faults of form in one report (`disclosure.checks`), for a report as it is given, in the
database or not.
"""

from types import SimpleNamespace

from disclosure.checks import report_form, slips
from disclosure.models.reports.report import Regime
from statutory.prose.examine import report_parts

RULES = (
    slips.slips_of_writing,
    slips.units_in_number_cells,
    slips.empty_cells_of_reports,
    slips.superseded_form_of_reports,
    report_form.split_headers,
    report_form.form_of_2019_used_again,
    report_form.problems_too_short,
    report_form.year_of_the_report,
    report_form.tables_as_pictures,
    report_form.published_late,
)
MOST = 200


class ReportText:
    """A report as the checks see it, without a database: what they ask of a `Subject` and no more."""

    def __init__(self, sections, *, year, title="", department=None, listed_at=None):
        self.parts = report_parts(sections)
        self.item = SimpleNamespace(
            title=title, document_number="", listed_at=listed_at if department else None
        )
        self.report = SimpleNamespace(
            year=year, regime=Regime.for_year(year), department=department
        )

    @property
    def own_passages(self):
        """(place, text) of what it says."""
        return [(part.place, part.text) for part in self.parts if part.text]


def lint(sections, *, year, title="", department=None, listed_at=None):
    """The checklist's `Finding`s on the form of a report: (title, html) sections, and what is known
    about them.
    """
    subject = ReportText(
        sections, year=year, title=title, department=department, listed_at=listed_at
    )
    return [finding for rule in RULES for finding in rule(subject) or ()][:MOST]


def as_data(finding):
    """A fault as plain data."""
    excerpt = finding.excerpt
    return {
        "code": finding.code,
        "severity": str(finding.level),
        "severity_label": finding.level.label,
        "place": finding.place.name,
        "place_label": str(finding.place),
        "message": finding.message,
        "excerpt": str(excerpt) if excerpt else "",
        "start": excerpt.start if excerpt else None,
        "end": excerpt.end if excerpt else None,
    }
