"""What readers who reported an error are shown of it, for the daily digest. Their names and
contacts are shown to nobody, and erased by day; they are no part of it.
"""

from inquiries.models import ErrorReport
from ledger.digests.explaining import by_events, by_the_desk, new_rows
from ledger.digests.tables import PublicTable, public_table, rows_of
from ledger.models import AuditEvent

COLUMNS = ("number", "page", "kind", "received_at", "status", "note", "handled_at", "department_id")

public_table(
    PublicTable(
        "inquiries.ErrorReport",
        str(ErrorReport._meta.verbose_name),
        COLUMNS,
        rows_of(ErrorReport.objects.all, COLUMNS),
        (
            new_rows,
            by_the_desk("inquiries_errorreport", "inquiries_correction"),
            by_events(AuditEvent.ERASURE),
        ),
    )
)
