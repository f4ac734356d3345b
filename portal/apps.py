"""The front door's applications: the portal itself, and the admin site it names."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """Home page, reader preferences, health, error pages: knows every room, is known by none."""

    name = "portal"
    verbose_name = "门户"


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site class as its default."""

    default_site = "portal.admin_site.DeskSite"
