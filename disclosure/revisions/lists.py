"""Small lists that stand on public pages (organs, columns, themes) in the register: every property of
every row.

An entry holds the rows that changed; all entries of a list together say how it stands. What is not
as they say was changed past the portal (`disclosure.revisions.list_checks`).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from catalog.models import Category, Department
from disclosure.models import Theme
from ledger.models import Entry

SUBJECT = "catalog"


@dataclass(frozen=True)
class Listed:
    """A list: its key in the register, its name, and the properties that are not the public's."""

    key: str
    title: str
    model: type[models.Model]
    left_out: tuple[str, ...] = ()

    def fields(self):
        """The properties that are on record."""
        return [
            field for field in self.model._meta.concrete_fields if field.name not in self.left_out
        ]

    def rows(self):
        """{key: {property: value}} as the list stands now."""
        names = [field.attname for field in self.fields() if not field.primary_key]
        found = self.model._base_manager.order_by("pk").values_list("pk", *names)
        return {
            str(pk): dict(zip(names, map(_plain, values), strict=True)) for pk, *values in found
        }

    def label(self, name):
        """What the desk calls a property."""
        return next(str(f.verbose_name) for f in self.fields() if f.attname == name)


LISTS = [
    Listed("organs", "发布机构名单", Department),
    # mptt's numbers follow from the columns above; `check_tree` compares them.
    Listed("columns", "栏目名单", Category, ("lft", "rght", "tree_id", "level")),
    Listed("themes", "主题分类名单", Theme),
]


def _plain(value):
    return value.isoformat() if isinstance(value, dt.date) else value


def on_record(listed):
    """How a list stands by the register, or None where it was never registered."""
    entries = Entry.objects.filter(subject_kind=SUBJECT, subject_key=listed.key)
    found = None
    for payload in entries.order_by("sequence").values_list("payload", flat=True).iterator():
        found = found or {}
        for key, row in payload.get("rows", {}).items() if isinstance(payload, dict) else ():
            found.pop(key, None) if row is None else found.update({key: row})
    return found


def changed_rows(before, now):
    """{key: row, or None where it is gone} of what differs."""
    keys = sorted({*before, *now}, key=int)
    return {key: now.get(key) for key in keys if before.get(key) != now.get(key)}


def differing(listed, before, now):
    """What the properties are called that differ."""
    return [
        listed.label(name) if name in now else name
        for name in dict.fromkeys((*now, *before))
        if before.get(name) != now.get(name)
    ]
