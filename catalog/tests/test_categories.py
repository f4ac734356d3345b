"""Categories: which are visible, what the database and `clean()` refuse, and the lock every write
needs.
"""

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from catalog.integrity import tree_faults
from catalog.locks import tree_write
from catalog.models import Category, Section
from catalog.tests.builders import make_category

pytestmark = pytest.mark.django_db


def names(categories):
    return [category.name for category in categories.order_by("tree_id", "lft")]


@pytest.fixture
def root():
    return make_category("政务公开")


class TestVisible:
    def test_a_visible_category_under_visible_ones_is_visible(self, root):
        make_category("人事任免", parent=make_category("公开目录", parent=root))
        assert names(Category.objects.visible()) == ["政务公开", "公开目录", "人事任免"]
        assert names(Category.objects.hidden()) == []

    def test_all_below_a_hidden_category_is_hidden_however_deep(self, root):
        hidden = make_category("停用的", parent=root, is_visible=False)
        make_category("孙", parent=make_category("子", parent=hidden))
        make_category("旁边的", parent=root)
        assert sorted(names(Category.objects.visible())) == ["政务公开", "旁边的"]
        assert names(Category.objects.hidden()) == ["停用的", "子", "孙"]

    def test_a_hidden_root_hides_everything(self):
        make_category("子", parent=make_category("根", is_visible=False))
        assert names(Category.objects.visible()) == []

    def test_with_shown_marks_what_visible_finds(self, root):
        make_category("子", parent=make_category("停用的", parent=root, is_visible=False))
        shown = set(
            Category.objects.with_shown().filter(is_shown=True).values_list("pk", flat=True)
        )
        assert shown == set(Category.objects.visible().values_list("pk", flat=True)) == {root.pk}


class TestOrder:
    def test_siblings_stand_by_position_then_name(self, root):
        for name, position in [("乙", 20), ("甲", 20), ("丙", 10)]:
            make_category(name, parent=root, position=position)
        by_rule = Category.objects.filter(parent=root).order_by("position", "name")
        assert names(Category.objects.filter(parent=root)) == [
            category.name for category in by_rule
        ]
        assert names(Category.objects.filter(parent=root))[0] == "丙"

    def test_a_new_position_moves_the_category_with_all_below_it(self, root):
        first = make_category("甲", parent=root, position=10)
        make_category("甲之一", parent=first)
        make_category("乙", parent=root, position=20)
        with tree_write():
            first = Category.objects.get(pk=first.pk)
            first.position = 30
            first.save()
        assert names(Category.objects.all()) == ["政务公开", "乙", "甲", "甲之一"]
        assert tree_faults() == []


class TestConstraints:
    def test_category_name_once_under_parent(self, root):
        make_category("人事任免", parent=root)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_category("人事任免", parent=root)

    def test_the_same_name_may_stand_under_two_parents(self, root):
        for parent in (make_category("财政局", parent=root), make_category("民政局", parent=root)):
            make_category("部门预算", parent=parent)

    def test_category_edges_in_order(self, root):
        with pytest.raises(IntegrityError, match="category_edges_in_order"):
            Category.objects.filter(pk=root.pk).update(lft=9, rght=9)

    def test_slugs_and_sections_are_unique(self, root):
        make_category(parent=root, slug="renshi", section=Section.REPORTS)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_category(parent=root, slug="renshi")
        with pytest.raises(IntegrityError), transaction.atomic():
            make_category(parent=root, section=Section.REPORTS)

    def test_the_index_on_tree_and_left_edge_is_in_the_database(self):
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "catalog_category")
        assert ["tree_id", "lft"] in [one["columns"] for one in found.values() if one["index"]]


class TestClean:
    def test_it_refuses_a_second_root(self, root):
        with pytest.raises(ValidationError, match="目录只有一个根栏目"):
            Category(
                name="第二个根", slug="second", description="示例", keywords="示例"
            ).full_clean()

    def test_it_accepts_the_root_itself(self, root):
        Category.objects.get(pk=root.pk).full_clean()

    def test_it_refuses_the_category_itself_as_parent(self, root):
        root.parent = root
        with pytest.raises(ValidationError, match="上级栏目不能是本栏目自己"):
            root.full_clean()

    def test_it_refuses_a_parent_below_the_category(self, root):
        top = make_category(parent=root)
        below = make_category(parent=make_category(parent=top))
        top = Category.objects.get(pk=top.pk)
        top.parent = Category.objects.get(pk=below.pk)
        with pytest.raises(ValidationError, match="上级栏目不能是本栏目自己或者它下面的栏目"):
            top.full_clean()

    @pytest.mark.parametrize("tags", [["20-16"], "20-1", {"20-1": True}, [None]])
    def test_it_refuses_articles_the_regulation_does_not_have(self, root, tags):
        root.regulation_items = tags
        with pytest.raises(ValidationError, match="条款清单"):
            root.full_clean()


class TestLockIsRequired:
    def test_saving_outside_the_lock_raises(self, root):
        with pytest.raises(RuntimeError, match="tree_write"):
            root.save()

    def test_creating_outside_the_lock_raises(self, root):
        with pytest.raises(RuntimeError, match="tree_write"):
            Category.objects.create(name="新栏目", slug="new", parent=root)

    def test_deleting_outside_the_lock_raises(self, root):
        with pytest.raises(RuntimeError, match="tree_write"):
            root.delete()
        assert Category.objects.exists()

    def test_the_lock_is_let_go_after_an_error(self, root):
        with pytest.raises(ZeroDivisionError), tree_write(), tree_write():
            raise ZeroDivisionError
        with pytest.raises(RuntimeError, match="tree_write"):
            root.save()


@pytest.mark.django_db(transaction=True)
def test_a_refused_deletion_leaves_the_tree_as_it_was():
    """mptt closes the gap before Django refuses; only the lock's transaction opens it again."""
    root = make_category("政务公开")
    parent = make_category("甲", parent=root)
    make_category("甲之一", parent=parent)
    make_category("乙", parent=root)
    with pytest.raises(ProtectedError), tree_write():
        Category.objects.get(pk=parent.pk).delete()
    assert tree_faults() == []


def test_a_fixture_loaded_with_any_tree_columns_is_sound_after_a_rebuild(root):
    for name in ("甲", "乙"):
        make_category(f"{name}之一", parent=make_category(name, parent=root))
    rows = serializers.serialize("python", Category.objects.order_by("level"))
    Category.objects.all()._raw_delete("default")
    for row in rows:
        row["fields"] |= {
            "lft": 1,
            "rght": 2,
            "tree_id": 1,
            "level": 0 if row["fields"]["parent"] is None else 1,
        }
    with tree_write():
        for loaded in serializers.deserialize("python", rows):
            loaded.save()
        assert tree_faults() != []
        Category.objects.rebuild()
    assert tree_faults() == []
    assert Category.objects.count() == 5
