"""The version of everything this room and the catalogue show the public."""

from django.db import connection
from django.utils import timezone

from catalog.models import PublicStamp
from disclosure.choices import Status
from disclosure.models import Item

_TABLES = {model.__name__: model._meta.db_table for model in (PublicStamp, Item)}
_PARTS = (
    # First, and compared alone where the database is down: what was taken away must not come back from an old copy.
    "SELECT COUNT(*) || '.' || COALESCE(MAX(id), 0) FROM {PublicStamp} WHERE takes_away",
    "SELECT COUNT(*) || '.' || COALESCE(SUM(id), 0) || '.' || COALESCE(MAX(id), 0) FROM {PublicStamp}",
    # What time alone makes public; the last scheduled moment that has come says which items have.
    "SELECT MAX(published_at) FROM {Item} WHERE status = %s AND published_at <= %s",
)


def public_version(*further):
    """A text that is the same as before exactly where nothing public has changed: neither by an act nor by the time.

    The date is part of it: at midnight terms of disclosure and of validity end, and a report becomes late.
    `further`: SELECT statements of one value each that upper rooms add. One query.
    """
    now = timezone.now()
    parts = [part.format(**_TABLES) for part in _PARTS] + list(further)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"({part})" for part in parts),
            [Status.PUBLISHED, connection.ops.adapt_datetimefield_value(now)],
        )
        return " ".join(str(part) for part in (*cursor.fetchone(), timezone.localdate(now)))
