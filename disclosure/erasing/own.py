"""The item's own records."""

from disclosure.erasing.registry import erases
from disclosure.models import (
    Attachment,
    FindingOverride,
    OldAddress,
    ReportFindings,
    Review,
    RevisionContent,
    Validity,
)
from disclosure.models.desk.legacy import erased_address
from disclosure.reports.parts import PARTS
from disclosure.search.items import ITEMS
from search.indexing import unindex

ERASED_TITLE = "（依法删除的信息）"
ERASED = "（已依法删除）"


@erases("disclosure.RevisionContent.content")
def erase_revisions(words, by):
    """The hashes stay with the revisions and in the register."""
    RevisionContent.objects.filter(revision__item__in=words.items).delete()


@erases(
    *("disclosure.Attachment.name", "disclosure.Attachment.file", "disclosure.Attachment.found"),
    *(
        "disclosure.AttachmentText.text",
        "disclosure.AttachmentText.reason",
        "disclosure.AttachmentText.remarks",
    ),
)
def erase_files(words, by):
    """Rows at once, what was read in the files with them; the files themselves when the act is
    done.
    """
    files = Attachment.everything.filter(item__in=words.items)
    words.files |= set(files.exclude(file="").values_list("file", flat=True))
    files.delete()


@erases(
    *(f"disclosure.{part.model.__name__}.{name}" for part in PARTS for name in part.words),
    *("disclosure.ReportFindings.findings", "disclosure.ReportFindings.paragraphs"),
    *("disclosure.ReportFindings.identities", "disclosure.ReportFindings.kinds"),
    "disclosure.Commitment.text",
)
def erase_report(words, by):
    """What a report says, what was found in it and what it promised; the answers to its promises go
    with them.
    """
    for report in (item.report for item in words.items if item.report):
        for part in PARTS:
            getattr(report, part.name).all().delete()
        ReportFindings.objects.filter(report=report).delete()
        report.commitments.all().delete()


@erases("disclosure.Validity.note")
def erase_validities(words, by):
    """Those of other items that name it as their reason stay, and call it what it is called now."""
    Validity.objects.filter(item__in=words.items).delete()


@erases(
    *(
        "disclosure.Review.submission_note",
        "disclosure.Review.note",
        "disclosure.Review.forced_reason",
    ),
    *("disclosure.FindingOverride.place", "disclosure.FindingOverride.message"),
    *("disclosure.FindingOverride.excerpt", "disclosure.FindingOverride.reason"),
    "disclosure.FindingOverride.decided_by_organ",
    "disclosure.FindingOverride.decision_number",
)
def erase_reviews(words, by):
    """Who submitted and decided what, when and on which basis stays; what they wrote about it goes."""
    reviews = Review.objects.filter(item__in=words.items)
    reviews.exclude(submission_note="").update(submission_note=ERASED)
    reviews.exclude(note="").update(note=ERASED)
    reviews.exclude(forced_reason="").update(forced_reason=ERASED)
    told = {"place": ERASED, "message": ERASED, "excerpt": "", "reason": ERASED}
    overrides = FindingOverride.objects.filter(item__in=words.items)
    overrides.update(**told)
    decisions = {"decided_by_organ": ERASED, "decision_number": ERASED}
    overrides.filter(decided_on__isnull=False).update(**decisions)


@erases("disclosure.OldAddress.path", "disclosure.OldAddress.key", "disclosure.OldAddress.host")
def erase_old_addresses(words, by):
    """A name may stand in an old address: its hash still leads who asks to the notice."""
    for address in OldAddress.objects.filter(item__in=words.items):
        address.path = erased_address(address.key or address.path)
        address.save()


@erases("search.SearchEntry.digest")
def erase_from_search(words, by):
    """PostgreSQL keeps the text in this row. SQLite's index is told to forget; what is left of it
    `clearing` makes anew.
    """
    unindex(ITEMS, words.keys)


@erases(
    *("disclosure.Item.title", "disclosure.Item.document_number", "disclosure.Item.change_note"),
    *(
        "disclosure.Item.summary",
        "disclosure.Item.keywords",
        "disclosure.Item.issuer",
        "disclosure.Item.source",
    ),
    *("disclosure.Item.body", "disclosure.Item.text", "disclosure.Item.withdrawal_reason"),
    "disclosure.Item.intake_doubts",
)
def erase_item(words, by):
    """Last of all: the item has to be known by what it was while the others look for it."""
    for item in words.items:
        item.interprets.clear()
        item.title, item.document_number, item.change_note = ERASED_TITLE, "", ""
        for name in ("summary", "keywords", "issuer", "source", "body", "text"):
            setattr(item, name, "")
        item.intake_doubts = []
        if item.withdrawal_reason:
            item.withdrawal_reason = ERASED
        item.save()
