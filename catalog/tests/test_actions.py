"""Moving, reordering, hiding and deleting categories."""

import pytest
from django.core.exceptions import PermissionDenied

from catalog.actions import (
    CategoryInUseError,
    delete_category,
    hide_category,
    move_contents,
    shift_category,
)
from catalog.contents import CannotMoveError, held_by
from catalog.integrity import tree_faults
from catalog.models import Category
from catalog.tests.builders import make_category, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_user("office", permissions=["catalog.manage_catalog"])


@pytest.fixture
def root():
    """政务公开 › (甲 › (甲一 › 甲一之子, 甲二), 乙)."""
    root = make_category("政务公开")
    first = make_category("甲", parent=root)
    make_category("甲一之子", parent=make_category("甲一", parent=first))
    make_category("甲二", parent=first)
    make_category("乙", parent=root, position=200)
    return root


def named(name):
    return Category.objects.get(name=name)


def outline():
    """Names with their depth, in tree order: what the list shows."""
    return [
        f"{category.level}{category.name}"
        for category in Category.objects.order_by("tree_id", "lft")
    ]


class TestShiftCategory:
    @pytest.mark.parametrize(
        ("name", "step", "order"),
        [
            ("乙", -1, ["乙", "甲", "丙"]),
            ("乙", 1, ["甲", "丙", "乙"]),
            ("丙", -1, ["甲", "丙", "乙"]),
        ],
    )
    def test_it_moves_past_one_neighbour_even_where_positions_were_equal(
        self, office, name, step, order
    ):
        root = make_category("政务公开")
        for number, sibling in enumerate(["甲", "乙", "丙"], start=1):
            make_category("之一", parent=make_category(sibling, parent=root, position=number))
        Category.objects.filter(name="丙").update(position=3)
        assert shift_category(category=named(name), step=step, by=office)
        assert [
            category.name for category in Category.objects.filter(parent=root).order_by("lft")
        ] == order
        assert [
            category.name for category in Category.objects.filter(parent=root).order_by("position")
        ] == order
        assert tree_faults() == []

    def test_siblings_of_one_position_get_one_each(self, office):
        root = make_category("政务公开")
        for sibling in "abc":
            make_category(sibling, parent=root)
        assert shift_category(category=named("c"), step=-1, by=office)
        order = Category.objects.filter(parent=root).order_by("lft").values_list("name", "position")
        assert list(order) == [("a", 10), ("c", 20), ("b", 30)]

    @pytest.mark.parametrize(
        ("name", "step"), [("甲", -1), ("乙", 1), ("政务公开", -1), ("政务公开", 1)]
    )
    def test_the_first_does_not_go_up_nor_the_last_down(self, root, office, name, step):
        before = outline()
        assert not shift_category(category=named(name), step=step, by=office)
        assert outline() == before


class TestMoveContents:
    def test_children_go_to_the_target_and_the_category_may_be_deleted(self, root, office):
        move_contents(category=named("甲"), target=named("乙"), by=office)
        assert outline() == ["0政务公开", "1甲", "1乙", "2甲一", "3甲一之子", "2甲二"]
        delete_category(category=named("甲"), by=office)
        assert outline() == ["0政务公开", "1乙", "2甲一", "3甲一之子", "2甲二"]
        assert tree_faults() == []

    def test_nothing_moves_where_one_child_cannot(self, root, office):
        make_category("甲二", parent=named("乙"))
        before = outline()
        with pytest.raises(CannotMoveError, match="甲二"):
            move_contents(category=named("甲"), target=named("乙"), by=office)
        assert outline() == before

    @pytest.mark.parametrize("target", ["甲", "甲一", "甲一之子"])
    def test_it_refuses_a_target_that_is_the_category_or_below(self, root, office, target):
        with pytest.raises(CannotMoveError, match="另选一个栏目"):
            move_contents(category=named("甲"), target=named(target), by=office)

    def test_objects_loaded_before_other_moves_do_no_harm(self, root, office):
        stale_category, stale_target = named("甲"), named("乙")
        make_category("更前面的", parent=root, position=1)
        move_contents(category=stale_category, target=stale_target, by=office)
        assert tree_faults() == []

    def test_kinds_not_chosen_stay(self, root, office):
        before = outline()
        move_contents(category=named("甲"), target=named("乙"), by=office, parts=[])
        assert outline() == before


class TestDeleteCategory:
    def test_an_empty_one_goes_and_the_gap_closes(self, root, office):
        delete_category(category=named("甲二"), by=office)
        assert outline() == ["0政务公开", "1甲", "2甲一", "3甲一之子", "1乙"]
        assert tree_faults() == []

    def test_one_with_children_says_how_many(self, root, office):
        with pytest.raises(CategoryInUseError, match="“甲”下还有下级栏目 2 个，不能删除"):
            delete_category(category=named("甲"), by=office)
        assert tree_faults() == []

    def test_holdings_name_the_first_few(self, root):
        for number in range(7):
            make_category(f"乙{number}", parent=named("乙"))
        (holding,) = held_by(named("乙"))
        assert (holding.count, holding.titles) == (7, ["乙0", "乙1", "乙2", "乙3", "乙4"])


def test_hiding_keeps_everything(root, office):
    before = outline()
    hide_category(category=named("甲"), by=office)
    assert outline() == before
    assert {category.name for category in Category.objects.visible()} == {"政务公开", "乙"}


def test_nobody_but_the_catalogue_manager_changes_the_tree(root):
    clerk = make_user(permissions=["catalog.change_category", "catalog.delete_category"])
    first, second = named("甲二"), named("乙")
    for change in (
        lambda: shift_category(category=first, step=-1, by=clerk),
        lambda: move_contents(category=first, target=second, by=clerk),
        lambda: hide_category(category=first, by=clerk),
        lambda: delete_category(category=first, by=clerk),
    ):
        with pytest.raises(PermissionDenied):
            change()
