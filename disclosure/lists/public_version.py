"""The version of everything this room and the catalogue show the public."""

from django.db import connection
from django.utils import timezone

from catalog.models import PublicStamp
from disclosure.choices import Status
from disclosure.models import Item

_PUBLISHED = "SELECT MAX(published_at) FROM {items} WHERE status = %s AND published_at <= %s"
_STATEMENT = "SELECT taken, changed, {parts} FROM ({stamps}) AS stamps"


def public_version(*further):
    """A text that is the same as before exactly where nothing public has changed: neither by an act
    nor by the time.

    Its first word counts what was taken away; it is compared alone where the database is down, for
    what was taken away must not come back from an old copy. The last scheduled moment that has come
    says what time alone made public. The date is part of it: at midnight terms of disclosure and of
    validity end, and a report becomes late. `further`: SELECT statements of one value each that
    upper rooms add. One query.
    """
    now = timezone.now()
    parts = ", ".join(
        f"({part})" for part in (_PUBLISHED.format(items=Item._meta.db_table), *further)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT.format(parts=parts, stamps=PublicStamp.objects.statement()),
            [Status.PUBLISHED, connection.ops.adapt_datetimefield_value(now)],
        )
        return " ".join(str(part) for part in (*cursor.fetchone(), timezone.localdate(now)))
