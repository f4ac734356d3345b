"""Accounts and roles at the desk, with every change to them on record: what was, what is, in one
transaction with it.
"""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, User

from catalog.admin import StaffAdmin
from desk.saving import DeskAdmin
from ledger.models import AuditEvent
from portal.desk import identity, jobs, violations  # noqa: F401 – register their pages
from portal.desk.on_record import OnRecord


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
    return sorted(
        f"{app}.{name}"
        for app, name in permissions.values_list("content_type__app_label", "codename")
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
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.last_login is None
        )

    def get_readonly_fields(self, request, obj=None):
        """Nobody gives a role to themselves: who keeps the accounts would publish after all."""
        fields = super().get_readonly_fields(request, obj)
        return (
            (*fields, "groups") if obj == request.user and not request.user.is_superuser else fields
        )


@admin.register(Group)
class RoleAdmin(OnRecord, DeskAdmin, GroupAdmin):
    """Roles and what they may do."""

    audit_event = AuditEvent.ROLE
    snapshot = staticmethod(_role)

    def has_add_permission(self, request):
        """What a role may do is the law's business (docs/decisions/0026-who-may-see-what.md): a
        superuser's, in need.
        """
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser
