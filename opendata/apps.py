"""The archive for programs: API, site maps, packages that prove themselves."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """Knows the archive and what lies below it; has no records of its own."""

    name = "opendata"
    verbose_name = "开放数据"
