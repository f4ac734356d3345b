import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.locks import tree_write
from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.lists.shelves import shelves as shared
from disclosure.models import FailedSearch, Theme, Validity
from disclosure.tests.builders import make_attachment, make_item

pytestmark = pytest.mark.django_db
PAGE = "/search/"


def moment(year, month=1, day=1):
    return timezone.make_aware(dt.datetime(year, month, day, 9, 0))


def look(client, q="", **choices):
    """The page as HTML, the marks of found words taken out."""
    response = client.get(PAGE, {**({"q": q} if q else {}), **choices})
    assert response.status_code == 200
    return re.sub("</?mark>", "", response.content.decode())


def test_it_finds_in_title_number_and_text(client, shelves):
    make_item("河长制工作方案", document_number="松政发〔2026〕8号", body="<p>水库管理</p>")
    make_item("别的信息")
    for query in ("河长", "松政发[2026]8号", "水库", "河长 水库"):
        page = look(client, query)
        assert "河长制工作方案" in page
        assert "别的信息" not in page
        assert "共 1 条" in page


def test_it_says_so_where_no_document_bears_the_number(client, shelves):
    make_item("供热办法", document_number="哈政办规〔2018〕26号")
    page = look(client, "哈政办规[2018]6号")
    assert "供热办法" in page
    assert "没有文号是“哈政办规[2018]6号”的信息" in page
    assert "没有文号" not in look(client, "哈政办规[2018]26号") + look(client, "哈政办规") + look(
        client, "2018年"
    )


def test_it_marks_what_was_found_in_title_text_and_file(
    client, shelves, django_capture_on_commit_callbacks
):
    item = make_item(
        "ＰＰＰ采购公告", body=f"<p>{'前文。' * 60}本次<b>采购</b>供热设备&lt;script&gt;</p>"
    )
    with django_capture_on_commit_callbacks(execute=True):
        make_attachment(item, "清单.txt", "附件里的散热器".encode())
    page = client.get(PAGE, {"q": "ppp 採購 供热"}).content.decode()
    assert "<mark>ＰＰＰ</mark><mark>采购</mark>公告" in page
    assert "本次<mark>采购</mark><mark>供热</mark>设备&lt;script&gt;" in page
    assert page.count("前文") < 40
    assert (
        "附件《清单.txt》：</span>附件里的<mark>散热器</mark>"
        in client.get(PAGE, {"q": "散热器"}).content.decode()
    )


def test_it_hides_what_is_not_public(client, shelves):
    make_item("公告草稿", status=Status.DRAFT)
    make_item("公告已撤", status=Status.WITHDRAWN)
    make_item("公告预定", published_at=moment(2999))
    make_item("公告隐藏", category=shelves["procurement"])
    with tree_write():
        type(shelves["procurement"]).objects.filter(slug="procurement").update(is_visible=False)
    assert "没有找到" in look(client, "公告")


def test_without_a_question_it_explains_itself_and_lists_nothing(client, shelves):
    make_item("河长制工作方案")
    page = look(client)
    assert "河长制" not in page
    assert "加引号" in page


class TestFacets:
    @pytest.fixture(autouse=True)
    def _items(self, shelves):
        self.education = make_department("松北区教育局", short_name="区教育局", slug="education")
        theme = Theme.objects.filter(parent__name="综合政务").first()
        one = make_item(
            "公告一", category=shelves["appointments"], department=self.education, genre="公告", theme=theme,
            published_at=moment(2024),
        )  # fmt: skip
        make_attachment(one, "一.pdf")
        one.validities.create(state=Validity.State.REPEALED, starts_on=dt.date(2025, 1, 1))
        finance = make_department("松北区财政局", short_name="区财政局")
        make_item(
            "公告二",
            category=shelves["procurement"],
            department=finance,
            genre="通知",
            published_at=moment(2023),
        )

    def test_every_choice_shows_its_count_and_narrows(self, client):
        page = look(client, "公告")
        links = re.findall(r'<a href="(\?[^"]*)">([^<]*) <span class="count">1<', page)
        assert [label for _, label in links] == [
            *(
                "人事任免",
                "招标采购",
                "区教育局",
                "区财政局",
                "2024年",
                "2023年",
                "公告",
                "通知",
                "综合政务",
                "已废止",
                "PDF",
            )
        ]
        for address, label in links:
            narrowed = client.get(PAGE + address.replace("&amp;", "&")).content.decode()
            assert "共 1 条" in narrowed, label
            assert "缩小范围" not in narrowed, label

    def test_a_chosen_filter_is_a_chip_with_a_way_to_drop_it(self, client):
        page = look(client, "公告", organ="education", validity="repealed", file="pdf")
        assert "共 1 条" in page
        assert "发布机构：区教育局" in page
        assert '<a href="?q=%E5%85%AC%E5%91%8A&amp;organ=education&amp;file=pdf">' in page
        assert "<h2>发布机构</h2>" not in page

    def test_a_chosen_category_offers_the_ones_below(self, client, shelves):
        make_item("公告三", category=shelves["appointments"])
        page = look(client, "公告", category="personnel")
        assert "category=appointments" in page
        assert "category=procurement" not in page

    def test_an_organ_and_a_year_of_the_query_can_be_taken_for_filters(self, client):
        page = look(client, "区教育局 公告 2024")
        assert "发布机构：区教育局" in page
        assert "?q=%E5%85%AC%E5%91%8A+2024&amp;organ=education" in page
        assert "?q=%E5%8C%BA%E6%95%99%E8%82%B2%E5%B1%80+%E5%85%AC%E5%91%8A&amp;year=2024" in page

    @pytest.mark.parametrize(
        "choices",
        [
            {"category": "x"}, {"category": "\x00"}, {"organ": "\x00"}, {"year": "9" * 5000}, {"theme": 10**18},
            {"theme": "\ud800"}, {"file": "exe"}, {"on": "2015-13-40"}, {"on": "0001-01-01"}, {"on": "9999-12-31"},
            {"sort": "\x00"}, {"q": "\x00"}, {"q": "公" * 10_000},
        ],
    )  # fmt: skip
    def test_nonsense_is_ignored_and_said(self, client, choices):
        choices = {
            name: str(value).encode("utf-8", "replace").decode() for name, value in choices.items()
        }
        assert "已忽略" in look(client, **{"q": "公告", **choices})


