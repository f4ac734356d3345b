"""Columns in which no word of an item can stand, and why."""

from disclosure.erasing.registry import holds_none

holds_none(
    "names of forms, keys and marks of ours",
    *("desk.KeptForm.place", "desk.KeptForm.key", "desk.KeptForm.about", "desk.StagedFile.about"),
)
holds_none(
    "names of organs, columns and themes, which are not an item's",
    *("catalog.Department", "catalog.Category", "disclosure.Theme", "disclosure.SynonymGroup"),
)
holds_none(
    "accounts and rights; an account is not an item's",
    *("auth.User", "auth.Group", "auth.Permission", "contenttypes.ContentType"),
)
holds_none(
    "days, figures, hashes",
    "disclosure.DailySalt",
    "disclosure.RecentVisit",
    "disclosure.JournalMark",
    "disclosure.MadeFile",
)
holds_none(
    "names of machines and of stored files",
    "disclosure.Node",
    "disclosure.Takedown",
    "disclosure.WrittenPackage",
)
holds_none("hashes and signatures", "ledger.Checkpoint", "ledger.SigningKey", "ledger.FileDigest")
holds_none("who took a checkpoint", "ledger.Receipt")
holds_none("digests of rows, with their index number", "ledger.PublicRow", "ledger.PublicDigest")
holds_none("the calendar", "workdays.WorkCalendarDay")
holds_none(
    "choices, hashes, keys of ours",
    *("disclosure.Item.index_number", "disclosure.Item.genre", "disclosure.Item.disclosure_mode"),
    *("disclosure.Item.term", "disclosure.Item.scope", "disclosure.Item.status"),
    *(
        "disclosure.Attachment.sha256",
        "disclosure.Attachment.scan_state",
        "disclosure.AttachmentText.sha256",
    ),
    *(
        "disclosure.AnnualReport.regime",
        "disclosure.ReportTable.key",
        "disclosure.IdentityExplanation.code",
    ),
    *(
        "disclosure.ReportFindings.stamp",
        "disclosure.Commitment.kind",
        "disclosure.CommitmentAnswer.status",
    ),
    *("disclosure.Review.content_sha256", "disclosure.Review.outcome", "disclosure.Review.mode"),
    *(
        "disclosure.Review.basis",
        "disclosure.FindingOverride.fingerprint",
        "disclosure.FindingOverride.code",
    ),
    *(
        "disclosure.Revision.content_sha256",
        "disclosure.Validity.state",
        "disclosure.BulkImport.extension",
    ),
    *("disclosure.LegacyOriginal.sha256", "disclosure.LegacyOriginal.state"),
    *(
        "ledger.Entry.act",
        "ledger.Entry.content_sha256",
        "ledger.Entry.previous_hash",
        "ledger.Entry.entry_hash",
    ),
    *(
        "ledger.Entry.erased",
        "ledger.Entry.subject_kind",
        "ledger.Entry.subject_key",
        "ledger.Entry.role",
    ),
    *("ledger.Entry.department_name", "ledger.Entry.person", "ledger.Redaction.subject_kind"),
    *("ledger.Redaction.subject_key", "ledger.AuditEntry.event", "ledger.AuditEntry.result"),
    *(
        "ledger.AuditEntry.account",
        "ledger.AuditEntry.person",
        "ledger.AuditEntry.roles",
        "ledger.AuditEntry.address",
    ),
    *("ledger.AuditEntry.act", "ledger.AuditEntry.object_kind", "ledger.AuditEntry.object_key"),
    *("ledger.AuditEntry.previous_hash", "ledger.AuditEntry.entry_hash"),
    *("admin.LogEntry.object_id", "sessions.Session.session_key"),
)
holds_none(
    "written for the removal itself; the act refuses a reason that repeats the item's words",
    *("ledger.Redaction.reason", "ledger.Redaction.lift_reason"),
)
