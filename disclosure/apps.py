"""The archive: items, annual reports, attachments, browse counts, search."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Knows the catalogue, and nothing above itself."""

    name = "disclosure"
    verbose_name = "政府信息"
