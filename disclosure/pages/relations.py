"""An item as its page shows it. Most items have little that hangs on them, so the query that reads
the item tells what there is, and only that is read.
"""

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from catalog.models import Department
from disclosure.models import Attachment, Item, Validity

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


def page_items():
    """Public items, each with what stands in its own row and in those it points to, and with
    `has_…` for what hangs on it: one query for a page.
    """
    return Item.objects.published().order_by().with_page().annotate(**_FLAGS)


def load_relations(item, *further):
    """Read what the page of an item of `page_items()` shows of its relations: a query for each kind
    that it has, and one for its newest revision. Returns the item.

    `further`: names of relations to read in any case.
    """
    prefetch_related_objects([item], *(_lookup(item, name) for name in _LOOKUPS), *further)
    item.known_revision = item.revisions.order_by("-number").first()
    return item


def _lookup(item, name):
    """Of what is not there, nothing is asked: an empty queryset costs no query."""
    path, rows, nothing = _LOOKUPS[name]
    if getattr(item, f"has_{name}"):
        return Prefetch(path, queryset=rows())
    return Prefetch(name, queryset=nothing)


def _public():
    return Item.objects.published().with_row()


# Name of a relation → what is read of it, from which rows, and what stands for none. Of items only
# what passes the gate, as of now.
_LOOKUPS = {
    "attachments": ("attachments", Attachment.objects.all, Attachment.objects.none()),
    "joint_departments": ("joint_departments", Department.objects.all, Department.objects.none()),
    "interprets": ("interprets", _public, Item.objects.none()),
    "interpretations": ("interpretations", _public, Item.objects.none()),
    "validities": ("validities__because_of", _public, Validity.objects.none()),
}
