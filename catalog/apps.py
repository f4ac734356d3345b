"""The library: departments and the category tree."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Knows no other room."""

    name = "catalog"
    verbose_name = "目录与机构"
