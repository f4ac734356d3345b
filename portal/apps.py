"""The front door's applications: the portal itself, and the admin site it names."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

# Models are there when `ready` runs, and not when this module is read: hence by name.
ROOMS_WITH_HOOKS = ("ledger", "disclosure", "checklist", "inquiries", "opendata", "portal")


class PortalConfig(AppConfig):
    """Home page, reader preferences, health, error pages: knows every room, is known by none."""

    name = "portal"
    verbose_name = "门户"

    def ready(self):
        """Have each room register what it answers for, from below upwards."""
        for room in ROOMS_WITH_HOOKS:
            import_module(f"{room}.hooks")


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site class as its default."""

    default_site = "portal.desk.site.DeskSite"
