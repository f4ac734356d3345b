"""The text of attachments that are stored, remembered by their content."""

from django.core.cache import cache

from disclosure.extraction import MISSING, Extraction, extract_text

VERSION = 1  # of the readers: another number forgets what the old ones read
MAX_REMEMBERED = 300_000  # characters
SECONDS_REMEMBERED = 86_400


def attachment_text(attachment):
    """The `Extraction` of a stored attachment; the same content is read once a day at most."""
    key = f"attachment-text:{VERSION}:{attachment.extension}:{attachment.sha256}"
    if (found := cache.get(key)) is None:
        found = _read(attachment)
        if attachment.sha256 and found.reason != MISSING and len(found.text) <= MAX_REMEMBERED:
            cache.set(key, found, SECONDS_REMEMBERED)
    return found


def _read(attachment):
    try:
        with attachment.file.storage.open(attachment.file.name, "rb") as file:
            return extract_text(file, attachment.extension)
    except (OSError, ValueError):
        return Extraction(reason=MISSING)
