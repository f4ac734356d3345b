"""The front door's applications: the portal itself, and the admin site it names."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """Home page, reader preferences, health, error pages: knows every room, is known by none."""

    name = "portal"
    verbose_name = "门户"

    def ready(self):
        """The checks of the database and of the site's names are known from now on, and what each
        process clears.

        Also in a command: 紧急撤下 and a restore are done there.
        """
        import_module("portal.clearing")
        import_module("portal.remedies")
        import_module("portal.checking.checks")
        import_module("portal.confidential_key")


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site class as its default."""

    default_site = "portal.desk.site.DeskSite"
