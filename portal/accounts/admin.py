"""The desk's pages of accounts' security: failed log-ins. Secrets of authenticators are on no page."""

from django.contrib import admin, messages
from django_otp.plugins.otp_static import admin as _static  # registers what is taken away below
from django_otp.plugins.otp_totp import admin as _totp

from ledger import audit
from ledger.admin import ReadOnlyAdmin
from ledger.models import AuditEvent
from ledger.pages.addresses import client_address
from portal.accounts import lockout, second_factor, sessions
from portal.accounts.models import Authenticator, LoginFailure

__all__ = [
    "AuthenticatorAdmin",
    "LoginFailureAdmin",
    "sessions",
]  # sessions listens to log-ins from here on

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


class LookedAt(ReadOnlyAdmin):
    """A list without forms: what may be done is done by its actions."""

    list_display_links = None


@admin.register(LoginFailure)
class LoginFailureAdmin(LookedAt):
    """Who failed to sign in within the last half hour, from where, and who is locked out."""

    list_display = ("account", "address", "failures", "is_locked", "last_at")
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)
    actions = ("unlock", "unlock_address")

    def has_unlock_permission(self, request):
        return request.user.has_perm("accounts.unlock_login")

    @admin.display(description="账号", ordering="username")
    def account(self, failure):
        return failure.username

    @admin.display(description="来自", ordering="ip_address")
    def address(self, failure):
        return failure.ip_address

    @admin.display(description="最近一次", ordering="attempt_time")
    def last_at(self, failure):
        return failure.attempt_time

    @admin.display(description="失败次数", ordering="failures_since_start")
    def failures(self, failure):
        return failure.failures_since_start

    @admin.display(description="已锁定", boolean=True)
    def is_locked(self, failure):
        address = failure.ip_address
        return bool(
            lockout.name_locked_until(address, failure.username)
            or lockout.address_locked_until(address)
        )

    @admin.action(description="解除登录锁定", permissions=["unlock"])
    def unlock(self, request, queryset):
        names = sorted({failure.username for failure in queryset if failure.username})
        for name in names:
            lockout.unlock(name)
            on_record(request, "解除登录锁定", name)
        messages.success(request, f"已解除登录锁定：{'、'.join(names)}")

    @admin.action(
        description="解除所在地址的登录锁定（这个地址上的全部账号）", permissions=["unlock"]
    )
    def unlock_address(self, request, queryset):
        addresses = sorted({failure.ip_address for failure in queryset if failure.ip_address})
        for address in addresses:
            lockout.unlock_address(address)
            on_record(request, "解除登录锁定", address)
        messages.success(request, f"已解除登录锁定：{'、'.join(addresses)}")


@admin.register(Authenticator)
class AuthenticatorAdmin(LookedAt):
    """Who has a second factor; it is taken away from somebody who lost telephone and backup codes,
    never looked into.
    """

    list_display = ("account", "name_shown", "enrolled_at", "used_at", "codes_left")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__last_name", "user__first_name")
    ordering = ("user__username",)
    actions = ("take_away",)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("accounts.remove_second_factor")

    has_take_away_permission = has_view_permission

    @admin.display(description="账号", ordering="user__username")
    def account(self, authenticator):
        return authenticator.user.get_username()

    @admin.display(description="姓名")
    def name_shown(self, authenticator):
        return authenticator.user.get_full_name()

    @admin.display(description="启用时间", ordering="created_at")
    def enrolled_at(self, authenticator):
        return authenticator.created_at

    @admin.display(description="最近使用", ordering="last_used_at", empty_value="还没有用过")
    def used_at(self, authenticator):
        return authenticator.last_used_at

    @admin.display(description="剩余备用码")
    def codes_left(self, authenticator):
        return second_factor.backup_codes_left(authenticator.user)

    @admin.action(
        description="移除动态口令（本人手机和备用码都找不到时）", permissions=["take_away"]
    )
    def take_away(self, request, queryset):
        """Not one's own: that would be a way round it for whoever has found a screen unlocked. Nor
        a superuser's.
        """
        removed, kept = [], []
        for authenticator in queryset.select_related("user"):
            user = authenticator.user
            if user == request.user or (user.is_superuser and not request.user.is_superuser):
                kept.append(user.get_username())
                continue
            second_factor.remove(user)
            on_record(request, "移除动态口令", user)
            removed.append(user.get_username())
        if removed:
            messages.success(
                request, f"已移除动态口令：{'、'.join(removed)}。请提醒本人登录后重新启用。"
            )
        if kept:
            messages.error(
                request,
                f"没有移除：{'、'.join(kept)}。自己的和超级用户的动态口令不能在这里移除，请用命令 reset_second_factor。",
            )
