"""Pages of older portals: read, judged and taken over as items."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Knows the archive and what lies below it; its admin shows the files of older portals."""

    name = "imports"
    verbose_name = "旧网站导入"
