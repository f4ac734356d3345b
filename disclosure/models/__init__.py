"""What the portal publishes. Everything published is an `Item`; an annual report is an item with
more to it.
"""

from disclosure.models.attachment import Attachment, AttachmentText
from disclosure.models.counting import (
    DailySalt,
    DailyViews,
    JournalMark,
    RecentVisit,
    RollUp,
    SiteViews,
)
from disclosure.models.desk.bulk_import import BulkImport, StagedItem
from disclosure.models.desk.editing import EditingSession
from disclosure.models.desk.legacy import LegacyOriginal, OldAddress
from disclosure.models.desk.review import FindingOverride, Review
from disclosure.models.item import Item
from disclosure.models.made import MadeFile
from disclosure.models.node import Node
from disclosure.models.numbering import IndexSerial
from disclosure.models.reports.commitments import Commitment, CommitmentAnswer
from disclosure.models.reports.findings import ReportFindings
from disclosure.models.reports.report import AnnualReport, ReportSection
from disclosure.models.reports.tables import IdentityExplanation, ReportTable
from disclosure.models.revision import Revision, RevisionContent
from disclosure.models.search import FailedSearch, SynonymGroup
from disclosure.models.takedown import Takedown
from disclosure.models.theme import Theme
from disclosure.models.validity import Validity
from disclosure.models.written import WrittenPackage

__all__ = [
    "AnnualReport",
    "Attachment",
    "AttachmentText",
    "BulkImport",
    "Commitment",
    "CommitmentAnswer",
    "DailySalt",
    "DailyViews",
    "EditingSession",
    "FailedSearch",
    "FindingOverride",
    "IdentityExplanation",
    "IndexSerial",
    "Item",
    "JournalMark",
    "LegacyOriginal",
    "MadeFile",
    "Node",
    "OldAddress",
    "RecentVisit",
    "ReportFindings",
    "ReportSection",
    "ReportTable",
    "Review",
    "Revision",
    "RevisionContent",
    "RollUp",
    "SiteViews",
    "StagedItem",
    "SynonymGroup",
    "Takedown",
    "Theme",
    "Validity",
    "WrittenPackage",
]
