import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog.tests.builders import make_department
from disclosure.acts import withdraw_item
from disclosure.models import Item, SynonymGroup, Validity
from disclosure.search.finding import search
from disclosure.search.items import walk_items
from disclosure.tests.builders import make_attachment, make_item, make_report
from documents.folding import squash
from search import walking
from search.document import SCOPES
from search.engines import engine, postgresql
from search.models import SearchEntry
from search.pieces import take_apart
from search.query import parse

pytestmark = pytest.mark.django_db


def find(text, **options):
    return [hit.title for hit in search(text, Item.objects.published(), **options).hits]


def moment(year, month=1, day=1):
    return timezone.make_aware(dt.datetime(year, month, day, 9, 0))


class TestWhatIsFound:
    def test_every_field_is_searched(self, shelves, django_capture_on_commit_callbacks):
        organ = make_department("松北区教育局", short_name="区教育局")
        item = make_item(
            "示例标题",
            department=organ,
            summary="内容概述里的河长制",
            keywords="关键词;营商环境",
            body="<p>正文的供热</p>",
        )
        with django_capture_on_commit_callbacks(execute=True):
            make_attachment(item, "名册.txt", "附件里的脱贫攻坚".encode())
        words = [
            "示例标题",
            "教育局",
            "区教育局",
            "河长制",
            "营商环境",
            "供热",
            "名册",
            "脱贫攻坚",
            item.index_number,
        ]
        assert [word for word in words if find(word) != ["示例标题"]] == []

    def test_sections_of_a_report_are_searched(self, shelves, government):
        report = make_report(
            2009, department=government, sections=[("一、总体情况", "<p>主动公开若干条</p>")]
        )
        assert find("一、总体情况 若干条") == [report.item.title]

    @pytest.mark.parametrize(
        "text",
        [
            "哈政办规[2018]26号",
            "哈政办规〔2018〕26号",
            "哈政办规（２０１８）26號",
            "哈政办规 2018 26",
            "政办规〔2018〕",
            "2018",
        ],
    )
    def test_a_document_number_is_found_however_it_is_typed(self, shelves, text):
        make_item("供热办法", document_number="哈政办规〔2018〕26号")
        assert find(text) == ["供热办法"]

    def test_an_index_number_is_found_whole_or_by_its_back_part(self, shelves):
        item = make_item("一条信息", index_number="112301090000000001/2018-00026")
        make_item("另一条", body="<p>2018-00026</p>")
        assert find(item.index_number) == ["一条信息"]
        assert find("2018-00026") == ["一条信息", "另一条"]

    def test_width_case_and_script_make_no_difference(self, shelves):
        make_item("关于ＰＰＰ项目采购预算后续工作的通知")
        assert (
            find("ppp")
            == find("ＰＰＰ項目採購預算後續")
            == ["关于ＰＰＰ项目采购预算后续工作的通知"]
        )

    def test_a_blank_inside_chinese_text_is_layout(self, shelves):
        make_item("关于 2015 年　预 算")
        assert find("2015年预算") == ["关于 2015 年　预 算"]

    def test_what_punctuation_parts_is_no_phrase(self, shelves):
        make_item("坚持公开、透明")
        make_item("甲乙、乙丙")
        assert find("“公开透明”") == []
        assert find("公开、透明") == ["坚持公开、透明"]
        assert find("“甲乙丙”") == []

    def test_a_phrase_far_into_a_long_document_is_found(self, shelves):
        make_item("长文", body=f"<p>{'甲乙丙丁戊己庚辛' * 5000}罕见词语{'甲乙' * 300}</p>")
        assert find("罕见词语") == ["长文"]
        assert find("“罕见甲乙”") == []

    def test_words_are_anded_and_may_be_excluded(self, shelves):
        make_item("采购公告", body="<p>供热设备</p>")
        make_item("采购合同", body="<p>办公桌椅</p>")
        assert find("采购 供热") == ["采购公告"]
        assert find("采购 -供热") == ["采购合同"]
        assert find("采购 -“办公桌椅”") == ["采购公告"]
        assert find("-采购 -供热") == ["采购公告"]  # nothing but exclusions: taken as words

    def test_a_single_character_is_looked_for_in_titles(self, shelves):
        make_item("供热办法")
        make_item("别的", body="<p>办法</p>")
        assert find("办") == ["供热办法"]
        assert find("热 法") == ["供热办法"]

    def test_marks_alone_find_nothing(self, shelves):
        make_item("《公告》")
        assert search("《》", Item.objects.published()).query.is_empty

    def test_synonyms_find_each_other(self, shelves):
        make_item("最低生活保障标准")
        assert find("低保标准") == []
        SynonymGroup.objects.create(words="低保、最低生活保障")
        assert find("低保标准") == find("低保") == ["最低生活保障标准"]


