"""When `manage.py tick` last came to its end on this machine."""

from pathlib import Path

from django.conf import settings


def mark():
    """The file whose age says it: beside the journals, a folder of this machine's own, as the tick
    is.
    """
    return Path(settings.JOURNAL_DIR) / "last-tick"


def last_tick():
    """The moment (seconds since 1970), or None."""
    try:
        return mark().stat().st_mtime
    except OSError:
        return None
