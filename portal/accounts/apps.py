"""The application that keeps what Django's accounts do not: ages of passwords, sessions, second factors."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Part of the front door: every room may be signed in to, none knows how."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账号安全"
