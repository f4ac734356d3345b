"""批量导入: a table of items is uploaded, looked through row by row, then taken in as a whole or not at all."""

import logging

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from disclosure.desk.bulk_import import SHOWN, Outcome, keep_upload, look_through, take_in
from disclosure.desk.template_file import HELP, template_file
from disclosure.models import BulkImport
from ledger.addresses import client_address

logger = logging.getLogger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLACE = "[[the work is shown here]]"  # where the page is cut in two; nothing of a clerk's stands after it


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
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="disclosure_item_import"),
            path("import/template/", wrap(require_safe(self.template_view)), name="disclosure_item_import_template"),
            path("import/<uuid:pk>/", wrap(self.batch_view), name="disclosure_item_import_batch"),
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
        """Ask for the table; keep it; show what looking through it finds."""
        self._check_permission(request)
        form = BulkForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                batch = keep_upload(file=form.cleaned_data["file"], by=request.user)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return HttpResponseRedirect(reverse("admin:disclosure_item_import_batch", args=[batch.pk]))
        context = self._context(request, form=form, help=HELP.items())
        return render(request, "admin/disclosure/item/bulk_import.html", context)

    def batch_view(self, request, pk):
        """GET looks through the table and writes nothing; POST takes it in. The page grows while the work goes on."""
        self._check_permission(request)
        batch = get_object_or_404(BulkImport, pk=pk, uploaded_by=request.user)
        is_final = request.method == "POST"
        steps = (
            take_in(batch, by=request.user, address=client_address(request))
            if is_final
            else look_through(batch, user=request.user)
        )
        context = self._context(request, batch=batch, is_final=is_final, place=PLACE)
        page = render_to_string("admin/disclosure/item/bulk_batch.html", context, request)
        response = StreamingHttpResponse(self._growing(request, page, steps, context))
        response["X-Accel-Buffering"] = "no"  # nginx would keep the progress until it is over
        return response

    def _growing(self, request, page, steps, context):
        before, _, after = page.rpartition(PLACE)
        yield before
        template = "admin/disclosure/item/bulk_step.html"
        try:
            for step in steps:
                is_outcome = isinstance(step, Outcome)
                yield render_to_string(
                    template, {**context, "outcome" if is_outcome else "progress": step, "shown": SHOWN}, request
                )
        except Exception:  # the page has begun: all that can be done is to say so on it
            logger.exception("bulk import %s failed", context["batch"].pk)
            trouble = Outcome(trouble="处理时出错，没有导入任何一条。请稍后再试；仍然出错时请联系技术人员。")
            yield render_to_string(template, {**context, "outcome": trouble}, request)
        yield after

    def _context(self, request, **more):
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": "批量导入", **more}
