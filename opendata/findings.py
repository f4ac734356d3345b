"""The API of what is checked in annual reports: every number of one, and the findings of all."""

from itertools import islice

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Path, Query, Router

from disclosure.files.facts import absolute
from disclosure.models import AnnualReport
from disclosure.reports.findings.listing import Choice, findings_of, stored_findings
from disclosure.reports.findings.stored import lists_of
from opendata import schemas
from opendata.paging import decode, encode
from opendata.parameters import takes

PROBLEMS = {400: schemas.Problem, 404: schemas.Problem}
REPORTS_AT_ONCE = 20

router = Router()


@router.get(
    "/reports/{organ}/{int:year}/figures",
    response={200: schemas.FourLists, **PROBLEMS},
    url_name="report-figures",
    summary="一份年度报告的每个数字：相符、不符、无法核对、不是工作数字",
)
@takes()
def report_figures(request, organ: Path[schemas.Slug], year: int):
    """Each number of its text and tables in exactly one of four lists."""
    reports = AnnualReport.objects.published().select_related("item", "department")
    reports = reports.prefetch_related("sections", "tables")
    report = get_object_or_404(reports, department__slug=organ, year=min(year, 9999))
    lists = lists_of(report)
    return {
        "organ": report.department.name,
        "year": report.year,
        "summary": lists.summary,
        "checked": lists.checked,
        "address": absolute(reverse("report-figures", args=[organ, year])),
        **lists.as_data(),
    }


@router.get(
    "/findings",
    response={200: schemas.FindingPage, **PROBLEMS},
    summary="各份年度报告中数字的核对结果",
)
@takes(schemas.FindingQuery)
def findings(request, query: Query[schemas.FindingQuery]):
    """Newest years first, whole reports one after the other."""
    choice = Choice(query.verdict or "", query.organ or "", query.year, query.kind or "")
    page = list(islice(_from(choice, query.cursor), query.limit + 1))
    following = None
    if len(page) > query.limit:
        report, place, _ = page.pop()
        following = encode([report.year, report.pk, place])
    return {
        "findings": [_row(report, finding) for report, _, finding in page],
        "next_cursor": following,
    }


def _from(choice, cursor):
    """(report, place among its findings, finding) from a cursor on."""
    rows, pk, first = stored_findings(choice), None, 0
    if cursor:
        year, pk, first = decode(cursor, int, int, int)
        if not (0 < year < 10_000 and 0 < pk < 2**63 and 0 <= first < 10_000):
            raise ValidationError("cursor 不是上一页给出的值，请从头开始。")
        rest = rows.filter(report__year=year, report__pk__lte=pk)
        rows = rows.filter(report__year__lt=year) | rest
    for row in rows.iterator(chunk_size=REPORTS_AT_ONCE):
        for place, finding in enumerate(findings_of(row, choice)):
            if row.report_id != pk or place >= first:
                yield row.report, place, finding


def _row(report, finding):
    return {
        "organ": report.department.name,
        "organ_slug": report.department.slug,
        "year": report.year,
        "address": absolute(f"{report.get_absolute_url()}#findings"),
        **finding,
    }
