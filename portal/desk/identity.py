"""网站信息 at the desk: one record, the names and numbers that stand on every page."""

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse

from desk.saving import DeskAdmin
from ledger.models import AuditEvent
from portal import identity
from portal.desk.on_record import OnRecord
from portal.models import SiteIdentity


def _facts(site):
    return {name: getattr(site, name) for name in identity.VARIABLES}


@admin.register(SiteIdentity)
class SiteIdentityAdmin(OnRecord, DeskAdmin):
    """The one record; what the environment fixes is shown and cannot be changed here."""

    audit_event = AuditEvent.DESK
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    snapshot = staticmethod(_facts)
    fieldsets = (
        (
            "法定内容",
            {
                "fields": (
                    "name",
                    "id_code",
                    "domain",
                    "organiser",
                    "contractor",
                    "contact",
                    "icp",
                    "police_number",
                ),
                "description": "国办发〔2017〕47号要求每个网页的页头、页脚和标签写明这些内容，保存后一秒内全站更新。",
            },
        ),
        ("其他", {"fields": ("platform", "organ_mark_url", "error_report_url")}),
    )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [name for name in identity.VARIABLES if name in getattr(settings.SITE, "fixed", {})]

    def get_object(self, request, object_id, from_field=None):
        """What the environment fixes is shown as it is."""
        site = super().get_object(request, object_id, from_field)
        if site is not None:
            for name in self.get_readonly_fields(request):
                setattr(site, name, settings.SITE[name])
        return site

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:portal_siteidentity_change", args=[1]))

    def render_change_form(self, request, context, *args, **kwargs):
        """Say which values the environment fixes, and where to change those."""
        fixed = self.get_readonly_fields(request)
        if fixed:
            variables = "、".join(identity.VARIABLES[name] for name in fixed)
            context["subtitle"] = (
                f"环境变量 {variables} 固定的值不能在这里修改，请在服务器的配置文件中改，然后重新启动。"
            )
        return super().render_change_form(request, context, *args, **kwargs)
