"""The register's records."""

from ledger.models.append_only import AppendOnlyModel
from ledger.models.audit import AuditEntry, AuditEvent, AuditResult
from ledger.models.checkpoint import Checkpoint, SigningKey
from ledger.models.digest import PublicDigest, PublicRow
from ledger.models.entry import GONE_AFTER, Act, Entry, FileDigest
from ledger.models.receipt import Receipt
from ledger.models.redaction import Redaction

__all__ = [
    "GONE_AFTER",
    "Act",
    "AppendOnlyModel",
    "AuditEntry",
    "AuditEvent",
    "AuditResult",
    "Checkpoint",
    "Entry",
    "FileDigest",
    "PublicDigest",
    "PublicRow",
    "Receipt",
    "Redaction",
    "SigningKey",
]
