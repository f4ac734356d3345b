"""The archive: items, annual reports, attachments, browse counts, search."""

from django.apps import AppConfig

from ledger.guards import Guarded, guard


class DisclosureConfig(AppConfig):
    """Knows the catalogue, the register and the calendar, and nothing above itself."""

    name = "disclosure"
    verbose_name = "信息公开"

    def ready(self):
        """Published revisions are written once, like the register."""
        guard(Guarded("disclosure_revision", (("entry_id",), ("item_id", "number"))))
