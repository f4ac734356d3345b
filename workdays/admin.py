"""The calendar at the desk: the disclosure office enters each year's notice."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from desk.saving import DeskAdmin
from workdays.actions import enter_notice
from workdays.forms import NoticeForm
from workdays.models import WorkCalendarDay

WEEKDAYS = "一二三四五六日"


@admin.register(WorkCalendarDay)
class WorkCalendarDayAdmin(DeskAdmin):
    """Days off and working weekends; a whole year at once is entered by pasting its notice."""

    list_display = ("date", "weekday", "kind", "name", "notice_no", "source")
    list_filter = ("is_workday", "name")
    search_fields = ("name", "notice_no", "source")
    search_help_text = "按节日、通知文号查找"
    date_hierarchy = "date"
    ordering = ("-date",)
    list_per_page = 60

    def get_urls(self):
        enter = path(
            "notice/", self.admin_site.admin_view(self.notice_view), name="workdays_notice"
        )
        return [enter, *super().get_urls()]

    @admin.display(description="星期")
    def weekday(self, day):
        return f"星期{WEEKDAYS[day.date.weekday()]}"

    @admin.display(description="安排", ordering="is_workday")
    def kind(self, day):
        return "调休上班" if day.is_workday else "放假"

    def notice_view(self, request):
        """Paste, look at what was understood, confirm. Nothing typed is lost on the way."""
        if not (self.has_add_permission(request) and self.has_delete_permission(request)):
            raise PermissionDenied
        form = NoticeForm(request.POST or None)
        understood = form.is_valid()
        if understood and "confirm" in request.POST:
            return self._enter(request, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "录入一年的放假通知",
            "form": form,
            "summary": form.summary if understood else None,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/workdays/workcalendarday/notice.html", context)

    def _enter(self, request, data):
        rows = enter_notice(
            year=data["year"], days=data["days"], notice_no=data["notice_no"], by=request.user
        )
        self.log_addition(
            request, rows[0], f"录入{data['year']}年放假通知 {data['notice_no']}（{len(rows)} 天）"
        )
        messages.success(
            request,
            f"已录入{data['year']}年放假安排，共 {len(rows)} 天。此前标为待确认的期限会按它重新计算。",
        )
        return HttpResponseRedirect(reverse("admin:workdays_workcalendarday_changelist"))
