"""What the front door has registered, read once when it starts: in a command too, for 紧急撤下 and a
restore are done there.
"""

from inquiries import pages
from portal import clearing, confidential_key, erasing, public_rows, remedies
from portal.checking import checks
from portal.front.named_pages import page_at

# @clears: pages in Redis, nginx's copies, the list beside the backups.
CLEARING = (clearing,)
# @erases, holds_none: jobs, accounts.
ERASING = (erasing,)
# @public_table: what the daily digest covers.
PUBLIC = (public_rows,)
# Django's checks: the database, the site's names, the key of personal data.
CHECKING = (checks, confidential_key, remedies)

pages.ask(page_at)  # what a page of the portal is called, for a room that knows no page
