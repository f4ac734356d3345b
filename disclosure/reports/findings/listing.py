"""The findings of all public reports, chosen by verdict, organ, year and kind: for the page and the
API. Read from what is stored; of a report that waits for `check_reports` nothing is listed.
"""

from dataclasses import dataclass

from disclosure.models import AnnualReport, ReportFindings
from disclosure.reports.findings.stored import VERSION
from statutory.kinds import KINDS, VERDICTS, piece_of

ORDER = {"broken": 0, "unknown": 1, "holds": 2}


@dataclass(frozen=True)
class Choice:
    """What a reader asks for; empty: all."""

    verdict: str = ""
    organ: str = ""
    year: int | None = None
    kind: str = ""

    def takes(self, finding):
        """Whether a finding is asked for."""
        return self.verdict in ("", finding["verdict"]) and self.kind in ("", finding["code"])


def stored_findings(choice):
    """The stored rows of public reports that have what is asked for, newest years first."""
    rows = ReportFindings.objects.filter(
        version=VERSION, report__in=AnnualReport.objects.published()
    )
    if choice.organ:
        rows = rows.filter(report__department__slug=choice.organ)
    if choice.year:
        rows = rows.filter(report__year=choice.year)
    rows = rows.filter(kinds__contains=piece_of(choice.verdict, choice.kind) or "|")
    rows = rows.select_related("report__item", "report__department")
    return rows.defer("paragraphs", "report__item__body", "report__item__text").order_by(
        "-report__year", "-report__pk"
    )


def findings_of(row, choice):
    """Those of one stored row that are asked for, the gravest first: of the text in its order, then
    of the tables.
    """
    found = [
        {
            "code": one["code"],
            "kind": KINDS[one["code"]],
            "verdict": one["verdict"],
            "verdict_label": VERDICTS[one["verdict"]],
            "section": one.get("section", ""),
            "sentence": one["sentence"]["quote"] if one.get("sentence") else "",
            "explanation": one["explanation"],
            "arithmetic": one.get("arithmetic", ""),
            "numbers": [spot["quote"] for spot in one.get("figures", ())],
        }
        for one in (*row.findings, *row.identities)
        if choice.takes(one)
    ]
    return sorted(found, key=lambda one: ORDER[one["verdict"]])


def years_with_findings():
    """Years of public reports that have been examined, newest first."""
    years = stored_findings(Choice()).order_by("-report__year").values_list("report__year")
    return [year for (year,) in years.distinct()]


def organs_with_findings():
    """(slug, name) of organs whose public reports have been examined."""
    rows = stored_findings(Choice()).order_by("report__department__position")
    return list(rows.values_list("report__department__slug", "report__department__name").distinct())