class TestTakenApart:
    def test_words_written_without_a_blank_are_found_apart(self, shelves):
        make_item("关于小学招生入学工作的通知", body="<p>报名条件</p>")
        make_item("小学名单")
        found = search("小学入学条件", Item.objects.published())
        assert [hit.title for hit in found.hits] == ["关于小学招生入学工作的通知"]
        assert found.is_apart

    def test_it_is_cut_between_the_words_people_use(self, shelves):
        for year in (2023, 2024, 2025):
            make_item(f"区财政局{year}年政府信息公开工作年度报告")
        make_item("政府信息公开年报目录")
        found = search("信息公开年度报告", Item.objects.published())
        assert [word.ways[0] for word in found.query.words] == [("信息公开",), ("年度报告",)]
        assert len(found.hits) == 3

    def test_of_two_cuts_that_of_the_commoner_pieces_is_taken(self, shelves):
        for place in ("区", "镇", "街道"):
            make_item(f"{place}办事指南及流程")
        make_item("西南流程")
        found = search("办事指南流程", Item.objects.published())
        assert [word.ways[0] for word in found.query.words] == [
            ("办事指南",),
            ("流程",),
        ]  # not 办事指, 南流程
        assert len(found.hits) == 3

    def test_of_cuts_alike_the_most_even_is_taken(self, shelves):
        make_item("信息公开年度")
        make_item("年度工作报告")
        query = take_apart(parse("公开年度工作报告"))
        assert [word.ways[0] for word in query.words] == [
            ("公开年度",),
            ("工作报告",),
        ]  # not 公开, 年度工作报告

    def test_what_stands_together_is_not_taken_apart(self, shelves):
        make_item("小学入学条件")
        make_item("小学、入学、条件")
        found = search("小学入学条件", Item.objects.published())
        assert [hit.title for hit in found.hits] == ["小学入学条件"]
        assert not found.is_apart

    def test_a_word_of_which_only_a_part_stands_anywhere_finds_nothing(self, shelves):
        make_item("收费标准")
        assert find("低保标准") == []

    def test_quotes_keep_together(self, shelves):
        make_item("小学、入学、条件")
        assert find("“小学入学条件”") == []


ALPHABET = "政府信息公开采购预算區國學０1２3aＢ （）“”-—、·《》/\u3000é"


@given(title=st.text(ALPHABET, min_size=2, max_size=24), data=st.data())
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_part_of_a_title_finds_it(shelves, title, data):
    start = data.draw(st.integers(0, len(title) - 2))
    part = title[start : data.draw(st.integers(start + 2, len(title)))]
    assume(squash(part))
    item = make_item(title, category=shelves["personnel"])
    try:
        assert item.pk in [hit.pk for hit in search(part, Item.objects.published()).hits], part
    finally:
        item.delete()


