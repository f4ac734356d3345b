"""The organs × years matrix of annual reports, gaps visible."""

from dataclasses import dataclass

from django.utils import timezone

from catalog.models import Department
from disclosure.models import AnnualReport
from disclosure.models.reports.report import FIRST_YEAR
from disclosure.reports.tables.deadlines import deadline


@dataclass
class Cell:
    """One organ and year: a report, a gap, a report not due yet, or an organ that did not exist."""

    year: int
    report: AnnualReport | None
    is_expected: bool
    is_due: bool
    is_late: bool = False

    @property
    def is_gap(self):
        """The report should be there and is not."""
        return self.report is None and self.is_expected and self.is_due


@dataclass
class Row:
    """One organ's reports, newest year first."""

    department: Department
    cells: list[Cell]

    @property
    def number(self):
        """How many reports there are."""
        return sum(cell.report is not None for cell in self.cells)

    @property
    def gaps(self):
        """How many are missing."""
        return sum(cell.is_gap for cell in self.cells)


class ReportMatrix:
    """Organs of the district in their order, then organs from outside whose reports are kept here."""

    def __init__(self, departments, reports, today):
        self.today = today
        self.years = list(range(today.year - 1, FIRST_YEAR - 1, -1))
        by_organ = {}
        for report in reports:
            by_organ.setdefault(report.department_id, {})[report.year] = report
        rows = [
            self._row(department, by_organ.get(department.pk, {})) for department in departments
        ]
        self.rows = [
            row for row in rows if row.number or row.department.kind != Department.Kind.OUTSIDE
        ]
        self.own = [row for row in self.rows if row.department.kind != Department.Kind.OUTSIDE]
        self.outside = [row for row in self.rows if row.department.kind == Department.Kind.OUTSIDE]

    @classmethod
    def load(cls, department=None):
        """All organs, or one: two queries, whatever the number of organs and years."""
        reports = AnnualReport.objects.published().with_row()
        departments = Department.objects.all()
        if department is not None:
            reports, departments = (
                reports.filter(department=department),
                departments.filter(pk=department.pk),
            )
        return cls(departments, reports, timezone.localdate())

    def _row(self, department, reports):
        return Row(
            department, [self._cell(department, year, reports.get(year)) for year in self.years]
        )

    def _cell(self, department, year, report):
        last_day = deadline(department, year)
        expected = (
            department.kind != Department.Kind.OUTSIDE
            and (department.active_from is None or department.active_from.year <= year)
            and (department.active_until is None or department.active_until.year > year)
        )
        listed_on = timezone.localdate(report.item.listed_at) if report else None
        # Of an organ from outside we know what it published, not what it owed, nor by when.
        is_late = (
            bool(report) and department.kind != Department.Kind.OUTSIDE and listed_on > last_day
        )
        return Cell(year, report, expected, self.today > last_day, is_late=is_late)
