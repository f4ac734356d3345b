"""Paging by cursor: a page begins where the last one ended, however far back, and nothing is shown
twice or left out when something is published meanwhile. (A search is ranked and capped, so there
the cursor is a place in the ranking.)
"""

import base64
import datetime as dt
import json

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet


def encode(value):
    """A cursor from a small JSON value."""
    return (
        base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode())
        .decode()
        .rstrip("=")
    )


def decode(cursor, *kinds):
    """The value of a cursor, a list of these kinds. Raises ValidationError for one that is none of
    ours.
    """
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(value, list) and [type(part) for part in value] == list(kinds):
            return value
    except (ValueError, UnicodeDecodeError):
        pass
    raise ValidationError("cursor 不是上一页给出的值，请从头开始。")


def item_page(results, *, cursor, limit, is_oldest_first):
    """(items of the page, next cursor or None)."""
    if not isinstance(results, QuerySet):
        return _ranked_page(results, cursor, limit)
    order = ("listed_at", "pk") if is_oldest_first else ("-listed_at", "-pk")
    if cursor:
        results = results.filter(_beyond(*decode(cursor, str, int), is_oldest_first))
    rows = list(results.order_by(*order)[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], last and encode([last.listed_at.isoformat(), last.pk])


def _beyond(moment, pk, is_oldest_first):
    try:
        moment = dt.datetime.fromisoformat(moment)
        if moment.tzinfo is None or not 0 < pk < 2**63:
            raise ValueError
    except ValueError:
        raise ValidationError("cursor 不是上一页给出的值，请从头开始。") from None
    if is_oldest_first:
        return Q(listed_at__gte=moment) & (Q(listed_at__gt=moment) | Q(pk__gt=pk))
    return Q(listed_at__lte=moment) & (Q(listed_at__lt=moment) | Q(pk__lt=pk))


def _ranked_page(results, cursor, limit):
    (first,) = decode(cursor, int) if cursor else (0,)
    if not 0 <= first <= len(results):
        raise ValidationError("cursor 超出了搜索结果的范围，请从头开始。")
    end = first + limit
    return list(results[first:end]), encode([end]) if end < len(results) else None