class TestOnADay:
    @pytest.fixture(autouse=True)
    def _items(self, shelves):
        old = make_item("供热办法旧", category=shelves["personnel"], published_at=moment(2014))
        old.validities.create(state=Validity.State.IN_FORCE, starts_on=dt.date(2014, 3, 1))
        old.validities.create(state=Validity.State.REPEALED, starts_on=dt.date(2016, 1, 1))
        make_item("供热办法新", category=shelves["personnel"], published_at=moment(2016))
        make_item("供热说明", category=shelves["personnel"], published_at=moment(2013))

    @pytest.mark.parametrize(
        ("day", "titles"),
        [
            ("2013-06-30", {"供热说明"}),
            ("2014-02-28", {"供热说明"}),  # public, not yet in force
            ("2015-06-30", {"供热说明", "供热办法旧"}),
            ("2016-06-30", {"供热说明", "供热办法新"}),
        ],
    )
    def test_search_and_category_show_what_was_public_and_in_force(self, client, day, titles):
        for address in (
            f"{PAGE}?q=供热&on={day}",
            f"/catalog/personnel/?on={day}",
            f"/catalog/personnel/?q=供热&on={day}",
        ):
            page = re.sub("</?mark>", "", client.get(address).content.decode())
            assert {
                title for title in ("供热办法旧", "供热办法新", "供热说明") if title in page
            } == titles, address
            assert "查看今天的信息" in page

    def test_validity_is_that_of_the_day(self, client):
        assert "供热办法旧" in look(client, "供热", on="2015-06-30", validity="in_force")
        assert "供热办法旧" in look(client, "供热", validity="repealed")
        assert "<b>已废止</b>" in look(client, "供热办法旧")


class TestNothingFound:
    def test_it_says_what_to_try_and_what_was_probably_meant(self, client, shelves):
        make_item("河长制工作方案")
        page = look(client, "河涨制")
        assert "可以这样试" in page
        assert '您要找的是不是：<a href="?q=%E6%B2%B3%E9%95%BF%E5%88%B6">河长制</a>' in page
        assert "去掉所有筛选条件" in look(client, "河涨制", genre="通知")

    @pytest.mark.parametrize("text", ["河涨", "长河制", "工作方按", "采构"])
    def test_slips_of_every_kind_are_mended(self, client, shelves, text):
        make_item("河长制工作方案")
        make_item("政府采购")
        assert "您要找的是不是" in look(client, text)

    def test_another_number_is_no_slip(self, client, shelves):
        make_item("关于2018年26条措施的通知")
        assert "您要找的是不是" not in look(client, "27条措施")
        assert "您要找的是不是" not in look(client, "完全无关")

    def test_it_is_counted_by_day_and_word(self, client, shelves):
        for _ in range(2):
            look(client, "河长制")
        look(client, "河长制", genre="通知")
        client.head(PAGE, {"q": "河长制"})
        assert list(FailedSearch.objects.values_list("day", "query", "count")) == [
            (timezone.localdate(), "河长制", 2)
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "230102197001010018",
            "张三 13812345678",
            "138 1234 5678",
            "a@example.com",
            "长" * 41,
            "《》",
            "１３８１２３４５６７８",
        ],
    )
    def test_what_may_be_about_a_person_is_not_written_down(self, client, shelves, text):
        look(client, text)
        assert not FailedSearch.objects.exists()


