"""Bringing files in: kept with their bytes, imported once, as drafts, with the old dates and
addresses.
"""

import datetime as dt
import hashlib
import io
import json

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.models import AnnualReport, Item, LegacyOriginal, OldAddress
from disclosure.reports.tables.access import tables_of
from disclosure.tests.builders import make_item, make_report, make_staff
from imports.actions import bring_in_original, import_original, proposed, set_aside
from imports.tests import legacy_pages as pages
from imports.tests.test_legacy_tables import made_tables
from ledger.models import AuditEntry

pytestmark = pytest.mark.django_db
State = LegacyOriginal.State
SAMPLES = project.BASE_DIR / "bench/import/samples"


@pytest.fixture
def organ(shelves):
    return make_department("示例县人民政府办公室", slug="office")


@pytest.fixture
def plans(shelves):
    return make_category("应急预案", slug="plans", parent=shelves["songbei"])


def bring_in(data, name="page.html"):
    data = data if isinstance(data, bytes) else data.encode()
    return bring_in_original(data=data, name=name, by=None)[0]


def run(*paths, **options):
    out = io.StringIO()
    call_command("import_legacy", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def imported(data, **mended):
    original = bring_in(data)
    return import_original(original=original, fields={**proposed(original), **mended}, by=None)


def test_an_item_becomes_a_draft_with_its_old_dates(organ, plans):
    item = imported(pages.jcms())
    assert (item.status, item.department, item.category) == (Status.DRAFT, organ, plans)
    assert (item.title, item.document_number) == (pages.TITLE, "示政办发〔2021〕5号")
    assert (item.index_number, item.created_on) == ("000000000/2021-00012", dt.date(2021, 3, 2))
    assert timezone.localdate(item.originally_published_at) == dt.date(2021, 3, 5)
    assert item.imported_at
    assert AuditEntry.objects.get(event="import").object_key == str(item.pk)
    assert str(item.theme) == "综合政务\\应急管理"
    assert item.validities.get().starts_on == item.created_on
    assert item.body.startswith("<p>各乡镇人民政府")
    assert "<h2>一、总则</h2>" in item.body
    assert not Item.objects.published().exists()


def test_who_imports_it_counts_as_its_writer(organ, plans):
    clerk = make_staff("公开办", organ)
    original = bring_in(pages.jcms())
    item = import_original(original=original, fields=proposed(original), by=clerk)
    assert (item.created_by, list(item.contributors.all())) == (clerk, [clerk])
    assert list(Item.objects.drafts_of(clerk)) == [item]


def test_the_original_is_kept_byte_for_byte(organ, plans):
    data = pages.trs().encode("gb18030")
    original = bring_in(data)
    original.refresh_from_db()
    assert original.read() == data
    assert original.sha256 == hashlib.sha256(data).hexdigest()
    assert (original.state, original.department) == (State.WAITING, organ)


def test_a_report_brings_its_sections_and_tables(organ):
    tables = made_tables("format_2021", 7)
    for line, row in enumerate(tables["a"]):
        tables["a"][line] = [abs(number) for number in row]
    item = imported(
        pages.report_page(tables, "format_2021", year=2023), created_on=dt.date(2024, 1, 9)
    )
    report = AnnualReport.objects.get()
    assert (report.item, report.year, report.department, report.regime) == (
        item,
        2023,
        organ,
        "format_2021",
    )
    assert [section.title[:2] for section in report.sections.all()] == [
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
        "六、",
    ]
    stored = tables_of(report)
    assert (stored["b"], stored["c"]) == (tables["b"], tables["c"])
    assert float(stored["a"][-1][0]) == tables["a"][-1][0]
    assert (
        "table" not in report.sections.get(position=3).body
    )  # they stand in the report's own tables
    assert "120条" in item.text


def test_a_list_of_statistics_is_stored_as_such(organ):
    rows = "\n".join(f"（{n}）示例指标第{n}项数 | 条 | {n} |" for n in range(6))
    text = f"示例县人民政府办公室2016年政府信息公开工作年度报告\n一、概述\n2016年，公开信息9条。\n统计指标 | 单位 | 统计数 |\n{rows}"
    imported(text, created_on=dt.date(2017, 3, 1))
    assert [row[2] for row in tables_of(AnnualReport.objects.get())["statistics"]] == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]


def test_the_same_bytes_are_taken_in_once(organ, plans):
    first = bring_in(pages.vsb(), "a.html")
    again, is_new = bring_in_original(data=pages.vsb().encode(), name="b.html", by=None)
    assert (again, is_new) == (first, False)
    import_original(original=first, fields=proposed(first), by=None)
    with pytest.raises(ValidationError, match="已经导入"):
        import_original(original=first, fields=proposed(first), by=None)


def test_the_same_information_in_other_bytes_is_not_imported_again(organ, plans):
    imported(pages.jcms())
    other = bring_in(pages.trs())
    with pytest.raises(ValidationError, match="已有同一信息"):
        import_original(original=other, fields=proposed(other), by=None)
    make_report(2023, department=organ)
    report = bring_in(pages.report_page(made_tables("format_2021", 8), "format_2021", year=2023))
    with pytest.raises(ValidationError, match="已有同一信息"):
        import_original(
            original=report, fields={**proposed(report), "created_on": dt.date(2024, 1, 9)}, by=None
        )
    assert Item.objects.count() == 2


def test_what_is_missing_is_said(shelves):
    original = bring_in(pages.jcms())
    with pytest.raises(ValidationError) as caught:
        import_original(original=original, fields=proposed(original), by=None)
    assert caught.value.messages == [
        "没有找到对应的发布机构，请选择。",
        "没有认出所属栏目，请选择。",
    ]


