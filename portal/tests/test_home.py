import datetime as dt

import pytest
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category, ColumnType
from catalog.tests.builders import make_category
from disclosure.choices import Status
from disclosure.models import SiteViews
from disclosure.tests.builders import make_item, make_report
from portal.front.home import newest_by_category

pytestmark = pytest.mark.django_db


def days_ago(number):
    return timezone.now() - dt.timedelta(days=number)


@pytest.fixture
def page(client):
    """The home page's text, asked for anew at every call."""
    return lambda: client.get("/").content.decode()


def figures(client):
    return {label: number for number, label in client.get("/").context["figures"]}


def test_it_shows_the_newest_items_newest_first(page, shelves):
    for number in range(10):
        make_item(
            f"第{number}号信息", category=shelves["personnel"], published_at=days_ago(number + 1)
        )
    latest = page().split('id="latest"')[1].split("</ol>")[0]
    assert [latest.index(f"第{number}号信息") for number in range(8)] == sorted(
        latest.index(f"第{number}号信息") for number in range(8)
    )
    assert "第8号信息" not in latest


def test_it_shows_every_top_category_with_its_number_and_its_two_newest(client, shelves):
    for number in range(3):
        make_item(
            f"任免{number}", category=shelves["appointments"], published_at=days_ago(number + 1)
        )
    shown = {
        node.name: (node.count, [item.title for item in items])
        for node, items in client.get("/").context["catalog"]
    }
    assert shown == {"人事任免": (3, ["任免0", "任免1"]), "招标采购": (0, [])}


def test_it_has_the_interpretations_where_the_district_has_a_column_for_them(page, shelves):
    assert 'id="interpretations"' not in page()
    column = make_category(
        "政策解读", parent=shelves["songbei"], column_type=ColumnType.INTERPRETATION
    )
    make_item("一图读懂", category=column)
    assert "一图读懂" in page().split('id="interpretations"')[1].split("</ol>")[0]


def test_its_figures_are_counted(client, shelves):
    today = timezone.localdate()
    make_item(category=shelves["personnel"], published_at=timezone.now())
    make_item(category=shelves["personnel"], published_at=days_ago(800))
    make_report(2009, category=shelves["annual-reports"], published_at=days_ago(3000))
    SiteViews.objects.create(day=today, views=7)
    SiteViews.objects.create(day=today.replace(year=today.year - 1, month=1, day=1), views=100)
    assert figures(client) == {
        "今年公开信息（条）": 1,
        "累计公开信息（条）": 3,
        "今年浏览（次）": 7,
        "年度报告（份）": 1,
    }


def test_it_is_kind_to_an_empty_database(page):
    assert "还没有公开的信息" in page()
    assert "公开目录尚未建立" in page()


def test_it_hides_and_does_not_count_what_is_not_public(client, page, shelves):
    hidden = make_category("停用栏目", parent=shelves["songbei"], is_visible=False)
    for fields in (
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"published_at": timezone.now() + dt.timedelta(days=1)},
        {"category": hidden},
    ):
        make_item("不该出现", **{"category": shelves["personnel"], **fields})
    make_report(2009, category=shelves["annual-reports"], status=Status.DRAFT)
    assert "不该出现" not in page()
    assert "停用栏目" not in page()
    assert set(figures(client).values()) == {0}


def test_the_newest_of_a_category_come_from_all_below_it(shelves):
    deep = make_category("科级任免", parent=shelves["appointments"])
    make_item("旧", category=shelves["personnel"], published_at=days_ago(9))
    make_item("新", category=deep, published_at=days_ago(1))

    class Top:
        pk = shelves["personnel"].pk
        subtree_ids = [shelves["personnel"].pk, shelves["appointments"].pk, deep.pk]

    assert [item.title for item in newest_by_category([Top])[Top.pk]] == ["新", "旧"]


def test_what_is_not_public_takes_no_place_among_the_newest(client, shelves):
    for number in (3, 4):
        make_item(f"公开{number}", category=shelves["personnel"], published_at=days_ago(number))
    make_item(
        "撤回的", category=shelves["personnel"], published_at=days_ago(1), status=Status.WITHDRAWN
    )
    (_, newest), _ = client.get("/").context["catalog"]
    assert [item.title for item in newest] == ["公开3", "公开4"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only(client, method):
    assert getattr(client, method)("/").status_code == 405


def test_it_costs_the_same_number_of_queries_whatever_it_shows(
    client, shelves, django_assert_num_queries
):
    make_item(category=shelves["personnel"])
    client.get("/")  # the tree is kept from here on
    with django_assert_num_queries(6):
        client.get("/")
    with tree_write():
        for number in range(12):
            parent = Category.objects.get(slug="songbei")
            Category.objects.create(
                name=f"栏目{number}",
                slug=f"c{number}",
                parent=parent,
                description="示例",
                keywords="示例",
            )
    for category in Category.objects.filter(slug__startswith="c"):
        make_item(category=category)
        make_item(category=category)
    client.get("/")
    with django_assert_num_queries(6):
        client.get("/")
