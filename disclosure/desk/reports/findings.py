"""At the desk: what the examination found in a report, how like it is to others, and the answers to
last year's promises.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Department
from disclosure.checks.report_lint import lint
from disclosure.desk.reports.kept_pages import kept_page
from disclosure.models import CommitmentAnswer
from disclosure.models.reports.report import FIRST_YEAR
from disclosure.reports.findings.comparing import YearOfReports, beside_others
from disclosure.reports.findings.promises import OvertakenError, answer_promises, stamp, to_answer
from disclosure.reports.findings.shown import ShownFindings
from disclosure.reports.findings.stored import findings_for, sections_of

OVERTAKEN = "overtaken"  # code of the form's error


class YearForm(forms.Form):
    """The year of a list."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=2100, required=False)


class AnswersForm(forms.Form):
    """One pair of fields for every problem or promise: `status-<id>` and `note-<id>`."""

    def __init__(self, *args, promises, is_read_only=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.promises = promises
        for one in promises:
            key, answer = one.commitment.pk, one.answer
            self.fields[f"status-{key}"] = forms.ChoiceField(
                label="落实情况",
                choices=[("", "未回应"), *CommitmentAnswer.Status.choices],
                required=False,
                initial=answer.status if answer else "",
            )
            self.fields[f"note-{key}"] = forms.CharField(
                label="说明",
                max_length=500,
                required=False,
                initial=answer.note if answer else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for field in self.fields.values():
            field.disabled = is_read_only  # nothing is typed that cannot be saved

    @property
    def rows(self):
        """(commitment, its status field, its note field, the answer that is stored or None)."""
        return [
            (
                one.commitment,
                self[f"status-{one.commitment.pk}"],
                self[f"note-{one.commitment.pk}"],
                one.answer,
            )
            for one in self.promises
        ]

    def clean(self):
        """A note without a status would be lost."""
        data = super().clean()
        for one in self.promises:
            key = one.commitment.pk
            if data.get(f"note-{key}") and not data.get(f"status-{key}"):
                self.add_error(f"status-{key}", "填写了说明，请同时选择落实情况。")
        return data

    @property
    def answers(self):
        """{commitment: (status, note)}."""
        keys = [one.commitment.pk for one in self.promises]
        return {
            key: (self.cleaned_data[f"status-{key}"], self.cleaned_data[f"note-{key}"])
            for key in keys
        }


class FindingsMixin:
    """Adds the pages to the admin of annual reports."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "disclosure_annualreport"
        return [
            path("likeness/", wrap(self.likeness_view), name=f"{name}_likeness"),
            path("<int:object_id>/findings/", wrap(self.findings_view), name=f"{name}_findings"),
            path("<int:object_id>/promises/", wrap(self.promises_view), name=f"{name}_promises"),
            path(
                "<int:object_id>/promises/keep/",
                wrap(require_POST(self.promises_keep_view)),
                name=f"{name}_promises_keep",
            ),
            *super().get_urls(),
        ]

    def _seen(self, request, object_id):
        reports = self.get_queryset(request).select_related("item", "department")
        report = get_object_or_404(reports, pk=unquote(str(object_id)))
        if not self.has_view_or_change_permission(request, report):
            raise PermissionDenied
        return report

    @method_decorator(require_safe)
    def findings_view(self, request, object_id):
        """Figures, form and likeness of one report, draft or public."""
        report = self._seen(request, object_id)
        sections = report.sections.all()
        item = report.item
        faults = lint(
            sections_of(report),
            year=report.year,
            title=item.title,
            department=report.department,
            listed_at=item.listed_at,
        )
        context = {
            "findings": ShownFindings(
                findings_for(report), [section.position for section in sections]
            ),
            "faults": faults,
            "beside": beside_others(report),
        }
        return self._findings_page(request, "findings", report, "核对与雷同", context)

    def promises_keep_view(self, request, object_id):
        """The answers as they are typed now; nothing is stored in the report."""
        report = self._seen(request, object_id)
        if not self.has_change_permission(request, report):
            raise PermissionDenied
        return kept_page(request.user, report, "promises").keep(request)

    def promises_view(self, request, object_id):
        """Answer last year's report one by one. Nothing typed is lost, and nothing of others is
        written over unseen.
        """
        report = self._seen(request, object_id)
        can_change = self.has_change_permission(request, report) and report.item.is_editable
        kept, promises = kept_page(request.user, report, "promises"), to_answer(report)
        taken_up = kept.taken_up(request) if can_change else None
        form = AnswersForm(request.POST or taken_up, promises=promises, is_read_only=not can_change)
        if request.method == "POST":
            if not can_change:
                raise PermissionDenied
            if form.is_valid() and self._answered(request, report, form):
                kept.forget()
                return HttpResponseRedirect(
                    reverse("admin:disclosure_annualreport_change", args=[report.pk])
                )
        elif taken_up is not None:
            messages.info(request, "这是为您留着的内容，还没有保存。请核对，再点“保存”。")
        is_overtaken = form.has_error(NON_FIELD_ERRORS, OVERTAKEN)
        context = {
            "form": form,
            "can_change": can_change,
            "is_overtaken": is_overtaken,
            "seen": (taken_up or request.POST).get("seen") or stamp(promises),
            **(kept.context(request, taken_up) if can_change else {}),
        }
        return self._findings_page(request, "promises", report, "回应上年承诺", context)

    @staticmethod
    def _answered(request, report, form):
        seen = None if "overwrite" in request.POST else request.POST.get("seen", "")
        try:
            answer_promises(report=report, answers=form.answers, by=request.user, seen=seen)
        except OvertakenError as error:
            form.add_error(None, ValidationError(error.messages[0], code=OVERTAKEN))
            return False
        except ValidationError as error:
            form.add_error(None, error)
            return False
        messages.success(request, "已保存对上年问题和承诺的回应，它会随报告一起审核、公开。")
        return True

    @method_decorator(require_safe)
    def likeness_view(self, request):
        """All public reports of a year, those most like others first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = YearForm(request.GET)
        year = form.cleaned_data["year"] if form.is_valid() else None
        newest = timezone.localdate().year - 1
        year = year or newest
        context = {
            "year": YearOfReports(year, Department.objects.visible_to(request.user)),
            "years": range(newest, FIRST_YEAR - 1, -1),
        }
        return self._findings_page(
            request, "likeness", None, f"{year} 年度报告的核对与雷同", context
        )

    def _findings_page(self, request, name, report, title, context):
        base = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "report": report,
        }
        return render(request, f"admin/disclosure/annualreport/{name}.html", base | context)