def test_a_clerk_may_decide_against_a_file(organ):
    original = bring_in(pages.jcms())
    set_aside(original=original, reason="与本区无关", by=None)
    original.refresh_from_db()
    assert (original.state, original.reason) == (State.SET_ASIDE, "与本区无关")


def test_an_old_address_leads_to_the_item(client, shelves, government):
    text = f"http://old.example.gov.cn/art/2021/3/5/art_12_345.html\n{pages.TITLE}\n各乡镇：\n现将有关事项通知如下，请认真执行。"
    item = imported(
        text, department=government, category=shelves["personnel"], created_on=dt.date(2021, 3, 2)
    )
    path = "/art/2021/3/5/art_12_345.html"
    assert OldAddress.objects.get().path == path
    assert client.get(path).status_code == 404  # a draft has no address yet
    Item.objects.filter(pk=item.pk).update(
        status=Status.PUBLISHED, index_number="G/2021-1", published_at=timezone.now()
    )
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, "/items/G/2021-1/")
    assert client.get("/art/2021/3/5/art_12_346.html").status_code == 404
    assert client.post(path).status_code == 405


def test_an_old_address_with_a_query_leads_to_the_item(client):
    item = make_item()
    OldAddress.objects.create(path="/content.jsp?urltype=news&wbnewsid=7", item=item)
    assert client.get("/content.jsp?urltype=news&wbnewsid=7")["Location"] == item.get_absolute_url()
    assert client.get("/content.jsp?urltype=news&wbnewsid=8").status_code == 404
    assert client.get("/content.jsp?wbnewsid=%00").status_code == 404


def test_the_command_prints_a_line_a_file_and_stores_nothing(tmp_path):
    (tmp_path / "a.html").write_text(pages.jcms())
    (tmp_path / "b.bin").write_bytes(b"\x89PNG\r\n")
    lines = [json.loads(line) for line in run(tmp_path, dry_run=True, json=True).splitlines()]
    assert [line["file"] for line in lines] == [str(tmp_path / "a.html"), str(tmp_path / "b.bin")]
    wanted = (
        "file kind regime cms trail title organ year created_on published_on document_number index_number validity"
        " sections tables characters doubts error"
    )
    assert set(wanted.split()) <= set(lines[0])
    assert set(lines[0]["tables"]) == {"a", "b", "c"}
    assert (lines[0]["created_on"], lines[0]["error"]) == ("2021-03-02", None)
    assert "图片" in lines[1]["error"]
    assert not LegacyOriginal.objects.exists()


def test_the_command_can_be_run_again(tmp_path, organ, plans):
    folder = tmp_path / "old"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner/a.html").write_text(pages.jcms())
    (folder / "b.txt").write_text("")
    tables = made_tables("format_2019", 1)
    report = pages.report_text(
        tables, "format_2019", pages.as_tabs, year=2019, organ="外地市财政局"
    )
    (folder / "c.txt").write_text(report)
    first = run(folder)
    assert "已导入 1 个" in first or "已导入，有需要核对之处 1 个" in first
    assert "无法导入 1 个" in first
    assert "待确认 1 个" in first
    assert Item.objects.count() == 1
    second = run(folder)
    assert "以前处理过，跳过 2 个" in second
    assert "待确认 1 个" in second  # it still waits for a department
    third = run(folder, department="office")
    assert Item.objects.count() == 1, third  # no day is known: it needs a clerk
    assert "没有成文日期" in third


def test_a_name_in_a_foreign_encoding_stops_nothing(tmp_path, organ, plans):
    folder = tmp_path / "old"
    folder.mkdir()
    with open(bytes(folder) + b"/\xb1\xa8\xb8\xe6.html", "wb") as file:
        file.write(pages.jcms().encode())
    assert "\ufffd" in run(folder, dry_run=True, json=True)
    assert "已导入" in run(folder)
    assert LegacyOriginal.objects.get().name.endswith(".html")


def test_a_report_on_a_year_before_the_regulation_waits(organ):
    tables = made_tables("format_2021", 9)
    original = bring_in(pages.report_page(tables, "format_2021", year=2006))
    with pytest.raises(ValidationError, match="2006"):
        import_original(
            original=original,
            fields={**proposed(original), "created_on": dt.date(2007, 1, 1)},
            by=None,
        )


def test_numbers_the_form_does_not_allow_are_named_and_the_rest_comes_in(organ):
    tables = made_tables("format_2021", 9)
    tables["c"][0][3] = -4
    item = imported(
        pages.report_page(tables, "format_2021", year=2023), created_on=dt.date(2024, 1, 9)
    )
    assert "c" not in tables_of(item.annual_report)
    assert tables_of(item.annual_report)["b"] == tables["b"]
    assert any("没有存入" in doubt for doubt in LegacyOriginal.objects.get().doubts)


def test_the_command_names_what_it_does_not_know(tmp_path):
    with pytest.raises(CommandError, match="没有这个文件"):
        run(tmp_path / "nothing")
    with pytest.raises(CommandError, match="没有这个发布机构"):
        run(tmp_path, department="nobody")


def test_who_sees_which_originals(organ):
    original = bring_in(pages.jcms())
    stranger = make_user(department=make_department("别的机关"))
    assert not LegacyOriginal.objects.visible_to(stranger).exists()
    assert LegacyOriginal.objects.visible_to(make_user("same", department=organ)).get() == original
