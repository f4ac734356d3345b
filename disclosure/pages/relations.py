"""An item as its page shows it. Most items have little that hangs on them, so the query that reads
the item tells what there is, and only that is read.
"""

from functools import lru_cache

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from disclosure.lists.shelves import shelves
from disclosure.models import AnnualReport, Attachment, Item, Revision, Validity
from disclosure.pages.prepared import Prepared

_RELATED = {
    "attachments": (Attachment, "item"),
    "joint_departments": (Item.joint_departments.through, "item"),
    "interprets": (Item.interprets.through, "from_item"),
    "interpretations": (Item.interprets.through, "to_item"),
    "validities": (Validity, "item"),
    "validity_effects": (Validity, "because_of"),
    "annual_report": (AnnualReport, "item"),
}
_FLAGS = {
    f"has_{name}": Exists(model.objects.filter(**{key: OuterRef("pk")}))
    for name, (model, key) in _RELATED.items()
}

_by_number = Prepared(
    lambda key, moment: (
        Item.objects.published(moment).filter(index_number=key).order_by().annotate(**_FLAGS)
    ),
    str,
)
_newest_revision = Prepared(
    lambda key, moment: Revision.objects.filter(item=key).order_by("-number")[:1], int
)


def public_item(index_number, request):
    """The public item with this number and all that its page shows of it; None where there is none.
    Two queries, and one for each kind of thing that hangs on it. A report's item comes without: its
    page is another.
    """
    item = _by_number.first(index_number)
    if item is None or item.has_annual_report:
        return item
    _without(item, "annual_report")
    _shelved(item, request)
    _load(item, {name: getattr(item, f"has_{name}") for name in _LOOKUPS})
    item.known_revision = _newest_revision.first(item.pk)
    return item


def _without(item, name):
    """Tell Django that there is no row at the other end, which it would ask the database for."""
    item._meta.get_field(name).set_cached_value(item, None)


def _shelved(item, request):
    """Organ and theme from what the process keeps; Django reads what stands nowhere there."""
    for name, kept in (("department", shelves.organs(request)), ("theme", shelves.themes(request))):
        if row := kept.get(getattr(item, f"{name}_id")):
            setattr(item, name, row)


def load_relations(item, *further):
    """Read what a page shows of the relations of an item that was read without them.

    `further`: names of relations to read in any case.
    """
    flags = (
        Item.objects.filter(pk=item.pk)
        .order_by()
        .values_list(*(_FLAGS[f"has_{name}"] for name in (*_LOOKUPS, "validity_effects")))
    )
    *found, item.has_validity_effects = flags.get()
    return _load(item, dict(zip(_LOOKUPS, found, strict=True)), *further)


def _public():
    return Item.objects.published().with_row()


# Name of a relation → what to prefetch. Of items only what passes the gate, as of now.
_LOOKUPS = {
    "attachments": lambda: "attachments",
    "joint_departments": lambda: "joint_departments",
    "interprets": lambda: Prefetch("interprets", queryset=_public()),
    "interpretations": lambda: Prefetch("interpretations", queryset=_public()),
    "validities": lambda: Prefetch("validities__because_of", queryset=_public()),
}


def _load(item, found, *further):
    lookups = [read() for name, read in _LOOKUPS.items() if found[name]]
    if lookups or further:
        prefetch_related_objects([item], *lookups, *further)
    read = item.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, is_there in found.items():
        if not is_there:
            read[name] = _nothing(_MODELS[name])
    return item


_MODELS = {
    "attachments": Attachment, "joint_departments": Item._meta.get_field("department").related_model,
    "interprets": Item, "interpretations": Item, "validities": Validity,
}  # fmt: skip


@lru_cache
def _nothing(model):
    """An answer that is known to be empty: no database is asked for it. Shared, for nobody can add
    to it.
    """
    empty = model._default_manager.none()
    empty._result_cache = []
    return empty
