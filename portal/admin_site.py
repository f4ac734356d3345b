"""The clerk's desk: Django's admin under its Chinese name."""

from django.contrib.admin import AdminSite

from portal.auditing import audited
from portal.list_exports import export_urls


class DeskSite(AdminSite):
    """The one admin site; every room registers its models on it through `django.contrib.admin`."""

    site_title = "政府信息公开工作台"
    site_header = "政府信息公开工作台"
    index_title = "工作台"
    enable_nav_sidebar = True

    def admin_view(self, view, cacheable=False):
        """Every page of the desk passes here, so every write of the desk is on record."""
        return super().admin_view(audited(view), cacheable)

    def get_urls(self):
        """Each list also as a file."""
        return [*export_urls(self), *super().get_urls()]