def test_pages_are_stable_and_end(client, shelves):
    for number in range(45):
        make_item(f"通知{number:02}", category=shelves["personnel"], published_at=moment(2024))
    seen = [
        re.findall(r"通知\d\d", look(client, "通知", page=page).split('"item-list"')[1])
        for page in (1, 2, 3)
    ]
    assert [len(page) for page in seen] == [20, 20, 5]
    assert sorted(title for page in seen for title in page) == [
        f"通知{number:02}" for number in range(45)
    ]
    for page in ("0", "4", "x", str(10**18), "\x00"):
        assert client.get(PAGE, {"q": "通知", "page": page}).status_code == 404


def test_more_than_are_listed_is_said(client, shelves, monkeypatch):
    monkeypatch.setattr("disclosure.search.finding.MOST", 2)
    for _ in range(3):
        make_item("通知")
    page = look(client, "通知")
    assert "超过 2 条" in page
    assert "按排在最前的 2 条统计" in page
    assert "列出排在最前的 2 条" in page
    assert "列出最新公开的 2 条" in look(client, "通知", sort="views")


KINDS = {
    "nothing asked": {},
    "one word": {"q": "供热"},
    "two words and a year": {"q": "采购 供热 2026"},
    "a phrase, and not": {"q": "“采购公告” -供水"},
    "a number": {"q": "松政发〔2026〕1号"},
    "an index number": {"q": "A22/2026-00001"},
    "run together": {"q": "供热的采购公告"},
    "nothing found": {"q": "没有这样的词语"},
    "narrowed": {"q": "采购", "year": "2026", "genre": "notice", "category": "procurement"},
    "as of a day": {"q": "采购", "on": "2026-11-01"},
    "most read": {"q": "采购", "sort": "views"},
    "oldest, second page": {"q": "采购", "sort": "oldest", "page": "2"},
}


def test_no_kind_of_search_costs_more_queries_for_more_items(client, shelves):
    def add(number):
        for serial in range(number):
            one = {
                "document_number": f"松政发〔2026〕{serial + 1}号",
                "index_number": f"A{number}/2026-{serial + 1:05}",
            }
            where = {"category": shelves["procurement"], "department": make_department()}
            make_item("采购公告", body="<p>供热</p>", published_at=moment(2026), **one, **where)

    def asked():
        found = {}
        for kind, choices in KINDS.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(PAGE, choices).status_code == 200, kind
            found[kind] = len(queries)
        return found

    add(22)
    asked()  # what is kept between requests is kept now
    few = asked()
    add(40)
    asked()
    many = asked()
    assert {kind: (few[kind], many[kind]) for kind in KINDS if many[kind] > few[kind]} == {}
    assert max(few.values()) <= 50, few


@pytest.fixture
def kept():
    """As in a process that serves: what all pages show alike is kept until something public
    changes.
    """
    yield
    shared.forget()


def test_a_search_costs_few_queries(client, shelves, kept):
    for _ in range(3):
        make_item(
            "采购公告",
            body="<p>供热</p>",
            category=shelves["procurement"],
            published_at=moment(2026),
        )
    look(client, "采购")
    with CaptureQueriesContext(connection) as queries:
        look(client, "采购")
    asked = [query for query in queries if "catalog_publicstamp" not in query["sql"]]
    assert len(asked) <= (
        10 if connection.vendor == "sqlite" else 15
    )  # PostgreSQL looks into the texts as well
    assert len(queries) <= len(asked) + 2


def test_choices_that_are_kept_follow_a_change(client, shelves, kept):
    make_item("采购公告")
    look(client, "采购")
    theme = Theme.objects.create(name="新增主题")
    make_department(short_name="新设机构")
    page = look(client, "采购")
    assert "新增主题" in page
    assert "新设机构" in page
    theme.delete()
    assert "新增主题" not in look(client, "采购")


def test_it_refuses_the_wrong_method(client, db):
    assert client.post(PAGE).status_code == 405
    assert client.post("/search/suggestions/").status_code == 405


class TestWhileTyping:
    def test_it_gives_titles_and_may_be_kept_a_while(self, client, shelves):
        make_item("河长制工作方案")
        make_item("河长制工作方案")
        make_item("别的", body="<p>河长</p>")
        response = client.get("/search/suggestions/", {"q": "河长"})
        assert response.json() == {"titles": ["河长制工作方案"]}
        assert "max-age=300" in response["Cache-Control"]
        assert "public" in response["Cache-Control"]

    def test_it_is_bounded_and_hides_what_is_not_public(self, client, shelves):
        for number in range(12):
            make_item(f"通知{number}")
        make_item("通知预定", published_at=moment(2999))
        titles = client.get("/search/suggestions/", {"q": "通知"}).json()["titles"]
        assert len(titles) == 8
        assert "通知预定" not in titles

    @pytest.mark.parametrize("query", ["", "通", "\x00", "通" * 5000, "《》"])
    def test_what_cannot_be_looked_for_gives_nothing(self, client, shelves, query):
        make_item("通知")
        assert client.get("/search/suggestions/", {"q": query}).json() == {"titles": []}
