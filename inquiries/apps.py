"""What citizens write to the offices."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Knows the catalogue and the ledger."""

    name = "inquiries"
    verbose_name = "公众来信"
