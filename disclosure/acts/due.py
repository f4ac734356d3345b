"""What time alone makes due: done by `manage.py tick`, safe when it runs twice at once, or late."""

import logging

from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.acts import end_term, publish_item, register_validity
from disclosure.models import Item, Validity

logger = logging.getLogger(__name__)


def publish_due():
    """Scheduled items and corrections whose moment has come become public. Returns (done, failed)."""
    return _each(Item.objects.due_for_publication(), lambda item: publish_item(item=item, by=None))


def end_terms():
    """Items whose limited term is over are archived. Returns (done, failed)."""
    return _each(Item.objects.past_their_term(), lambda item: end_term(item=item))


def register_validities():
    """Changes of validity that have come into force go into the register. Returns (done, failed)."""
    due = Validity.objects.to_be_registered(timezone.localdate()).select_related("item")
    return _each(due, lambda row: register_validity(validity=row))


def _each(due, act):
    """Each in a transaction of its own: one that fails holds up no other, and stays due."""
    done = failed = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        row = due.filter(pk=pk).first()
        if row is None:  # another tick was here
            continue
        try:
            done += bool(act(row))
        except ValidationError as error:
            if due.filter(pk=pk).exists():
                failed += 1
                logger.error(
                    "due and not done: %s %s: %s", type(row).__name__, pk, "；".join(error.messages)
                )
        except Exception:
            failed += 1
            logger.exception("due and not done: %s %s", type(row).__name__, pk)
    return done, failed