class TestOrder:
    def test_the_number_then_titles_then_the_rest_and_newer_first(self, shelves):
        make_item("正文提到", body="<p>松政规〔2020〕1号</p>", published_at=moment(2024))
        make_item("标题提到松政规〔2020〕1号", published_at=moment(2021))
        make_item("原文", document_number="松政规〔2020〕1号", published_at=moment(2020))
        expected = ["原文", "标题提到松政规〔2020〕1号", "正文提到"]
        assert (
            find("松政规(2020)1号") == find("松政规2020 1号") == find("松政规20201号") == expected
        )

    def test_in_force_before_repealed(self, shelves):
        old = make_item("供热办法旧", published_at=moment(2022))
        make_item("供热办法新", published_at=moment(2021))
        assert find("供热办法") == ["供热办法旧", "供热办法新"]
        Validity.objects.create(
            item=old, state=Validity.State.REPEALED, starts_on=dt.date(2023, 1, 1)
        )
        assert find("供热办法") == ["供热办法新", "供热办法旧"]
        assert find("供热办法", day=dt.date(2022, 12, 31)) == ["供热办法旧", "供热办法新"]

    def test_an_organ_and_a_year_in_the_query_are_understood(self, shelves):
        organ = make_department("松北区教育局", short_name="区教育局")
        make_item(
            "预算", department=organ, published_at=moment(2023), created_on=dt.date(2023, 1, 1)
        )
        make_item("提到", body="<p>松北区教育局2023年</p>")
        make_item(
            "别的年", department=organ, published_at=moment(2022), created_on=dt.date(2022, 1, 1)
        )
        assert find("松北区教育局 2023") == ["预算", "提到"]

    def test_other_orders(self, shelves):
        make_item("公告一", published_at=moment(2021), created_on=dt.date(2021, 1, 1), view_count=3)
        make_item("公告二", published_at=moment(2022), created_on=dt.date(2019, 1, 1), view_count=5)
        assert find("公告", sort="oldest") == find("公告", sort="created") == ["公告一", "公告二"]
        assert find("公告", sort="newest") == find("公告", sort="views") == ["公告二", "公告一"]


class TestBounds:
    @pytest.fixture(autouse=True)
    def _small_batches(self, monkeypatch, shelves):
        monkeypatch.setattr(walking, "FIRST_BATCH", 3)
        monkeypatch.setattr(walking, "GROWTH", 2)
        self.wanted = [
            make_item(
                f"公告{year}",
                category=shelves["personnel" if year % 5 else "rules"],
                published_at=moment(year),
            )
            for year in range(2008, 2026)
        ]

    @pytest.mark.parametrize("small", [0, 100])
    def test_a_filter_that_few_matches_pass_finds_them_all(self, monkeypatch, shelves, small):
        monkeypatch.setattr(walking, "SMALL", small)
        items = Item.objects.published().filter(category=shelves["rules"])
        assert [hit.listed_at.year for hit in search("公告", items).hits] == [
            2025,
            2020,
            2015,
            2010,
        ]
        assert [hit.listed_at.year for hit in search("公告", items, sort="oldest").hits] == [
            2010,
            2015,
            2020,
            2025,
        ]

    def test_few_items_are_asked_themselves_from_the_second_question_on(self, monkeypatch, shelves):
        monkeypatch.setattr(walking, "PATIENCE", 0)
        walk = walk_items(Item.objects.published().filter(category=shelves["rules"]), 1_000)
        for scope, newest in (("all", True), ("title", True), ("title", False)):
            years = [
                hit.listed_at.year
                for hit in walk.matches(parse("公告"), SCOPES[scope], newest=newest)
            ]
            assert sorted(years, reverse=newest) == years
            assert set(years) == {2025, 2020, 2015, 2010}

    def test_days_bound_the_walk(self):
        found = search(
            "公告",
            Item.objects.published(),
            first_day=dt.date(2010, 1, 1),
            last_day=dt.date(2011, 12, 31),
        )
        assert [hit.title for hit in found.hits] == ["公告2011", "公告2010"]

    def test_more_than_are_ranked_is_said(self, monkeypatch):
        monkeypatch.setattr("disclosure.search.finding.MOST", 5)
        found = search("公告", Item.objects.published())
        assert found.is_more
        assert [hit.listed_at.year for hit in found.hits] == [2025, 2024, 2023, 2022, 2021]

    def test_a_search_that_must_look_at_too_much_says_so(self, monkeypatch, shelves):
        monkeypatch.setattr(walking, "SMALL", 0)
        monkeypatch.setattr(walking, "FURTHEST", 5)
        found = search("公告", Item.objects.published().filter(category=shelves["rules"]))
        assert found.is_more


