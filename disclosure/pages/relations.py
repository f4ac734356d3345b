"""An item as its page shows it. Most items have little that hangs on them, so the query that reads
the item tells what there is (`has_…`), and only that is read.
"""

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from disclosure.lists.shelves import shelves
from disclosure.models import Attachment, Item, Revision, Validity

_HANGS_ON = {
    "attachments": (Attachment, "item"),
    "joint_departments": (Item.joint_departments.through, "item"),
    "interprets": (Item.interprets.through, "from_item"),
    "interpretations": (Item.interprets.through, "to_item"),
    "validities": (Validity, "item"),
    "validity_effects": (Validity, "because_of"),
}
_FLAGS = {
    f"has_{name}": Exists(model.objects.filter(**{key: OuterRef("pk")}))
    for name, (model, key) in _HANGS_ON.items()
}
_ITEMS = Item.objects.order_by().select_related("annual_report").annotate(**_FLAGS)


def page_items():
    """Public items, each with `has_…` for what hangs on it: one query for a page."""
    return _ITEMS.published()


def load_relations(item, request, *further):
    """Read what the page of an item of `page_items()` shows of its relations: a query for each kind
    that it has, and one for its newest revision. Organ and theme are what all pages keep until
    something public changes. Returns the item.

    `further`: names of relations to read in any case.
    """
    for name, rows in (("department", shelves.organs(request)), ("theme", shelves.themes(request))):
        if row := rows.get(getattr(item, f"{name}_id")):
            setattr(item, name, row)
    lookups = [read() for name, read in _LOOKUPS.items() if getattr(item, f"has_{name}")]
    prefetch_related_objects([item], *lookups, *further)
    item.known_revision = Revision.objects.filter(item=item.pk).order_by("-number").first()
    return item


def _public():
    return Item.objects.published().with_row()


# Name of a relation → what to read. Of items only what passes the gate, as of now.
_LOOKUPS = {
    "attachments": lambda: "attachments",
    "joint_departments": lambda: "joint_departments",
    "interprets": lambda: Prefetch("interprets", queryset=_public()),
    "interpretations": lambda: Prefetch("interpretations", queryset=_public()),
    "validities": lambda: Prefetch("validities__because_of", queryset=_public()),
}
