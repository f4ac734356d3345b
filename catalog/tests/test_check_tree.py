"""`check_tree`: every invariant is seen broken, and mended."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.integrity import repair_tree, tree_faults
from catalog.models import Category
from catalog.tests.builders import make_category


def check_tree(*args):
    out, err = StringIO(), StringIO()
    call_command("check_tree", *args, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def plant():
    """政务公开 › (甲 › (甲一 › 甲一之子, 甲二), 乙); returns the ids by name."""
    root = make_category("政务公开")
    first = make_category("甲", parent=root, position=10)
    make_category("甲一之子", parent=make_category("甲一", parent=first))
    make_category("甲二", parent=first)
    make_category("乙", parent=root, position=20)
    return dict(Category.objects.values_list("name", "pk"))


def change(name, **fields):
    Category.objects.filter(name=name).update(**fields)


def parents():
    return dict(Category.objects.values_list("name", "parent__name"))


@pytest.fixture
def pks(db):
    return plant()


def test_a_sound_tree_passes(pks):
    assert "目录树完好" in check_tree()


def test_an_empty_table_is_sound(db):
    assert tree_faults() == []


@pytest.mark.parametrize(
    ("name", "damage", "sentence"),
    [
        ("甲一", {"level": 5}, "栏目“甲一”（编号 {pk}）的层级应为 2，现为 5"),
        ("政务公开", {"level": 3}, "栏目“政务公开”（编号 {pk}）是根栏目，层级应为 0，现为 3"),
        ("乙", {"tree_id": 9}, "栏目“乙”（编号 {pk}）的 tree_id 为 9，与上级栏目的 1 不同"),
        (
            "乙",
            {"lft": 20, "rght": 21},
            "栏目“乙”（编号 {pk}）的边界 20–21 不在上级栏目的 1–12 之内",
        ),
        ("甲二", {"lft": 4, "rght": 5}, "树 1 的左右边界应当正好是 1 至 12，有重复或者缺号"),
        ("甲", {"position": 30}, "排在栏目“乙”"),
    ],
)
def test_each_invariant_is_seen_broken_and_mended(pks, name, damage, sentence):
    change(name, **damage)
    assert any(sentence.format(pk=pks[name]) in fault for fault in tree_faults())
    with pytest.raises(CommandError, match="--fix"):
        check_tree()
    assert "目录树完好" in check_tree("--fix")
    assert tree_faults() == []
    assert parents()["甲一之子"] == "甲一"


def test_the_command_exits_with_1_and_lists_the_faults(pks):
    change("甲一", level=5)
    err = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("check_tree", stderr=err)
    assert raised.value.returncode == 1
    assert "层级应为 2" in err.getvalue()


def test_a_cycle_is_cut_and_hung_on_the_root(pks):
    change("甲", parent=pks["甲一"])
    assert any("成环" in fault for fault in tree_faults())
    check_tree("--fix")
    assert parents() == {
        "政务公开": None,
        "甲": "政务公开",
        "甲一": "甲",
        "甲一之子": "甲一",
        "甲二": "甲",
        "乙": "政务公开",
    }


def test_a_category_that_is_its_own_parent_is_cut(pks):
    change("乙", parent=pks["乙"])
    check_tree("--fix")
    assert parents()["乙"] == "政务公开"


def test_a_root_caught_in_a_cycle_becomes_the_root_again(pks):
    change("政务公开", parent=pks["甲一"])
    assert "没有根栏目。" in tree_faults()
    check_tree("--fix")
    assert parents()["政务公开"] is None
    assert Category.objects.filter(parent=None).count() == 1


def test_surplus_roots_are_hung_under_the_largest(pks):
    change("乙", parent=None, level=1)
    assert any("根栏目应当只有一个，现有 2 个" in fault for fault in tree_faults())
    check_tree("--fix")
    assert parents()["乙"] == "政务公开"


def test_what_is_hung_on_the_root_gets_another_name_where_its_own_is_taken(pks):
    change("乙", parent=None, level=1)
    make_category("乙", parent=Category.objects.get(name="政务公开"))
    check_tree("--fix")
    assert parents()[f"乙（编号{pks['乙']}）"] == "政务公开"


def test_the_check_reads_the_rows_once_and_the_indexes_once(pks, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):  # PostgreSQL is asked for constraints and for indexes
        tree_faults()


@pytest.mark.django_db(transaction=True)
def test_a_missing_index_is_seen_and_made_again():
    plant()
    with connection.schema_editor() as editor:
        editor.remove_index(Category, Category._meta.indexes[0])
    assert tree_faults() == ["数据库缺少 (tree_id, lft) 索引，目录页面会变慢。"]
    assert "目录树完好" in check_tree("--fix")


class AnyDamage(TestCase):
    """Whatever the columns hold, the repair ends in a sound tree with the same categories."""

    damage = st.tuples(
        st.none() | st.integers(0, 6),
        st.integers(1, 30),
        st.integers(1, 20),
        st.integers(1, 6),
        st.integers(1, 3),
    )

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(damage, min_size=7, max_size=7))
    def test_any_parents_and_any_columns_are_mended(self, rows):
        root = make_category("根")
        made = [root, *(make_category(parent=root) for _ in range(6))]
        names = {category.pk: category.slug for category in made}
        for category, (parent, lft, width, level, tree_id) in zip(made, rows, strict=True):
            Category.objects.filter(pk=category.pk).update(
                parent=None if parent is None else made[parent].pk,
                lft=lft,
                rght=lft + width,
                level=level
                + category.pk * 10,  # never two roots of one level: the database would refuse
                tree_id=tree_id,
            )
        repair_tree()
        assert tree_faults() == []
        assert dict(Category.objects.values_list("pk", "slug")) == names
