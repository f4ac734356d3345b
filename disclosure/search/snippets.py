"""What a list of found items shows of each: its marked title, and the passage where the query
stands.
"""

from django.db.models.functions import Substr

from disclosure.models import AttachmentText
from documents.uploads.names import served_name
from search.marking import LONGEST, Marker


def add_snippets(items, query):
    """Give every item of a page `title_pieces` and `passage`. One query, for files, and only where
    the words are not all in the item itself.
    """
    marker = Marker(query)
    lacking = []
    for item in items:
        item.title_pieces = marker.mark(item.title)
        item.passage = max(
            (marker.passage(text) for text in (item.summary, item.text)), key=lambda one: one.score
        )
        if not item.passage.score:
            item.passage = marker.passage(item.summary or item.text)
        if item.passage.score < marker.number:
            lacking.append(item)
    _look_into_files({item.pk: item for item in lacking}, marker)


def _look_into_files(items, marker):
    texts = AttachmentText.objects.filter(attachment__item__in=list(items)) if items else []
    if items:
        texts = texts.order_by("attachment__position", "pk").values_list(
            "attachment__item_id", "attachment__name", Substr("text", 1, LONGEST)
        )
    for pk, name, text in texts:
        passage = marker.passage(text, served_name(name, ""))
        if passage.score > items[pk].passage.score:
            items[pk].passage = passage
