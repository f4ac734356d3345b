"""The numbers of one report in their four lists, and the findings of all reports."""

from collections import Counter
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Section
from disclosure.lists.shelves import shelves
from disclosure.models import AnnualReport
from disclosure.reports.findings.listing import (
    Choice,
    findings_of,
    organs_with_findings,
    stored_findings,
    years_with_findings,
)
from disclosure.reports.findings.stored import lists_of
from statutory.kinds import IDENTITIES, PROSE, VERDICTS
from statutory.prose.numbers import Standing

REPORTS_A_PAGE = 10
OPENLY = 6  # findings of a report that stand open; more of them fold
WHAT_THEY_ARE = {
    Standing.BROKEN: "重新计算或者与统计表、上年报告对照，结果不一致。",
    Standing.UNKNOWN: "不等于有错：没有可以对照的数字，或者不能确定口径，每个数字后面写明原因。",
    Standing.HOLDS: "重新计算或者与统计表、上年报告对照，结果一致。",
    Standing.NO_FIGURE: "年份、日期、文号、电话、序号、名称里的数字，不作核对。",
}


@dataclass(frozen=True)
class ShownList:
    """One of the four lists, as the page shows it."""

    standing: Standing
    note: str
    numbers: list
    cells: list

    @property
    def total(self):
        """How many numbers stand in it."""
        return len(self.numbers) + len(self.cells)


@require_safe
def report_figures(request, slug, year):
    """Every number of a report, in exactly one of four lists."""
    reports = AnnualReport.objects.published().select_related("item", "department")
    reports = reports.prefetch_related("sections", "tables")
    report = get_object_or_404(reports, department__slug=slug, year=year)
    lists = lists_of(report)
    shown = [ShownList(one, WHAT_THEY_ARE[one], *lists.of(one)) for one in Standing]
    context = {"report": report, "item": report.item, "lists": lists, "shown": shown, **_trail()}
    return render(request, "disclosure/report_figures.html", context)


class FindingFilter(forms.Form):
    """The choices of a reader. What names nothing is not chosen."""

    verdict = forms.ChoiceField(label="结论", required=False)
    organ = forms.ChoiceField(label="报告机关", required=False)
    year = forms.TypedChoiceField(label="报告年度", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="核对的内容", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("verdict", VERDICTS.items()),
            ("organ", organs_with_findings()),
            ("year", [(year, year) for year in years_with_findings()]),
            ("kind", [*PROSE.items(), *IDENTITIES.items()]),
        ):
            self.fields[name].choices = [("", "全部"), *choices]

    @property
    def choice(self):
        """What was chosen, with what makes no sense left out."""
        if not self.is_bound:
            return Choice()
        self.is_valid()
        return Choice(**{name: value for name, value in self.cleaned_data.items() if value})


@require_safe
def finding_list(request):
    """The findings of all public reports, by verdict, organ, year and kind."""
    form = FindingFilter(request.GET or None)
    choice = form.choice
    paginator = Paginator(stored_findings(choice), REPORTS_A_PAGE)
    number = request.GET.get("page", "1")
    if (
        not number.isascii()
        or not number.isdigit()
        or not 0 < int(number[:9]) <= paginator.num_pages
    ):
        raise Http404("没有这一页")
    page = paginator.page(int(number[:9]))
    listed = [(row.report, findings_of(row, choice)) for row in page]
    rows = [(report, findings, _counts(findings)) for report, findings in listed]
    context = {"form": form, "rows": rows, "page_obj": page, "openly": OPENLY, **_trail()}
    return render(request, "disclosure/finding_list.html", context)


def _counts(findings):
    """不符 1 处，相符 9 处"""
    found = Counter(finding["verdict_label"] for finding in findings)
    return "，".join(f"{label} {found[label]} 处" for label in VERDICTS.values() if found[label])


def _trail():
    node = shelves.plain().section(Section.REPORTS)
    return {"node": node, "trail": node.trail if node else []}
