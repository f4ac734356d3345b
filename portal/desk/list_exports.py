"""导出: any list of the desk as CSV or XLSX, with the filters that are set, in the scope of whoever
asks, on record.
"""

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    label_for_field,
    lookup_field,
)
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from documents.files.cells import csv_chunks
from documents.files.sheets import HEAD, Cell, Sheet, workbook
from documents.files.zips import stream_zip
from ledger.models import AuditEvent
from portal.auditing import write

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EMPTY = ""


class FormatForm(forms.Form):
    """Which kind of file."""

    export_format = forms.ChoiceField(choices=[(name, name) for name in TYPES])


def export_urls(site):
    """An address for each list of the site."""
    for model in filter(site.is_registered, apps.get_models()):
        label, name = model._meta.app_label, model._meta.model_name
        view = site.admin_view(require_safe(_view_of(site.get_model_admin(model))))
        yield path(f"{label}/{name}/export/", view, name=f"{label}_{name}_export")


def _view_of(model_admin):
    def export(request):
        return export_list(request, model_admin)

    return export


def export_list(request, model_admin):
    """The list as a file. What may not be seen as a list may not be had as a file either."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    form = FormatForm(request.GET)
    parameters = request.GET.copy()
    parameters.pop("export_format", None)
    request.GET = parameters
    try:
        queryset = model_admin.get_changelist_instance(request).get_queryset(request)
        count = queryset.count()
    except (IncorrectLookupParameters, ValueError):
        form.add_error(None, "筛选条件无效")
    if not form.is_valid():
        messages.error(request, "没有导出：请在列表页设好筛选条件，再选 CSV 或 XLSX。")
        return HttpResponseRedirect(
            reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
        )
    extension = form.cleaned_data["export_format"]
    _note(request, model_admin, extension, count)
    return _response(model_admin, extension, _table(request, model_admin, queryset))


def _note(request, model_admin, extension, count):
    detail = {"filters": request.GET.urlencode()[:1000], "rows": count, "format": extension}
    kind = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    name = str(model_admin.opts.verbose_name_plural)
    write(
        request,
        event=AuditEvent.EXPORT,
        act="导出",
        object_kind=kind,
        object_name=name,
        detail=detail,
    )


def _table(request, model_admin, queryset):
    """Heading and rows: the columns of the list, or those the admin names for files
    (`export_display`), or those of a resource of django-import-export (`export_table`).
    """
    if resource_class := getattr(model_admin, "export_table", None):
        resource = resource_class()
        yield resource.get_export_headers()
        for record in queryset.select_related(*resource.related).iterator(chunk_size=500):
            yield resource.export_resource(record)
        return
    columns = getattr(model_admin, "export_display", None) or model_admin.get_list_display(request)
    rows = queryset.iterator(chunk_size=500)
    yield [
        strip_tags(str(label_for_field(name, model_admin.model, model_admin))) for name in columns
    ]
    for record in rows:
        yield [_value(name, record, model_admin) for name in columns]


def _value(name, record, model_admin):
    """What the list shows, without its marks; numbers stay numbers."""
    try:
        field, _, value = lookup_field(name, record, model_admin)
    except ObjectDoesNotExist:
        return EMPTY
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and not getattr(field, "choices", None)
    ):
        return value
    if isinstance(value, timezone.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, models.Field) and not field.remote_field:
        return display_for_field(value, field, EMPTY)
    return strip_tags(str(display_for_value(value, EMPTY)))


def _response(model_admin, extension, rows):
    if extension == "csv":
        content = csv_chunks(rows)
    else:
        sheet = Sheet(str(model_admin.opts.verbose_name_plural), _with_heads(rows), frozen_rows=1)
        content = stream_zip(workbook([sheet]))
    day = timezone.localdate().strftime("%Y%m%d")
    response = StreamingHttpResponse(content, content_type=TYPES[extension])
    name = f"{model_admin.opts.verbose_name_plural}-{day}.{extension}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _with_heads(rows):
    for number, row in enumerate(rows):
        yield [Cell(value, HEAD) for value in row] if number == 0 else row