# A search of few, of what is read from one end, of what is gathered from the index, of more than is
# gathered.
@pytest.mark.parametrize(
    ("few", "window", "gathered"), [(1_200, 0, 0), (3, 100, 0), (3, -1, 100), (3, -1, 2)]
)
@pytest.mark.parametrize("text", ["公告", "公告20", "公告 -通知", "公告20 -“通知20”"])
def test_every_way_to_read_the_index_gives_the_same_order(
    shelves, monkeypatch, few, window, gathered, text
):
    monkeypatch.setattr(postgresql, "FEW", few)
    monkeypatch.setattr(postgresql, "WINDOW", window)
    monkeypatch.setattr(postgresql, "MOST_GATHERED", gathered)
    for year in range(2008, 2018):
        make_item(f"公告{year}", published_at=moment(year))
    for year in range(2014, 2022):
        make_item(f"通知{year}{'' if year % 2 else '、公告'}", published_at=moment(year))
    bounds = {
        "above": engine().first_place(dt.date(2010, 1, 1)) - 1,
        "below": engine().first_place(dt.date(2016, 6, 1)),
    }
    expected = [f"公告{year}" for year in range(2016, 2009, -1)]
    if text == "公告":
        expected[:3] = ["通知2016、公告", "公告2016", "公告2015", "通知2014、公告", "公告2014"]
    names = dict(Item.objects.values_list("pk", "title"))
    titles = {place: names[key] for place, key in SearchEntry.objects.values_list("place", "key")}
    for scope in ("all", "title", "head"):
        for limit in (3, 20, None if connection.vendor == "postgresql" else -1):
            for newest in (True, False):
                found = engine().walk(
                    parse(text), SCOPES[scope], limit=limit, newest=newest, **bounds
                )
                ordered = expected if newest else expected[::-1]
                assert [titles[place] for place in found] == ordered[
                    : limit if limit and limit > 0 else None
                ]


class TestTheGate:
    def test_an_item_is_found_from_the_act_that_publishes_it_to_the_one_that_withdraws_it(
        self, shelves, admin_user
    ):
        item = make_item("公告")
        assert find("公告") == ["公告"]
        withdraw_item(item=item, by=admin_user, reason="有误")
        assert find("公告") == []
        assert not SearchEntry.objects.exists()  # on PostgreSQL the row holds its words

    def test_what_is_not_public_yet_is_not_found(self, shelves):
        make_item("将来的公告", published_at=moment(2999))
        assert find("公告") == []

    def test_nothing_a_clerk_changes_leaves_the_old_words_behind(self, shelves):
        item = make_item("旧名称的公告")
        item.title = "新名称的公告"
        item.save()
        from disclosure.acts.registering import public_face_changed

        public_face_changed(item)
        assert find("旧名称") == []
        assert find("新名称") == ["新名称的公告"]


class TestQueries:
    @pytest.mark.parametrize(
        "text",
        [
            '"',
            "-",
            '-"',
            "“”",
            "\x00",
            "\ud800公告",
            "a" * 10_000,
            "公 " * 500,
            "(((",
            "' OR 1=1 --",
            "%_\\",
            "NEAR(a b)",
            "*",
        ],
    )
    def test_nothing_typed_is_an_error(self, shelves, text):
        search(text, Item.objects.published())

    def test_words_beyond_the_limit_are_left_out_and_that_is_said(self):
        query = parse(" ".join(f"词语{number:02}" for number in range(30)))
        assert len(query.words) == 16
        assert query.is_cut
