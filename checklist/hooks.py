"""What the checklist has registered, read once by the portal when it starts."""

from checklist import (
    attachments,
    dates,
    duplicates,
    links,
    metadata,
    personal,
    report_findings,
    statutory,
    structure,
)

# @check: what is looked at before an item is submitted, in the order in which it is listed.
CHECKS = (attachments, dates, duplicates, links, metadata, personal)
CHECKS += (statutory, structure, report_findings)
