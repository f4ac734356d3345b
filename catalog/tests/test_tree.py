"""The visible tree as pages read it."""

import pytest

from catalog.models import Category, Section
from catalog.tests.builders import make_category
from catalog.tree import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    """政务公开 › 目录 › (甲 › 甲之一, 乙), and 年报 beside them in the catalogue's column."""
    root = make_category("政务公开")
    content = make_category("目录", parent=root, section=Section.CONTENT)
    make_category("甲之一", parent=make_category("甲", parent=content, position=10))
    make_category("乙", parent=content, position=20)
    make_category("年报", parent=content, section=Section.REPORTS, position=5)
    return root


def node(tree, name):
    return next(node for node in tree.nodes.values() if node.name == name)


def test_it_costs_one_query_however_it_is_walked(root, django_assert_num_queries):
    with django_assert_num_queries(1):
        tree = Tree.load()
        trails = [[above.name for above in node.trail] for node in tree.nodes.values()]
    assert ["政务公开", "目录", "甲", "甲之一"] in trails


def test_siblings_stand_in_their_order(root):
    assert [child.name for child in node(Tree.load(), "目录").children] == ["年报", "甲", "乙"]


def test_the_content_is_what_is_no_fixed_section(root):
    assert [top.name for top in Tree.load().content] == ["甲", "乙"]


def test_without_a_content_section_there_is_no_content(db):
    make_category("政务公开")
    assert Tree.load().content == []
    assert Tree.load().section(Section.GUIDE) is None


def test_sections_and_slugs_are_found(root):
    tree = Tree.load()
    assert tree.section(Section.REPORTS).name == "年报"
    assert tree.by_slug[root.slug].name == "政务公开"


def test_the_visible_child_of_a_hidden_category_is_not_shown(root):
    Category.objects.filter(name="甲").update(is_visible=False)
    tree = Tree.load()
    assert {node.name for node in tree.nodes.values()} == {"政务公开", "目录", "年报", "乙"}
    assert [top.name for top in tree.roots] == ["政务公开"]
    assert set(tree.nodes) == set(Category.objects.visible().values_list("pk", flat=True))


def test_subtree_ids_name_the_category_and_all_below(root):
    below = node(Tree.load(), "甲")
    assert below.subtree_ids == [below.category.pk, node(Tree.load(), "甲之一").category.pk]


def test_counts_add_up_towards_the_root_and_ignore_what_is_not_shown(root):
    Category.objects.filter(name="乙").update(is_visible=False)
    pks = dict(Category.objects.values_list("name", "pk"))
    tree = Tree.load().add_counts({pks["甲之一"]: 2, pks["甲"]: 1, pks["乙"]: 40, 0: 9})
    assert {
        name: node(tree, name).count for name in ("政务公开", "目录", "甲", "甲之一", "年报")
    } == {
        "政务公开": 3,
        "目录": 3,
        "甲": 3,
        "甲之一": 2,
        "年报": 0,
    }


def test_damaged_tree_columns_do_not_change_what_readers_see(root):
    Category.objects.update(lft=1, rght=2, tree_id=7, level=1)
    assert [above.name for above in node(Tree.load(), "甲之一").trail] == [
        "政务公开",
        "目录",
        "甲",
        "甲之一",
    ]


def test_a_cycle_of_parents_is_not_shown_and_does_not_hang(root):
    pks = dict(Category.objects.values_list("name", "pk"))
    Category.objects.filter(name="甲").update(parent=pks["甲之一"])
    assert {node.name for node in Tree.load().nodes.values()} == {"政务公开", "目录", "年报", "乙"}
