"""Keeping the entry of an item, in the transaction of every act of publication."""

from functools import partial

from django.db import transaction

from disclosure.choices import Status
from disclosure.models import Item
from disclosure.search.items import ITEMS
from search.indexing import index, missing, unindex


def index_item(item, *, is_last_try=False):
    """Bring the index up to what the item now says. Call inside the transaction that changed the
    item.
    """
    if item.status != Status.PUBLISHED:
        unindex(ITEMS, [item.pk])
        return
    index(ITEMS, item.pk)
    if not is_last_try and item.attachments.filter(extracted=None).exists():
        # A new file is read after the commit, before this is called (hooks run in order): then its
        # words are there.
        transaction.on_commit(partial(_index_again, item.pk), robust=True)


def missing_items():
    """Published items that no search finds, because they are not in the index."""
    return missing(ITEMS)


@transaction.atomic
def _index_again(pk):
    if item := Item.objects.filter(pk=pk).first():
        index_item(item, is_last_try=True)
