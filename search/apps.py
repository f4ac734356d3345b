"""Full-text search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Knows no other room. Rooms say what they give to the index (`search.kinds.index_kind`)."""

    name = "search"
    verbose_name = "搜索"
