"""The same table across years and across organs."""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Department, Section
from disclosure.lists.shelves import shelves
from disclosure.models import AnnualReport, ReportTable
from disclosure.reports.tables.comparison import (
    APPLICANT_CHOICES,
    TOTAL,
    YearComparison,
    across_years,
    statistics_across_years,
)
from statutory import statistics

TITLES = dict(ReportTable.Key.choices)


class ApplicantForm(forms.Form):
    """Which applicants of table B are compared."""

    applicant = forms.ChoiceField(label="申请人", choices=APPLICANT_CHOICES, required=False)

    @property
    def choice(self):
        """The column's key; 总计 where nothing, or nothing sensible, was chosen."""
        return (self.cleaned_data.get("applicant") if self.is_valid() else "") or TOTAL


def _trail():
    node = shelves.plain().section(Section.REPORTS)
    return {"node": node, "trail": node.trail if node else []}


def _with_table(key):
    reports = AnnualReport.objects.published().filter(tables__key=key)
    return (
        reports.select_related("item", "department")
        .defer("item__body", "item__text")
        .prefetch_related("tables")
    )


@require_safe
def organ_table(request, slug, key):
    """One organ's table of every year, side by side, with plots."""
    department = get_object_or_404(Department, slug=slug)
    if key not in TITLES:
        raise Http404("没有这张表")
    reports = list(_with_table(key).filter(department=department).order_by("year"))
    if not reports:
        raise Http404("这个机关没有公开过这张表")
    form = ApplicantForm(request.GET or None)
    applicant = form.choice if key == "b" else TOTAL
    comparison = (
        statistics_across_years(reports)
        if key == statistics.KEY
        else across_years(key, reports, applicant)
    )
    context = {
        "department": department,
        "key": key,
        "title": TITLES[key],
        "reports": reports,
        "comparison": comparison,
        "form": form if key == "b" else None,
        "applicant": applicant,
        "applicant_label": dict(APPLICANT_CHOICES)[applicant],
        **_trail(),
    }
    return render(request, "disclosure/statutory/organ_table.html", context)


@require_safe
def year_table(request, key, year):
    """One year's table of every organ, side by side."""
    if key not in TITLES or key == statistics.KEY:
        raise Http404("没有这张表")
    reports = list(
        _with_table(key).filter(year=year).order_by("department__position", "department__pk")
    )
    if not reports:
        raise Http404("这一年度还没有公开的表")
    comparison = YearComparison(key, reports, lambda organ: organ.kind == Department.Kind.OUTSIDE)
    government = next(
        (row for row in comparison.own if row.report.department.kind == Department.Kind.GOVERNMENT),
        None,
    )
    context = {
        "key": key,
        "title": TITLES[key],
        "year": year,
        "comparison": comparison,
        "government": government,
        "parts": comparison.sum_of(lambda organ: organ.kind != Department.Kind.GOVERNMENT),
        "years": _years(key),
        **_trail(),
    }
    return render(request, "disclosure/statutory/year_table.html", context)


def _years(key):
    years = AnnualReport.objects.published().filter(tables__key=key).order_by("-year")
    return list(years.values_list("year", flat=True).distinct())
