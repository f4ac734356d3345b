"""What hangs on an item. Most items have little, so first one query asks what there is, and only that is read."""

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects

from disclosure.models import Attachment, Item, Validity

_COLUMNS = {
    "attachments": (Attachment, "item_id"),
    "joint_departments": (Item.joint_departments.through, "item_id"),
    "interprets": (Item.interprets.through, "from_item_id"),
    "interpretations": (Item.interprets.through, "to_item_id"),
    "validities": (Validity, "item_id"),
    "validity_effects": (Validity, "because_of_id"),
}
_EXISTS = "EXISTS (SELECT 1 FROM {} WHERE {} = %s)"
_SQL = "SELECT " + ", ".join(_EXISTS.format(model._meta.db_table, column) for model, column in _COLUMNS.values())


def load_relations(item, *further):
    """Read what an item's page shows of its relations, so that no template asks for what is not there.

    `further`: names of relations to read in any case.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [item.pk] * len(_COLUMNS))
        found = dict(zip(_COLUMNS, cursor.fetchone(), strict=True))
    item.has_effects = found.pop("validity_effects")
    lookups = _lookups()
    prefetch_related_objects([item], *(lookups[name] for name, is_there in found.items() if is_there), *further)
    read = item.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, is_there in found.items():
        if not is_there:
            empty = getattr(item, name).none()
            empty._result_cache = []
            read[name] = empty
    return item


def _lookups():
    public = Item.objects.published().with_row()
    return {
        "attachments": "attachments",
        "joint_departments": "joint_departments",
        "interprets": Prefetch("interprets", queryset=public),
        "interpretations": Prefetch("interpretations", queryset=public),
        "validities": Prefetch("validities__because_of", queryset=public),
    }
