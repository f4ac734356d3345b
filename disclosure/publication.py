"""What must follow, in the same transaction, whenever what the public sees of an item changes."""

from catalog.models import PublicStamp
from disclosure.choices import Status
from disclosure.reports.findings.stored import refresh_findings
from disclosure.search.indexing import index_item


def public_face_changed(item):
    """Called by every act of publication as its last step before the register; `item` as it now
    stands.

    Here hang, in this room's order, whatever is derived from the public face of an item: the search
    index, what is found in annual reports, the version stamp that tells page caches what is stale.
    """
    index_item(item)
    refresh_findings(item)
    PublicStamp.objects.bump(takes_away=item.status != Status.PUBLISHED)
