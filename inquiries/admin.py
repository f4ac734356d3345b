"""Corrections at the desk: those of one's departments, to be closed with a note. Who wrote is shown
to who handles them.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.scope import DepartmentScope
from desk.saving import DeskAdmin
from inquiries.actions import handle_error_report
from inquiries.models import ErrorReport
from inquiries.models.error_report import OFFICE

_OF_THE_SENDER = ("name", "contact")
_SECRET = {*_OF_THE_SENDER, "token", "code_sha256"}


class HandlingForm(forms.ModelForm):
    """What became of a report: closed, with the reason. What is closed stays closed."""

    class Meta:
        model = ErrorReport
        fields = ("status", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4, "cols": 80})}

    def clean(self):
        """A sentence for the reader who asks; the database insists on it too."""
        cleaned = super().clean()
        status, note = cleaned.get("status"), (cleaned.get("note") or "").strip()
        if status == ErrorReport.Status.PENDING:
            self.add_error(
                "status",
                "请选择“已处理”或者“不予处理”；已经办结的不能改回待处理，可以补充处理说明。",
            )
        elif status and not note and "note" not in self.errors:
            self.add_error("note", "请写明怎样处理的，或者为什么不予处理：提出纠错的人会看到。")
        return cleaned


@admin.register(ErrorReport)
class ErrorReportAdmin(DepartmentScope, DeskAdmin):
    """Nobody adds or deletes one; status and note are all that is written."""

    form = HandlingForm
    actions = None
    list_display = ("number", "kind", "page_name", "organ", "status", "received_on")
    export_display = (
        "number",
        "kind",
        "page_name",
        "page",
        "organ",
        "status",
        "note",
        "received_at",
        "handled_at",
    )
    list_filter = ("status", "kind")
    list_select_related = ("department",)
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "received_at"
    search_fields = ("number", "page", "page_title", "text", "note")
    search_help_text = "按编号、网页、问题说明、处理说明查找"
    readonly_fields = (
        *(
            "number",
            "page_link",
            "page",
            "kind",
            "text_shown",
            "name",
            "contact",
            "contact_erased_at",
        ),
        *("received_at", "office", "handled_by", "handled_at"),
    )

    def in_scope(self, queryset, user):
        """Those of no department as well, for who handles all of them."""
        return queryset.visible_to(user).order_by("-received_at", "-pk")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        """No guessing of senders through the address."""
        return lookup.split("__")[0] not in _SECRET and super().lookup_allowed(
            lookup, value, request
        )

    def get_fieldsets(self, request, obj=None):
        """Without the sender for who only looks on."""
        sender = (
            (*_OF_THE_SENDER, "contact_erased_at")
            if self.has_change_permission(request, obj)
            else ()
        )
        return (
            (
                None,
                {
                    "fields": (
                        "number",
                        "received_at",
                        "page_link",
                        "page",
                        "office",
                        "kind",
                        "text_shown",
                    )
                },
            ),
            *((("提出人", {"fields": sender}),) if sender else ()),
            ("处理", {"fields": ("status", "note", "handled_by", "handled_at")}),
        )

    def save_model(self, request, obj, form, change):
        """Through the room's action, in the name of who does it."""
        if not self.get_queryset(request).filter(pk=obj.pk).exists():
            raise PermissionDenied
        words = form.cleaned_data
        handle_error_report(
            report=obj, status=words["status"], note=words["note"].strip(), by=request.user
        )

    @admin.display(description="网页", ordering="page")
    def page_name(self, report):
        return report.page_title or report.page

    @admin.display(description="网页")
    def page_link(self, report):
        """By its name, leading there; alone in its line, or only its colour would tell it from text
        (WCAG 1.4.1).
        """
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>',
            report.page_url,
            self.page_name(report),
        )

    @admin.display(description="问题说明")
    def text_shown(self, report):
        """As it was typed, as text."""
        return report.text

    @admin.display(description="收到", ordering="received_at")
    def received_on(self, report):
        """Short, for the list."""
        return f"{timezone.localtime(report.received_at):%Y-%m-%d %H:%M}"

    @admin.display(description="负责机构", ordering="department")
    def organ(self, report):
        """Short, for the list."""
        return report.department or OFFICE

    @admin.display(description="负责机构")
    def office(self, report):
        return report.office
