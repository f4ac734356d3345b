"""What was looked for and not found: written down by word and day, never by whom, and never
personal data.

公开办 reads it to see what the public misses: a synonym, a document, another word in a title.
"""

import datetime as dt
import logging
import re

from django.db import Error, transaction
from django.db.models import F
from django.utils import timezone

from disclosure.models import FailedSearch
from documents.folding import squash
from documents.personal import find_personal_data

LONGEST = 40  # a longer text is a sentence, and may be a letter
KEPT_DAYS = 400
MOST_A_DAY = 2_000  # different ones; what a machine types is not what the public misses
_MANY_DIGITS = re.compile(r"\d{7,}")
logger = logging.getLogger(__name__)


def record(text):
    """Count a search that found nothing. A database that cannot write costs the count, never the
    page.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST or not squash(text) or _is_personal(text):
        return
    try:
        with transaction.atomic():
            _count(text, timezone.localdate())
    except Error:
        logger.exception("a search that found nothing was not counted")


def _is_personal(text):
    """Numbers of persons, cards and telephones, mail addresses, homes; and any long number that
    might be one.
    """
    return bool(
        _MANY_DIGITS.search(squash(text)) or "@" in text or "＠" in text or find_personal_data(text)
    )


def _count(text, day):
    of_day = FailedSearch.objects.filter(day=day)
    if not of_day.filter(query=text).update(count=F("count") + 1) and of_day.count() < MOST_A_DAY:
        FailedSearch.objects.filter(day__lt=day - dt.timedelta(days=KEPT_DAYS)).delete()
        FailedSearch.objects.bulk_create([FailedSearch(day=day, query=text)], ignore_conflicts=True)
        of_day.filter(query=text).update(count=F("count") + 1)
