"""What a category holds: its children, and whatever the rooms above have hung on it.

The catalogue knows no room above itself, so it asks Django which relations point at `Category`. A
relation that would be left dangling or that its room protects counts as held; what its room lets go
with the category does not.
"""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Category

LETS_GO = (models.CASCADE, models.SET_NULL, models.SET_DEFAULT)
TITLES_SHOWN = 5


class CannotMoveError(Exception):
    """Something of the category cannot stand in the target; the message says what and what to do."""


@dataclass(frozen=True)
class Kind:
    """One way of hanging on a category: a foreign key or a many-to-many field of some model, or the
    tree itself.
    """

    relation: models.ForeignObjectRel

    @property
    def key(self):
        """A stable name for forms: `disclosure.item.category`."""
        return f"{self.model._meta.label_lower}.{self.relation.field.name}"

    @property
    def model(self):
        """The model that hangs on the category."""
        return self.relation.related_model

    @property
    def is_child(self):
        """Whether it is the tree's own link: these are nodes and move by mptt's rules."""
        return self.model is Category

    @property
    def label(self):
        """What a clerk calls it: 下级栏目, 政府信息（所属栏目）."""
        return (
            "下级栏目"
            if self.is_child
            else f"{self.model._meta.verbose_name}（{self.relation.field.verbose_name}）"
        )

    def of(self, category):
        """The objects of this kind that the category holds, whatever their state."""
        return self.model._base_manager.filter(**{self.relation.field.name: category}).order_by(
            "pk"
        )

    @property
    def _now(self):
        """Their times of change: a form that was opened before the move does not put them back."""
        fields = self.model._meta.concrete_fields
        return {field.name: timezone.now() for field in fields if getattr(field, "auto_now", False)}

    def move(self, source, target):
        """Hang all of them on the target. Not for children."""
        if self.relation.many_to_many:
            if self._now:
                self.of(source).order_by().update(**self._now)
            return _refile(self.relation.field, source, target)
        try:
            with transaction.atomic():
                return (
                    self.of(source)
                    .order_by()
                    .update(**{self.relation.field.name: target, **self._now})
                )
        except IntegrityError as error:
            raise CannotMoveError(
                f"“{target}”已有相同的{self.label}，请先处理重复的内容，再移动。"
            ) from error


@dataclass(frozen=True)
class Holding:
    """How many of one kind a category holds, and the first few of them by title."""

    kind: Kind
    count: int
    titles: list


def kinds():
    """Every kind that keeps a category from being deleted."""
    return [
        Kind(relation)
        for relation in Category._meta.get_fields(include_hidden=True)
        if _holds(relation)
    ]


def held_by(category):
    """What the category holds, kind by kind; empty where it may be deleted."""
    counted = [(kind, kind.of(category), kind.of(category).count()) for kind in kinds()]
    return [
        Holding(kind, count, [str(one) for one in found[:TITLES_SHOWN]])
        for kind, found, count in counted
        if count
    ]


def content_count():
    """An expression for a queryset of categories: how many things other than children hang directly
    on each.
    """
    total = Value(0)
    for kind in kinds():
        if not kind.is_child:
            name = kind.relation.field.name
            # The manager's own filter on OuterRef keeps each subquery on the index of its foreign
            # key.
            rows = kind.model._base_manager.filter(**{name: OuterRef("pk")}).order_by().values(name)
            total = total + Coalesce(
                Subquery(rows.annotate(number=Count("pk")).values("number")), 0
            )
    return total


def _holds(relation):
    if not relation.auto_created or relation.concrete or relation.related_model._meta.auto_created:
        # a field of Category itself, or the hidden table of a many-to-many field counted by that
        # field
        return False
    if relation.many_to_many:
        return bool(
            relation.through._meta.auto_created
        )  # a written-out through model is a foreign key of its own
    return relation.on_delete not in LETS_GO and not hasattr(relation.on_delete, "deconstruct")


def _refile(field, source, target):
    """Move filings, without filing anything twice under the target."""
    to_category, to_owner = field.m2m_reverse_field_name(), field.m2m_field_name()
    rows = field.remote_field.through._base_manager
    there = rows.filter(**{to_category: target}).values(f"{to_owner}_id")
    moved = rows.filter(**{to_category: source}).exclude(
        **{f"{to_owner}_id__in": list(there.values_list(flat=True))}
    )
    count = moved.update(**{to_category: target})
    rows.filter(**{to_category: source}).delete()
    return count
