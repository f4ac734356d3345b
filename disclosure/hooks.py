"""What the archive has registered, read once by the portal when it starts (`PortalConfig.ready`).

A module named here declares at its import, by the decorator beside it, what it answers for. A test
finds every module that declares something and is named in no `hooks.py`.
"""

from disclosure.checks import intake, report_form, secrecy, slips
from disclosure.erasing import elsewhere, foreign, own, standing, written_packages
from disclosure.files import recognition, store
from disclosure.revisions import public_rows, register_checks
from disclosure.search import items

# @check: what no publication passes, and what the desk's first look at a report runs as well.
CHECKS = (secrecy, intake, report_form, slips)
# @erases, holds_none: what holds words of an item, and how they go.
ERASING = (elsewhere, foreign, own, standing)
# @clears: what a machine keeps of what was public.
CLEARING = (store, written_packages)
# @also_verify: what the register answers for.
VERIFYING = (register_checks, recognition)
# @recognises: what a reader's copy is known by.
RECOGNISING = (recognition,)
# @public_table: what the daily digest covers.
PUBLIC = (public_rows,)
# index_kind: what search finds.
SEARCHED = (items,)
