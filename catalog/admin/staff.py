"""Who works where: Django's user admin with the departments of each member of staff."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.forms import CheckboxSelectMultiple

from catalog.models import Membership
from desk.saving import DeskAdmin


class MembershipInline(admin.TabularInline):
    """The departments of one person. Not limited by scope: who keeps the accounts works for none of
    the departments.
    """

    model = Membership
    extra = 1
    verbose_name_plural = "所属机构（含其下级机构）"


admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(DeskAdmin, UserAdmin):
    """Accounts of the staff. Rights beyond one's own are a superuser's to give."""

    inlines = (MembershipInline,)
    unversioned = ("password", "last_login")
    list_display = (
        "username",
        "last_name",
        "first_name",
        "departments",
        "is_staff",
        "is_active",
        "last_login",
    )
    list_filter = ("groups", "is_active", "is_staff", "memberships__department")
    fieldsets = (
        (None, {"fields": ("username", "password", "last_name", "first_name", "email")}),
        (
            "角色",
            {
                "fields": ("groups", "is_staff", "is_active"),
                "description": "一人可以有几个角色；停用账号请去掉“有效”，不要删除。",
            },
        ),
        (
            "其他",
            {
                "classes": ("collapse",),
                "fields": ("is_superuser", "user_permissions", "last_login", "date_joined"),
            },
        ),
    )

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        """A handful of roles is ticked, not moved from list to list."""
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple()
            return db_field.formfield(**kwargs, label="角色", help_text="")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_queryset(self, request):
        """With the departments of each, in one query for all rows."""
        return super().get_queryset(request).prefetch_related("memberships__department")

    @admin.display(description="所属机构")
    def departments(self, user):
        return "、".join(str(membership.department) for membership in user.memberships.all())

    def has_change_permission(self, request, obj=None):
        """Nobody but a superuser changes a superuser: a new password would make one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """Who manages accounts cannot make a superuser, nor hand out single permissions. When
        somebody came is not written by hand.
        """
        fields = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        return (
            fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")
        )
