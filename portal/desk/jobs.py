"""后台任务 at the desk: what is being done, how far it is, what did not succeed; and the package of
open data on demand.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from background.models import Job, Unreachable
from background.workers import is_anybody_working
from ledger.admin import ReadOnlyAdmin
from opendata.jobs import enqueue_bulk_data

SECONDS_BETWEEN = 3
START = "background.start_job"
admin.site.unregister(DBTaskResult)  # arguments and tracebacks are for the log


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """A list that asks for itself again while something is open, without JavaScript."""

    list_display = (
        "label",
        "state",
        "how_far",
        "words",
        "requested_by",
        "queued_at",
        "finished_at",
        "result",
    )
    list_filter = ("state",)
    search_fields = ("label",)
    list_select_related = ("requested_by",)
    list_display_links = None
    list_per_page = 50
    change_list_template = "admin/jobs.html"

    def get_urls(self):
        own = path(
            "bulk-data/",
            self.admin_site.admin_view(require_POST(self.bulk_data)),
            name="background_job_bulk_data",
        )
        return [own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        is_open = Job.objects.open().exists()
        context = {
            "may_start": request.user.has_perm(START),
            "is_open": is_open,
            "nobody_works": is_open and not is_anybody_working(),
            "seconds": SECONDS_BETWEEN,
        }
        response = super().changelist_view(request, context)
        if is_open and request.method == "GET" and response.status_code == 200:
            response["Refresh"] = f"{SECONDS_BETWEEN}; url={request.get_full_path()}"
        return response

    def bulk_data(self, request):
        """Have the package of everything public written now instead of at night."""
        if not request.user.has_perm(START):
            raise PermissionDenied("全站数据包由公开办发起。")
        enqueue_bulk_data(by=request.user)
        messages.success(request, "已开始生成全站数据包。进度见下面的列表，生成期间可以离开本页。")
        return redirect("admin:background_job_changelist")

    @admin.display(description="进度")
    def how_far(self, job):
        if not job.total:
            return ""
        return format_html(
            '<progress max="{}" value="{}"></progress> {} / {}',
            job.total,
            job.done,
            job.done,
            job.total,
        )

    @admin.display(description="结果")
    def result(self, job):
        if not job.address or job.state != Job.State.DONE:
            return ""
        return format_html('<a href="{}">打开</a>', job.address)


@admin.register(Unreachable)
class UnreachableAdmin(ReadOnlyAdmin):
    """Whose address a mail server refuses; taken off the list, it is tried again."""

    list_display = ("account", "address", "words", "since")
    list_select_related = ("user",)
    list_display_links = None
    actions = ("try_again",)

    def has_try_again_permission(self, request):
        return request.user.has_perm("background.delete_unreachable")

    @admin.display(description="账号", ordering="user__username")
    def account(self, unreachable):
        return unreachable.user.get_username()

    @admin.action(description="已核对邮箱，恢复发送", permissions=["try_again"])
    def try_again(self, request, queryset):
        names = "、".join(
            sorted(one.user.get_username() for one in queryset.select_related("user"))
        )
        queryset.delete()
        messages.success(request, f"以后会再向这些账号的邮箱发送提醒：{names}。")
