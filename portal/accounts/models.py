"""What is kept of an account beside Django's own columns."""

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import secrets_at_rest


class AccountState(models.Model):
    """Age of the password, the one session that counts, and since when the account may be used
    again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="account_state",
        verbose_name="账号",
    )
    password_changed_at = models.DateTimeField(
        "口令修改时间", null=True, blank=True, help_text="没有记录的，自开通之日起算。"
    )
    must_change_password = models.BooleanField(
        "须修改口令", default=False, help_text="口令由他人设置，首次登录须修改。"
    )
    session_token = models.CharField("有效会话的标记", max_length=32, blank=True)
    enabled_at = models.DateTimeField("重新启用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "账号安全状态"
        default_permissions = ()

    def __str__(self):
        return str(self.user)


class PastPassword(models.Model):
    """The hash of a password somebody had, so that it does not come back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_passwords", verbose_name="账号"
    )
    encoded = models.CharField("口令的散列值", max_length=128)
    set_at = models.DateTimeField("设置时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的口令"
        ordering = ("-pk",)
        default_permissions = ()

    def __str__(self):
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class LoginFailure(AccessAttempt):
    """Failed log-ins of one name from one address, as django-axes counts them."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "登录失败"
        default_permissions = ("view",)
        permissions = (
            ("unlock_login", "可以解除登录锁定"),
            ("remove_second_factor", "可以移除他人的动态口令"),
        )

    def __str__(self):
        return f"{self.username}（{self.ip_address}）"


class Authenticator(TOTPDevice):
    """An authenticator of django-otp whose secret is encrypted in the database (GB/T 22239-2019,
    8.1.4.8).
    """

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "动态口令"
        default_permissions = ()

    @property
    def bin_key(self):
        """The secret in the clear."""
        return secrets_at_rest.opened(self.key, user_id=self.user_id)
