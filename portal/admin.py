"""Accounts and roles at the desk, with every change to them on record: what was, what is, in one transaction with it."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, User

from catalog.admin import StaffAdmin
from ledger import audit
from ledger.addresses import client_address
from ledger.models import AuditEvent
from portal import admin_violations  # noqa: F401 – registers its page
from portal.accounts import passwords


def _account(user):
    return {
        "username": user.get_username(),
        "name": user.get_full_name(),
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "permissions": _permissions(user.user_permissions),
        "departments": sorted(user.memberships.values_list("department__name", flat=True)),
    }


def _role(group):
    return {"name": group.name, "permissions": _permissions(group.permissions)}


def _permissions(permissions):
    return sorted(f"{app}.{name}" for app, name in permissions.values_list("content_type__app_label", "codename"))


class OnRecord:
    """An admin whose saves and deletions are written into the audit log with what was before and after."""

    audit_event = None
    snapshot = None

    def save_model(self, request, obj, form, change):
        request.before_the_change = self.snapshot(self.model.objects.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._record(request, form.instance, request.before_the_change, self.snapshot(form.instance))

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 – Django's name
        """Somebody else's password: that it was changed, never what to."""
        before = self.model.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        changed = self.model.objects.filter(pk=id).exclude(password=before).first()
        if changed is not None and before is not None:
            self._record(request, changed, {}, {"password": "已重置"})
            if changed != request.user:
                passwords.set_by_another(changed)
        return response

    def delete_model(self, request, obj):
        self._record(request, obj, self.snapshot(obj), {})
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self._record(request, obj, self.snapshot(obj), {})
        super().delete_queryset(request, queryset)

    def _record(self, request, obj, before, after):
        names = {*before, *after}
        changed = sorted(name for name in names if before.get(name) != after.get(name))
        audit.record(
            event=self.audit_event,
            by=request.user,
            address=client_address(request),
            act="删除" if before and not after else "修改" if before else "新增",
            object_kind=self.opts.label_lower,
            object_key=obj.pk,
            object_name=obj,
            detail={
                "before": {name: before[name] for name in changed if name in before},
                "after": {name: after[name] for name in changed if name in after},
            },
        )


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(OnRecord, StaffAdmin):
    """Accounts of the staff. One that was ever used is switched off, not deleted: its acts name it."""

    actions = None
    audit_event = AuditEvent.ACCOUNT
    snapshot = staticmethod(_account)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.last_login is None)

    def get_readonly_fields(self, request, obj=None):
        """Nobody gives a role to themselves: who keeps the accounts would publish after all."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "groups") if obj == request.user and not request.user.is_superuser else fields


@admin.register(Group)
class RoleAdmin(OnRecord, GroupAdmin):
    """Roles and what they may do."""

    audit_event = AuditEvent.ROLE
    snapshot = staticmethod(_role)

    def has_add_permission(self, request):
        """What a role may do is the law's business (docs/decisions/0026-who-may-see-what.md): a superuser's, in need."""
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser
