import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.tests.builders import make_department, make_user
from desk.models import KeptForm, forget_about
from disclosure.acts import publish_imported
from disclosure.acts.tables import enter_tables, store_explanations, store_tables
from disclosure.checks import run_checks
from disclosure.choices import Status
from disclosure.desk.forms.items import ReportForm
from disclosure.models import IdentityExplanation, Item
from disclosure.models.desk.editing import kept_about
from disclosure.reports.tables.access import tables_of
from disclosure.reports.tables.account import Account
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import make_report
from statutory.entry import Entry
from statutory.tests.builders import table_b, whole_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_department("区财政局")


def sign_in(client, department, *codenames):
    user = make_user(department=department)
    permissions = Permission.objects.filter(content_type__app_label="disclosure")
    user.user_permissions.set(
        permissions.filter(codename__in=codenames) if codenames else permissions
    )
    client.force_login(user)
    return user


@pytest.fixture
def clerk(client, bureau):
    sign_in(client, bureau)
    return client


def address(report, end=""):
    return f"/admin/disclosure/annualreport/{report.pk}/tables/{end}"


def filled(tables, **more):
    """What a browser sends for these tables."""
    cells = {
        f"{key}-{line}-{place}": "" if value is None else str(value)
        for key, rows in tables.items()
        for line, row in enumerate(rows)
        for place, value in enumerate(row)
    }
    return cells | more


def seen(client, report):
    return client.get(address(report)).context["seen"]


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def broken_tables():
    tables = whole_tables(results={"granted": [5, 0, 0, 0, 0, 0]})
    tables["b"][2][0] = 4
    return tables


