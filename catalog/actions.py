"""Structural changes of the category tree. Each takes the tree lock, loads inside it, and is one
transaction.

The categories handed in only say which rows are meant: they are read afresh under the lock.
"""

from django.core.exceptions import PermissionDenied, ValidationError

from catalog.contents import CannotMoveError, held_by, kinds
from catalog.locks import tree_write
from catalog.models import Category, PublicStamp

POSITION_STEP = 10


class CategoryInUseError(Exception):
    """The category holds something and cannot be deleted; `holdings` says what."""

    def __init__(self, category, holdings):
        self.holdings = holdings
        held = "、".join(f"{holding.kind.label} {holding.count} 个" for holding in holdings)
        super().__init__(
            f"栏目“{category}”下还有{held}，不能删除。请先把它们移到别的栏目，或者停用本栏目。"
        )


def shift_category(*, category, step, by):
    """Move a category past its neighbour: `step` -1 is up, +1 is down. Returns whether there was a
    neighbour.
    """
    _require_manager(by)
    with tree_write():
        siblings = list(Category.objects.filter(parent=_fresh(category).parent_id).order_by("lft"))
        place = next(place for place, sibling in enumerate(siblings) if sibling.pk == category.pk)
        if not 0 <= place + step < len(siblings):
            return False
        siblings.insert(place + step, siblings.pop(place))
        _number(siblings)
    return True


def move_contents(*, category, target, by, parts=None):
    """Move what a category holds to another one. `parts`: keys of `catalog.contents.Kind`; None
    means everything.
    """
    _require_manager(by)
    with tree_write():
        category, target = _fresh(category), _fresh(target)
        if target.pk == category.pk:
            raise CannotMoveError("目标栏目不能是本栏目自己，请另选一个栏目。")
        for kind in kinds():
            if parts is not None and kind.key not in parts:
                continue
            if kind.is_child:
                _move_children(category, target)
            else:
                kind.move(category, target)
        PublicStamp.objects.bump(
            takes_away=not Category.objects.visible().filter(pk=target.pk).exists()
        )


def hide_category(*, category, by):
    """停用: the category and all below it leave the public pages; nothing is deleted or moved."""
    _require_manager(by)
    with tree_write():
        category = _fresh(category)
        category.is_visible = False
        category.save()
    return category


def delete_category(*, category, by):
    """Delete an empty category; raises `CategoryInUseError` where it holds anything."""
    _require_manager(by)
    with tree_write():
        category = _fresh(category)
        if holdings := held_by(category):
            raise CategoryInUseError(category, holdings)
        category.delete()


def _require_manager(by):
    if not by.has_perm("catalog.manage_catalog"):
        raise PermissionDenied("只有目录管理员可以调整公开目录。")


def _fresh(category):
    return Category.objects.get(pk=category.pk)


def _move_children(category, target):
    if target.is_descendant_of(category):
        raise CannotMoveError("目标栏目在本栏目之下，下级栏目不能移到那里，请另选一个栏目。")
    for pk in category.get_children().values_list("pk", flat=True):
        _put_under(Category.objects.get(pk=pk), target)


def _put_under(category, parent):
    category.parent = _fresh(parent)  # every move renumbers the edges, the target's own included
    try:
        category.clean()
        category.validate_constraints()
    except ValidationError as error:
        raise CannotMoveError(
            f"“{category}”不能移到“{parent}”之下：{'；'.join(error.messages)}"
        ) from error
    category.save()


def _number(siblings):
    """Give siblings positions in the order of the list; only those that change are written, one by
    one.

    After each save the siblings stand by (position, name) again, which is what mptt's next
    insertion relies on.
    """
    for number, sibling in enumerate(siblings, start=1):
        if sibling.position != number * POSITION_STEP:
            sibling = _fresh(sibling)
            sibling.position = number * POSITION_STEP
            sibling.save()
