"""What the virus scanner says of attachments, on their way into the database and once they are
stored.
"""

import logging

from disclosure.choices import ScanState
from documents.uploads.scanning import ScannerAwayError, is_on, scan

logger = logging.getLogger(__name__)


def state_of(file):
    """(state, name of what was found) of a field's file on its way into the database; unscanned
    where there is nobody to ask.
    """
    if not is_on():
        return ScanState.UNSCANNED, ""
    if getattr(file.file, "found_clean", False):  # by the form, and not changed since
        return ScanState.CLEAN, ""
    try:
        return scan(file)
    except ScannerAwayError as error:
        logger.error("the virus scanner is away: %s", error)
        return ScanState.UNSCANNED, ""


def scan_waiting(attachments):
    """Scan stored attachments, and say it where something is found. (done, failed); ends where the
    scanner is away.
    """
    done = failed = 0
    for attachment in attachments:
        try:
            with attachment.file.storage.open(attachment.file.name, "rb") as file:
                state, name = scan(file)
        except FileNotFoundError:
            continue  # `doctor` tells of it
        except ScannerAwayError as error:
            logger.error("attachment %s was not scanned: %s", attachment.pk, error)
            failed += 1
            break
        if state == ScanState.INFECTED:
            logger.error("attachment %s is infected: %s", attachment.pk, name)
        type(attachment).everything.filter(pk=attachment.pk).update(scan_state=state, found=name)
        done += 1
    return done, failed
