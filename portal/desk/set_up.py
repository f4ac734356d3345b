"""门户设置 at the desk: download the workbook, upload it, see what would happen and every fault,
confirm.

Nothing of an upload is stored: the page that shows what would happen carries it, signed, to the one
that does it, where everything is checked anew.
"""

import base64
import zlib

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.locks import TreeBusyError
from documents.uploads.gate import check_upload
from ledger.pages.addresses import client_address
from portal.setting_up.actions import look_through, may_set_up, set_up
from portal.setting_up.book import EXPLAINED, workbook
from portal.setting_up.outcome import Kind, Outcome
from portal.setting_up.reading import MOST_BYTES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300
GOOD_FOR_SECONDS = 24 * 3600


class WorkbookForm(forms.Form):
    """The workbook."""

    file = forms.FileField(
        label="填好的工作簿",
        max_length=255,
        help_text=f"XLSX，不超过 {MOST_BYTES // 1_000_000} MB。上传后先检查，不写入。",
        error_messages={"required": "请选择一个工作簿文件。", "empty": "文件是空的，请重新选择。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self):
        """A workbook by its content, not only by its name; no macros, no bomb, nothing infected."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("请上传 XLSX 文件：在表格软件中打开模板，另存为 XLSX。")
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"文件超过 {MOST_BYTES // 1_000_000} MB，请删去模板以外的内容，特别是图片。"
            )
        check_upload(file)
        return file


def _refuse_others(request):
    if not may_set_up(request.user):
        raise PermissionDenied("门户设置由系统管理员办理。")


def _context(request, **more):
    return {**admin.site.each_context(request), "title": "门户设置", **more}


@never_cache
@require_safe
def template_view(request):
    """The workbook, filled with how the portal stands."""
    _refuse_others(request)
    response = HttpResponse(workbook(), content_type=XLSX)
    response["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E9%97%A8%E6%88%B7%E8%AE%BE%E7%BD%AE.xlsx"  # 门户设置.xlsx
    )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_view(request):
    """Ask for the workbook; show what it would do. Writes nothing."""
    _refuse_others(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "admin/set_up.html", _context(request, form=form, explained=EXPLAINED)
        )
    data = form.cleaned_data["file"].read()
    try:
        outcome = look_through(data, by=request.user)
    except TreeBusyError as error:
        form.add_error("file", str(error))
        return render(
            request, "admin/set_up.html", _context(request, form=form, explained=EXPLAINED)
        )
    name = form.cleaned_data["file"].name
    carried = _sealed(request, data) if outcome.is_sound and outcome.changes_something else ""
    return render(
        request, "admin/set_up_preview.html", _shown(request, outcome, name=name, carried=carried)
    )


@never_cache
@require_POST
def set_up_confirm_view(request):
    """Take in what the page before showed. The passwords of new accounts are on this page and never
    again.
    """
    _refuse_others(request)
    data = _opened(request)
    if data is None:
        messages.error(request, "这一页已经过期，没有写入。请重新上传工作簿。")
        return redirect("admin:set-up")
    try:
        outcome = set_up(data, by=request.user, address=client_address(request))
    except TreeBusyError as error:
        messages.error(request, f"没有写入：{error}")
        return redirect("admin:set-up")
    if not outcome.is_done:
        return render(
            request, "admin/set_up_preview.html", _shown(request, outcome, name="", carried="")
        )
    return render(request, "admin/set_up_done.html", _shown(request, outcome))


def _shown(request, outcome: Outcome, **more):
    changed = [change for change in outcome.changes if change.kind != Kind.SAME]
    return _context(
        request,
        outcome=outcome,
        faults=outcome.faults[:SHOWN],
        further_faults=max(len(outcome.faults) - SHOWN, 0),
        changed=changed[:SHOWN],
        further_changes=max(len(changed) - SHOWN, 0),
        **more,
    )


def _salt(request):
    return f"portal.set_up.{request.user.pk}"


def _sealed(request, data: bytes) -> str:
    packed = base64.b64encode(zlib.compress(data)).decode()
    return signing.TimestampSigner(salt=_salt(request)).sign(packed)


def _opened(request) -> bytes | None:
    try:
        packed = signing.TimestampSigner(salt=_salt(request)).unsign(
            request.POST.get("workbook", ""), max_age=GOOD_FOR_SECONDS
        )
    except signing.BadSignature:
        return None
    return zlib.decompress(base64.b64decode(packed))
