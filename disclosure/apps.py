"""The archive: items, annual reports, attachments, browse counts, search."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from ledger.guards import Guarded, guard


class DisclosureConfig(AppConfig):
    """Knows the catalogue, the register and the calendar, and nothing above itself."""

    name = "disclosure"
    verbose_name = "信息公开"

    def ready(self):
        """Published revisions are written once, like the register."""
        # Rooms say what of theirs may hold words of an item, and what they keep of public pages.
        autodiscover_modules("erasing", "clearing")
        guard(Guarded("disclosure_revision", (("entry_id",), ("item_id", "number"))))
