"""The desk's pages of accounts' security: failed log-ins. Secrets of authenticators are on no page."""

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.db.models import Sum
from django_otp.plugins.otp_static import admin as _static  # registers what is taken away below
from django_otp.plugins.otp_totp import admin as _totp

from disclosure.visitors import client_address
from ledger import audit
from ledger.models import AuditEvent
from portal.accounts import lockout, sessions
from portal.accounts.models import LoginFailure

__all__ = ["LoginFailureAdmin", "sessions"]  # sessions listens to log-ins from here on

for _model in (_totp.TOTPDevice, _static.StaticDevice):
    admin.site.unregister(_model)


def on_record(request, act, user):
    """An act on somebody's account, in the audit log."""
    audit.record(
        event=AuditEvent.ACCOUNT,
        by=request.user,
        address=client_address(request),
        act=act,
        object_kind="auth.user",
        object_key=user.pk if hasattr(user, "pk") else "",
        object_name=user,
    )


@admin.register(LoginFailure)
class LoginFailureAdmin(admin.ModelAdmin):
    """Who failed to sign in within the last half hour, from where, and who is locked out."""

    list_display = ("username", "ip_address", "failures", "is_locked", "attempt_time")
    list_display_links = None
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)
    actions = ("unlock",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_unlock_permission(self, request):
        """Of the action."""
        return request.user.has_perm("accounts.unlock_login")

    @admin.display(description="失败次数", ordering="failures_since_start")
    def failures(self, failure):
        return failure.failures_since_start

    @admin.display(description="已锁定", boolean=True)
    def is_locked(self, failure):
        same = AccessAttempt.objects.filter(username=failure.username, ip_address=failure.ip_address)
        return (same.aggregate(sum=Sum("failures_since_start"))["sum"] or 0) >= lockout.settings.AXES_FAILURE_LIMIT

    @admin.action(description="解除登录锁定", permissions=["unlock"])
    def unlock(self, request, queryset):
        names = sorted({failure.username for failure in queryset if failure.username})
        for name in names:
            lockout.unlock(name)
            on_record(request, "解除登录锁定", name)
        messages.success(request, f"已解除登录锁定：{'、'.join(names)}")
