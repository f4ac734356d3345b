"""批量导入: a table of items is uploaded, looked through row by row, then taken in as a whole or
not at all.

Both are done by the queue. The page says how far they are and asks for itself again, without
JavaScript; it may be left meanwhile.
"""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from background.models import Job
from background.workers import is_anybody_working
from disclosure.models import BulkImport
from documents.files.cells import csv_chunks
from imports.bulk.importing import SHOWN, Outcome, keep_upload
from imports.bulk.jobs import enqueue_check, enqueue_import, newest_job
from imports.bulk.template_file import HELP, template_file
from ledger.pages.addresses import client_address

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECONDS_BETWEEN = 2
LISTED = 5  # of somebody's own tables


class BulkForm(forms.Form):
    """The table."""

    file = forms.FileField(
        label="表格文件",
        max_length=255,
        help_text="XLSX 或 CSV，不超过 10000 行。请使用模板的表头。",
        error_messages={"required": "请选择一个表格文件。", "empty": "文件是空的，请重新选择。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class BulkImportMixin:
    """Adds the pages to an admin of items."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "disclosure_item_import"
        return [
            path("import/", wrap(self.import_view), name=name),
            path(
                "import/template/", wrap(require_safe(self.template_view)), name=f"{name}_template"
            ),
            path("import/<uuid:pk>/", wrap(self.batch_view), name=f"{name}_batch"),
            path(
                "import/<uuid:pk>/errors.csv",
                wrap(require_safe(self.errors_view)),
                name=f"{name}_errors",
            ),
            *super().get_urls(),
        ]

    def _check_permission(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied

    def template_view(self, request):
        """The workbook to fill in, with the departments of whoever asks."""
        self._check_permission(request)
        response = HttpResponse(template_file(request.user), content_type=XLSX)
        response["Content-Disposition"] = (
            "attachment; filename*=UTF-8''%E6%89%B9%E9%87%8F%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF.xlsx"
        )
        return response

    def import_view(self, request):
        """Ask for the table; keep it and have it looked through."""
        self._check_permission(request)
        form = BulkForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                batch = keep_upload(file=form.cleaned_data["file"], by=request.user)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                enqueue_check(batch)
                return HttpResponseRedirect(_address(batch))
        own = BulkImport.objects.filter(uploaded_by=request.user).exclude(file="")[:LISTED]
        context = self._context(request, form=form, help=HELP.items(), own=own)
        return render(request, "admin/disclosure/item/bulk_import.html", context)

    def batch_view(self, request, pk):
        """Where a table stands. POST has it taken in, or looked through once more; both answer with
        the page itself.
        """
        batch = self._batch(request, pk)
        if request.method == "POST":
            self._hand_over(request, batch)
            return HttpResponseRedirect(_address(batch))
        job = newest_job(batch)
        outcome = None if job and job.is_open else Outcome.of(batch)
        context = self._context(
            request, batch=batch, job=job, outcome=outcome, shown=SHOWN, seconds=SECONDS_BETWEEN
        )
        context |= {
            "is_open": bool(job and job.is_open),
            "has_failed": bool(job and job.state == Job.State.FAILED),
        }
        context |= {"nobody_works": context["is_open"] and not is_anybody_working()}
        context |= {"made": self._made(request, outcome) if batch.applied_at and outcome else ()}
        response = render(request, "admin/disclosure/item/bulk_batch.html", context)
        if context["is_open"]:
            response["Refresh"] = f"{SECONDS_BETWEEN}; url={request.path}"
        return response

    def errors_view(self, request, pk):
        """All that is wrong with a table, as a table."""
        outcome = Outcome.of(self._batch(request, pk)) or Outcome()
        rows = [
            (error.row, label or "整行", words)
            for error in outcome.errors
            for label, words in error.messages
        ]
        response = StreamingHttpResponse(
            csv_chunks([("行", "列", "问题"), *rows]), content_type="text/csv"
        )
        response["Content-Disposition"] = "attachment; filename*=UTF-8''%E9%97%AE%E9%A2%98.csv"
        return response

    def _batch(self, request, pk):
        self._check_permission(request)
        return get_object_or_404(BulkImport, pk=pk, uploaded_by=request.user)

    def _hand_over(self, request, batch):
        outcome = Outcome.of(batch)
        if batch.applied_at:
            return
        if outcome and outcome.is_sound and "check" not in request.POST:
            enqueue_import(batch, address=client_address(request))
        else:
            enqueue_check(batch)

    def _made(self, request, outcome):
        """(row, item) of the first drafts that were made and are there still."""
        items = self.get_queryset(request).select_related("department", "category")
        items = items.in_bulk([key for _, key in outcome.rows])
        return [(number, items[key]) for number, key in outcome.rows if key in items]

    def _context(self, request, **more):
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "批量导入",
            **more,
        }


def _address(batch):
    return reverse("admin:disclosure_item_import_batch", args=[batch.pk])
