import datetime as dt

import pytest
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category
from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.models import Theme, Validity
from disclosure.tests.builders import make_item

pytestmark = pytest.mark.django_db
PAGE = "/catalog/personnel/"


def text(client, address):
    return client.get(address).content.decode()


def test_it_lists_items_of_the_category_and_below(client, shelves):
    make_item("任免通知一", category=shelves["appointments"])
    make_item("任免通知二", category=shelves["personnel"])
    make_item("采购公告", category=shelves["procurement"])
    page = text(client, PAGE)
    assert "任免通知一" in page
    assert "任免通知二" in page
    assert "采购公告" not in page
    assert "共 2 条" in page


def test_it_shows_the_trail_of_the_catalogue(client, shelves):
    page = text(client, "/catalog/appointments/")
    page = page[page.index("当前位置") :]
    assert page.index("政务公开") < page.index("松北区政府信息公开") < page.index("任免通知")


def test_the_newest_comes_first(client, shelves):
    make_item(
        "较早的",
        category=shelves["personnel"],
        published_at=timezone.make_aware(dt.datetime(2025, 1, 1)),
    )
    make_item("较新的", category=shelves["personnel"])
    page = text(client, PAGE)
    assert page.index("较新的") < page.index("较早的")
    page = text(client, PAGE + "?sort=oldest")
    assert page.index("较早的") < page.index("较新的")


def test_it_hides_what_is_not_public(client, shelves):
    make_item("未公开的草稿", category=shelves["personnel"], status=Status.DRAFT)
    make_item("已撤回的信息", category=shelves["personnel"], status=Status.WITHDRAWN)
    page = text(client, PAGE)
    assert "未公开的草稿" not in page
    assert "已撤回的信息" not in page


def test_a_hidden_category_and_all_below_it_are_gone(client, shelves):
    with tree_write():
        category = Category.objects.get(slug="personnel")
        category.is_visible = False
        category.save()
    assert client.get(PAGE).status_code == 404
    assert client.get("/catalog/appointments/").status_code == 404


def test_it_handles_the_missing(client, shelves):
    assert client.get("/catalog/no-such/").status_code == 404
    assert client.get(PAGE + "?page=99").status_code == 404


def test_it_refuses_the_wrong_method(client, shelves):
    assert client.post(PAGE).status_code == 405


class TestFilters:
    @pytest.fixture(autouse=True)
    def _items(self, shelves):
        finance = make_department("区财政局", slug="finance")
        theme = Theme.objects.filter(parent__name="综合政务").first()
        wanted = make_item(
            "要找的信息",
            category=shelves["personnel"],
            department=finance,
            genre="通知",
            theme=theme,
            body="<p>全文里的河长制</p>",
            published_at=timezone.make_aware(dt.datetime(2024, 6, 1)),
        )
        wanted.validities.create(state=Validity.State.REPEALED, starts_on=dt.date(2025, 1, 1))
        make_item("别的信息", category=shelves["personnel"])

    @pytest.mark.parametrize(
        "query",
        [
            "organ=finance",
            "year=2024",
            "genre=通知",
            "validity=repealed",
            "q=河长制",
            "q=要找",
            "organ=finance&year=2024",
        ],
    )
    def test_each_choice_narrows_the_list(self, client, query):
        page = text(client, f"{PAGE}?{query}").replace("<mark>", "").replace("</mark>", "")
        assert "要找的信息" in page
        assert "别的信息" not in page

    def test_a_theme_of_the_first_level_holds_the_second(self, client):
        theme = Theme.objects.get(name="综合政务", parent=None)
        page = text(client, f"{PAGE}?theme={theme.pk}")
        assert "要找的信息" in page
        assert "别的信息" not in page

    @pytest.mark.parametrize(
        "query",
        [
            "organ=nobody",
            "year=abc",
            "genre=%00",
            "q=%00",
            "theme=99999999999999999999",
            "validity=x",
            "sort=drop table",
        ],
    )
    def test_nonsense_is_ignored_and_said(self, client, query):
        response = client.get(f"{PAGE}?{query}")
        assert response.status_code == 200
        assert "已忽略" in response.content.decode()
        assert "别的信息" in response.content.decode()

    @pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", f"page={10**30}", "page=%00"])
    def test_a_page_that_is_not_there_is_not_found(self, client, query):
        assert client.get(f"{PAGE}?{query}").status_code == 404


def test_pages_keep_the_filters(client, shelves):
    for _ in range(21):
        make_item("通知", category=shelves["personnel"], genre="通知")
    page = text(client, PAGE + "?genre=通知&sort=oldest")
    assert "sort=oldest&amp;page=2" in page
    assert "共 21 条" in page
    assert "通知" in text(client, PAGE + "?genre=通知&sort=oldest&page=2")


def test_it_costs_a_constant_number_of_queries(
    client, shelves, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(3):
        make_item(category=shelves["personnel"])
    with django_assert_max_num_queries(11) as few:
        client.get(PAGE)
    for _ in range(15):
        make_item(category=shelves["appointments"])
    with django_assert_num_queries(len(few)):
        client.get(PAGE)