class TestFillingIn:
    def test_the_page_looks_like_the_form(self, clerk, bureau):
        html = clerk.get(
            address(make_report(2024, department=bureau, status=Status.DRAFT))
        ).content.decode()
        for words in (
            "申请人情况",
            "4.无正当理由大量反复申请",
            "本年收费金额（单位：万元）",
            "复议后起诉",
        ):
            assert words in html
        assert html.count("data-cell=") == 10 + 175 + 15

    def test_what_is_typed_is_saved_as_typed(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        tables = broken_tables()
        data = filled(tables, seen=seen(clerk, report), **{"a-5-0": "72,701.2578", "a-1-0": "１２"})
        response = clerk.post(address(report), data, follow=True)
        assert "统计表已保存" in said(response)
        assert "请核对" in said(response)
        stored = tables_of(report)
        assert stored["b"] == tables["b"]  # totals too, wrong as they are
        assert (str(stored["a"][5][0]), stored["a"][1][0]) == ("72701.2578", 12)

    def test_what_cannot_be_read_loses_nothing_and_saves_nothing(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        data = filled(whole_tables(), seen=seen(clerk, report), **{"b-0-0": "十二", "b-1-1": "77"})
        response = clerk.post(address(report), data)
        html = response.content.decode()
        assert "没有保存" in said(response)
        assert "不是整数" in html
        assert 'value="十二"' in html
        assert 'value="77"' in html
        assert tables_of(report) == {}

    def test_a_blank_stays_a_blank_until_the_clerk_says_zero(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        tables = whole_tables()
        tables["c"] = [[None] * 14 + [0]]
        clerk.post(address(report), filled(tables, seen=seen(clerk, report)))
        assert tables_of(report)["c"][0][0] is None
        response = clerk.post(address(report), filled(tables, seen="", _zero_c="1"))
        assert "14 处空白已填 0" in said(response)
        assert response.context["entry"].table("c").texts == [["0"] * 15]
        assert tables_of(report)["c"][0][0] is None  # shown, not saved

    def test_blank_totals_are_filled_on_request_and_others_left_alone(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        tables = whole_tables(results={"granted": [5, 1, 0, 0, 0, 0]})
        tables["b"][0][6] = 99
        for row in tables["b"][1:]:
            row[6] = None
        tables["b"][23] = [None] * 7
        response = clerk.post(address(report), filled(tables, _totals_b="1"))
        texts = response.context["entry"].table("b").texts
        assert (texts[0][6], texts[2][6], texts[23]) == (
            "99",
            "6",
            ["5", "1", "0", "0", "0", "0", "6"],
        )

    def test_last_years_carry_is_prefilled_and_not_saved_unasked(self, clerk, bureau):
        make_tables_report(2023, department=bureau, carried_out=[3, 1, 0, 0, 0, 0])
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        response = clerk.get(address(report))
        assert response.context["entry"].table("b").texts[1] == ["3", "1", "0", "0", "0", "0", "4"]
        assert "2023 年度报告" in said(response)
        assert tables_of(report) == {}

    def test_a_table_pasted_into_the_text_area_goes_into_the_form(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        rows = table_b(results={"granted": [5, 0, 0, 0, 0, 0]})
        text = "\n".join("\t".join(map(str, row)) for row in rows)
        response = clerk.post(
            address(report), filled(whole_tables(), **{"paste-b": text, "_paste_b": "1"})
        )
        assert response.context["entry"].table("b").texts[2][0] == "5"
        assert "放入了 175 格" in said(response)

    def test_the_script_gets_the_same_reading(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        answer = clerk.post(
            address(report, "paste/"), {"table": "b", "line": 2, "place": 5, "text": "1\t2\n3\t4"}
        ).json()
        assert answer["cells"] == [["b-2-5", "1"], ["b-2-6", "2"], ["b-3-5", "3"], ["b-3-6", "4"]]
        for bad in (
            {"table": "x"},
            {"table": "b", "line": "99", "text": "1\t2"},
            {"table": "c", "line": 0, "place": 20},
        ):
            assert clerk.post(address(report, "paste/"), bad).status_code == 422

    def test_two_clerks_do_not_overwrite_each_other(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        opened = seen(clerk, report)
        theirs = whole_tables(results={"granted": [1, 0, 0, 0, 0, 0]})
        store_tables(report=report, tables=theirs)
        mine = filled(whole_tables(results={"granted": [2, 0, 0, 0, 0, 0]}), seen=opened)
        response = clerk.post(address(report), mine)
        assert "已经被别人保存过" in said(response)
        assert response.context["entry"].table("b").texts[2][0] == "2"
        assert tables_of(report)["b"] == theirs["b"]
        clerk.post(address(report), mine | {"overwrite": "1"})
        assert tables_of(report)["b"][2][0] == 2

    def test_what_is_typed_is_kept_and_offered_on_return(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        opened = clerk.get(address(report))
        typed = filled(
            whole_tables(results={"granted": [7, 0, 0, 0, 0, 0]}), seen=opened.context["seen"]
        )
        assert (
            "kept_at"
            in clerk.post(opened.context["keep_url"], typed | {"_kept_object": report.pk}).json()
        )
        [offer] = clerk.get(address(report)).context["kept_offers"]
        store_tables(
            report=report, tables=whole_tables(results={"granted": [1, 0, 0, 0, 0, 0]})
        )  # meanwhile
        again = clerk.get(f"{address(report)}?kept={offer.pk}")
        assert again.context["entry"].table("b").texts[2][0] == "7"
        assert tables_of(report)["b"][2][0] == 1
        refused = clerk.post(address(report), typed | {"seen": again.context["seen"]})
        assert "已经被别人保存过" in said(refused)
        assert "data-unsaved" in refused.content.decode()
        assert clerk.post(address(report), typed | {"overwrite": "1"}).status_code == 302
        assert clerk.get(address(report)).context["kept_offers"] == []

    def test_what_is_kept_is_nobody_elses_and_goes_with_a_removal(self, clerk, client, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        keep = clerk.get(address(report)).context["keep_url"]
        clerk.post(keep, {"b-2-0": "7", "_kept_object": report.pk})
        sign_in(client, bureau)
        assert client.get(address(report)).context["kept_offers"] == []
        forget_about(kept_about(report.item))
        assert not KeptForm.objects.exists()

    def test_a_statistics_list_is_filled_in_and_keeps_its_own_rows(self, clerk, bureau):
        report = make_report(2016, department=bureau, status=Status.DRAFT)
        page = clerk.get(address(report))
        assert "参加或举办新闻发布会总次数" in page.content.decode()
        names = ("label", "unit", "value")
        rows = [
            ("一、主动公开情况", "", ""),
            ("　1.公报公开数", "条", "1,234"),
            ("", "", ""),
            ("专项经费", "万元", "3.5"),
        ]
        data = {
            f"s-{at}-{name}": text
            for at, row in enumerate(rows)
            for name, text in zip(names, row, strict=True)
        }
        clerk.post(address(report), data | {"seen": page.context["seen"]})
        stored = tables_of(report)["statistics"]
        assert stored[1] == ["　1.公报公开数", "条", 1234]
        assert len(stored) == 3
        response = clerk.post(
            address(report),
            {"paste-statistics": "指标\t单位\t数\n收到申请数\t件\t7", "_paste_statistics": "1"},
        )
        assert response.context["entry"].tables[0].texts[-5][2] == "7"

    def test_narrative_reports_have_no_tables(self, clerk, bureau):
        assert (
            clerk.get(
                address(make_report(2012, department=bureau, status=Status.DRAFT))
            ).status_code
            == 404
        )


class TestTheReportsOwnPage:
    def form(self, client, report):
        return client.get(f"/admin/disclosure/annualreport/{report.pk}/change/").content.decode()

    def test_it_says_how_the_tables_stand(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        assert self.form(clerk, report).count("还没有填写") == 3
        tables = broken_tables()
        tables["c"] = [[None] * 15]
        store_tables(report=report, tables=tables)
        html = self.form(clerk, report)
        assert "2 处不符，还没有说明" in html
        assert "15 格空白" in html

    def test_a_year_of_another_form_is_not_chosen_over_filled_in_tables(self, clerk, bureau):
        report = make_tables_report(2024, department=bureau, status=Status.DRAFT)
        values = {"department": bureau.pk, "created_on": "2025-01-10"}
        initial = {"year": report.year}
        refused = ReportForm({**values, "year": 2020}, instance=report, initial=initial)
        assert "清空统计表" in str(refused.errors["year"])
        store_tables(report=report, tables={"a": None, "b": None, "c": None})
        taken = ReportForm({**values, "year": 2020}, instance=report, initial=initial)
        assert "year" not in taken.errors
        assert taken.instance.regime == "format_2019"


class TestScope:
    def test_another_departments_report_is_not_there(self, clerk):
        report = make_report(2024, department=make_department("区教育局"))
        for answer in (
            clerk.get(address(report)),
            clerk.post(address(report), {}),
            clerk.post(address(report, "paste/"), {}),
        ):
            assert answer.status_code == 404

    def test_who_may_only_look_changes_nothing(self, client, bureau):
        sign_in(client, bureau, "view_annualreport")
        report = make_tables_report(2024, department=bureau)
        html = client.get(address(report)).content.decode()
        assert "readonly" in html
        assert 'value="保存"' not in html
        assert client.post(address(report), filled(whole_tables())).status_code == 403

    def test_what_is_in_review_is_read_and_not_changed(self, clerk, bureau):
        report = make_tables_report(2024, department=bureau, status=Status.DRAFT)
        data = filled(
            whole_tables(results={"granted": [2, 0, 0, 0, 0, 0]}), seen=seen(clerk, report)
        )
        entry = Entry.posted(report.regime, data).read()
        Item.objects.filter(pk=report.item_id).update(status=Status.SUBMITTED)
        assert clerk.post(address(report), data).status_code == 403
        with pytest.raises(ValidationError, match="正在审核"):  # submitted while the page was open
            enter_tables(report=report, entry=entry, explanations={}, seen=None, by=make_user())

    def test_who_filled_in_tables_has_written_the_report(self, client, bureau):
        user = sign_in(client, bureau)
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        client.post(address(report), filled(whole_tables(), seen=seen(client, report)))
        assert list(report.item.contributors.all()) == [user]


class TestPublishing:
    def explain(self, report, text="统计口径不同，已核实。"):
        places = {rule.rule.code: rule.places for rule in Account.of(report).rules}
        store_explanations(
            report=report, explanations={code: (text, places[code]) for code in ("I2", "I3")}
        )

    def test_a_broken_identity_keeps_a_report_from_being_published(self, clerk, bureau):
        report = make_tables_report(
            2024, department=bureau, tables=broken_tables(), status=Status.DRAFT
        )
        blocking = {finding.code for finding in run_checks(report.item) if finding.is_blocking}
        assert {"identity-I2", "identity-I3"} <= blocking
        with pytest.raises(Exception, match="勾稽关系"):
            publish_imported(item=report.item)
        self.explain(report)
        assert not any(
            finding.code.startswith("identity")
            for finding in run_checks(Item.objects.get(pk=report.item_id))
        )
        assert publish_imported(item=report.item).index_number

    def test_an_explanation_does_not_speak_for_what_breaks_later(self, clerk, bureau):
        report = make_tables_report(
            2024, department=bureau, tables=broken_tables(), status=Status.DRAFT
        )
        self.explain(report)
        tables = broken_tables()
        tables["b"][3][1] = 8
        store_tables(report=report, tables=tables)
        with pytest.raises(Exception, match="勾稽关系"):
            publish_imported(item=report.item)

    def test_the_page_takes_the_explanation_with_the_places_it_speaks_for(self, clerk, bureau):
        report = make_report(2024, department=bureau, status=Status.DRAFT)
        data = filled(
            broken_tables(),
            seen=seen(clerk, report),
            **{"explain-I3": "口径不同", "explain-I2": "口径不同"},
        )
        clerk.post(address(report), data)
        places = {one.code: one.places for one in IdentityExplanation.objects.all()}
        assert places == {"I2": ["natural"], "I3": ["granted"]}
        assert Account.of(report).unexplained == []

    def test_what_an_older_site_published_stands_as_it_was(self, bureau):
        report = make_tables_report(
            2020,
            department=bureau,
            tables={"b": broken_b("format_2019")},
            status=Status.DRAFT,
            imported_at=timezone.now(),
        )
        assert not any(
            finding.is_blocking
            for finding in run_checks(report.item)
            if finding.code.startswith(("identity", "table"))
        )
        publish_imported(item=report.item)

    def test_blanks_missing_parts_and_lateness_are_pointed_out(self, bureau):
        report = make_report(2022, department=bureau, status=Status.DRAFT)
        codes = {finding.code for finding in run_checks(report.item)}
        assert {"report-section-missing", "report-table-missing", "report-late"} <= codes
        store_tables(report=report, tables={"c": [[None] * 15]})
        blank = next(
            finding for finding in run_checks(report.item) if finding.code == "table-blank"
        )
        assert (blank.is_blocking, blank.can_override) == (True, True)


def broken_b(regime):
    rows = table_b(regime, results={"granted": [5, 0, 0, 0, 0, 0]})
    rows[2][0] = 4
    return rows
