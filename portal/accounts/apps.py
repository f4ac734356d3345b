"""The application that keeps what Django's accounts do not: ages of passwords, sessions, second
factors.
"""

from django.apps import AppConfig

from confidential.values import Column, register
from portal.accounts import secrets_at_rest


class AccountsConfig(AppConfig):
    """Part of the front door: every room may be signed in to, none knows how."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账号安全"

    def ready(self):
        """A rotation of the key of personal data finds the secrets of second factors."""
        rows = self.get_model("Authenticator").objects.all
        older = secrets_at_rest.opened_of_before
        register(
            Column(
                secrets_at_rest.ROOM,
                secrets_at_rest.FIELD,
                rows,
                name="key",
                record="user_id",
                read_older=older,
            )
        )
