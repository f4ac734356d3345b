"""The checklist before submission, point by point."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Category
from catalog.tests.builders import make_category, make_department
from disclosure.checks import Level, run_checks
from disclosure.checks.registry import MAX_OF_A_KIND
from disclosure.checks.subject import Subject
from disclosure.choices import Genre, Status
from disclosure.models import Item
from disclosure.tests.builders import make_attachment, make_item, make_report
from disclosure.tests.test_extraction import make_pdf
from documents.html.richtext import html_to_text
from documents.personal.tests.test_personal_data import CARD, ID

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 20)  # a Friday
SOUND = {
    "title": "松北区关于做好春季防火工作的通知",
    "body": "<h2>一、总体要求</h2><p>各镇、街道办事处要落实责任。</p>",
    "genre": Genre.NOTICE,
    "document_number": "哈松政办发〔2026〕7号",
    "created_on": dt.date(2026, 3, 16),
    "status": Status.DRAFT,
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", _localdate_on(TODAY, timezone.localdate))


def _localdate_on(today, localdate):
    return lambda value=None, zone=None: localdate(value, zone) if value else today


def draft(**fields):
    return make_item(**{**SOUND, **fields})


def findings(item, code=None):
    return [finding for finding in run_checks(item) if code is None or finding.code == code]


def codes(item):
    return [finding.code for finding in run_checks(item)]


def test_a_sound_draft_has_no_findings():
    assert run_checks(draft()) == []


def test_blocking_findings_come_first():
    found = run_checks(draft(title="", genre="", body="<p>联系人手机13845678901</p>"))
    assert [finding.code for finding in found] == [
        "missing-title",
        "personal-mobile",
        "missing-genre",
    ]
    assert [finding.is_blocking for finding in found] == [True, True, False]


def test_it_checks_an_item_that_is_not_saved_yet():
    assert {finding.code for finding in run_checks(Item(title="甲"))} >= {
        "missing-department",
        "missing-category",
        "missing-created-on",
        "missing-content",
    }


def test_an_item_of_attachments_alone_is_complete():
    item = draft(body="")
    assert "missing-content" in codes(item)
    make_attachment(item, content="正文在附件中".encode())
    assert "missing-content" not in codes(item)


def test_a_long_text_wants_a_summary():
    body = f"<p>{'各镇街要落实责任，' * 120}</p>"
    assert "missing-summary" in codes(draft(body=body))
    assert "missing-summary" not in codes(draft(body=body, summary="落实责任"))


def test_a_genre_that_goes_out_under_a_number_wants_one():
    assert "missing-document-number" in codes(draft(document_number=""))
    assert "missing-document-number" not in codes(
        draft(document_number="", genre=Genre.ANNOUNCEMENT)
    )


def test_an_item_in_a_hidden_category_is_pointed_out():
    root = make_category("根")
    item = draft(category=make_category("停用的", parent=root, is_visible=False))
    assert "category-hidden" in codes(item)
    assert "category-hidden" not in codes(draft(category=root))


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("哈松政规〔2026〕3号", True),
        ("哈松政办发[2026]3号", True),
        ("国务院令第711号", True),
        ("2026年第3号", True),
        ("哈松政办发〔2026〕12号-1", True),
        ("哈松政规2026-3号", False),
        ("哈松政规〔26〕3号", False),
        ("〔2026〕3号", False),
        ("哈松政规〔2026〕号", False),
        ("null", False),
    ],
)
def test_it_knows_the_form_of_a_document_number(number, is_right):
    assert ("document-number-form" not in codes(draft(document_number=number))) == is_right


def test_a_document_is_made_before_it_is_published():
    assert "created-in-future" in codes(draft(created_on=dt.date(2026, 3, 21)))
    assert "created-in-future" not in codes(draft(created_on=TODAY))
    early = timezone.make_aware(dt.datetime(2026, 3, 15, 9))
    [finding] = findings(draft(published_at=early), "published-before-created")
    assert (finding.place.name, finding.is_blocking) == ("published_at", True)


@pytest.mark.parametrize(
    ("number", "created_on", "level"),
    [
        ("哈松政规〔2026〕3号", dt.date(2026, 3, 2), None),
        ("哈松政规〔2025〕93号", dt.date(2026, 1, 4), None),
        ("哈松政规〔2025〕93号", dt.date(2026, 3, 2), Level.WARNING),
        ("哈松政规〔2016〕3号", dt.date(2026, 3, 2), Level.BLOCKING),
    ],
)
def test_the_year_of_the_number_is_the_year_of_signing(number, created_on, level):
    found = findings(draft(document_number=number, created_on=created_on), "number-year")
    assert [finding.level for finding in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("created_on", "said"),
    [
        (dt.date(2026, 3, 2), None),
        # Twenty working days over the 28th of February, a Saturday worked.
        (dt.date(2026, 2, 25), "只剩 2 个工作日"),
        (dt.date(2026, 2, 24), "只剩 1 个工作日"),
        (dt.date(2026, 2, 14), "今天是最后一个工作日"),
        (dt.date(2026, 2, 13), "已超过20个工作日"),
    ],
)
def test_it_counts_the_twenty_working_days(created_on, said):
    found = [
        finding
        for finding in run_checks(draft(created_on=created_on))
        if finding.code.startswith("workdays")
    ]
    assert [said in finding.message for finding in found] == ([True] if said else [])
    assert all(finding.level == Level.WARNING for finding in found)


def test_what_is_published_or_came_from_an_old_site_is_not_late():
    old = dt.date(2020, 3, 2)
    assert "workdays-exceeded" not in codes(
        draft(created_on=old, status=Status.PUBLISHED, document_number="")
    )
    moved = timezone.make_aware(dt.datetime(2020, 3, 5))
    assert "workdays-exceeded" not in codes(draft(created_on=old, originally_published_at=moved))


def test_a_moment_after_the_limit_is_pointed_out():
    late = timezone.make_aware(dt.datetime(2026, 5, 6, 9))
    assert "scheduled-too-late" in codes(draft(published_at=late))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p><strong>一、总体要求</strong></p><p>各单位：</p>", "heading-as-paragraph"),
        ("<p>一、总体要求</p><p>要落实责任。</p>", "heading-as-paragraph"),
        ("<p><b>（一）</b><b>加强领导</b></p><p>要落实责任。</p>", "heading-as-paragraph"),
        ("<h3>一、总体要求</h3><p>要落实责任。</p>", "heading-skipped"),
        ("<h2>一</h2><h4>（一）</h4><p>要落实责任。</p>", "heading-skipped"),
        ("<h2></h2><p>要落实责任。</p>", "heading-empty"),
        (
            "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>",
            "table-without-headers",
        ),
        (
            "<table><tr><th>甲</th><th>1</th></tr><tr><td>乙</td><td>2</td></tr></table>",
            "table-without-caption",
        ),
        ("<table><tr><td>排版用</td></tr></table>", "table-for-layout"),
        (
            '<table><tr><th colspan="2">甲</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>',
            "table-merged-cells",
        ),
        (
            '<table><tr><th rowspan="4">甲</th><th>乙</th></tr><tr><td>1</td></tr></table>',
            "table-merged-cells",
        ),
    ],
)
def test_it_sees_what_has_no_structure(body, code):
    assert code in codes(draft(body=body))


@pytest.mark.parametrize(
    "body",
    [
        "<h2>一、总体要求</h2><h3>（一）</h3><h4>1</h4><h2>二、要求</h2><p>要落实责任。</p>",
        "<p>一、张某</p><p>二、李某</p>",
        "<p>一、要加强领导，落实责任。</p><p>具体如下。</p>",
        "<ul><li><p>一、张某</p></li></ul><p>要落实责任。</p>",
        "<p>现将<strong>有关事项</strong>通知如下：</p>",
        (
            '<table><caption>收入</caption><tr><th rowspan="2">项目</th><th colspan="2">金额</th></tr>'
            "<tr><th>甲</th><th>乙</th></tr><tr><td>丙</td><td>1</td><td>2</td></tr></table>"
        ),
    ],
)
def test_it_leaves_sound_structure_alone(body):
    assert run_checks(draft(body=body)) == []


def test_a_picture_needs_words():
    item = draft()
    picture = make_attachment(item, "示意图.png")
    for alternative, is_found in (
        ("", True),
        ("图片1.png", True),
        ("IMG_2031", True),
        ("规划范围示意图", False),
    ):
        item.body = f'<p>如图</p><img src="/attachments/{picture.pk}/a.png" alt="{alternative}">'
        item.save()
        found = findings(item, "picture-without-text")
        assert (bool(found), all(one.can_override for one in found)) == (is_found, True)


def test_links_to_what_is_not_public_are_found_without_leaving_the_house():
    organ = make_department(slug="songbei")
    public, hidden = (
        make_item("公开的", department=organ),
        make_item("草稿", status=Status.DRAFT, department=organ),
    )
    withdrawn = make_item("撤回的", status=Status.WITHDRAWN, department=organ)
    report = make_report(2025, department=organ)
    root = Category.objects.get(parent=None)
    item = draft(department=organ)
    own = make_attachment(item, "自己的.txt")
    foreign = make_attachment(hidden, "别人的.txt")
    right = [
        f"/items/{public.index_number}/",
        f"/catalog/{root.slug}/",
        f"/reports/songbei/{report.year}/",
        "/reports/songbei/",
        "/reports/",
        "/search/?q=1",
        f"/attachments/{own.pk}/x.txt",
        "https://www.songbei.gov.cn/guide/",
        "https://www.gov.cn/nothing/",
        "mailto:xxgk@songbei.gov.cn",
    ]
    wrong = [
        "/items/no-such/2026-00001/",
        f"/items/{withdrawn.index_number}/",
        "/catalog/no-such/",
        "/reports/songbei/2024/",
        "/reports/nobody/",
        f"/attachments/{foreign.pk}/x.txt",
        "/no/such/page",
        f"/admin/disclosure/item/{public.pk}/change/",
        "https://www.songbei.gov.cn/no/such/page",
    ]
    item.body = "".join(
        f'<p><a href="{address}">目标的名称{n}</a></p>'
        for n, address in enumerate([*right, *wrong])
    )
    item.save()
    found = findings(item, "link-not-public")
    assert [finding.excerpt.match for finding in found] == [
        f"目标的名称{n}" for n in range(len(right), len(right) + len(wrong))
    ]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ('<a href="https://www.gov.cn/"></a>', "link-without-text"),
        ("<a>政策原文</a>", "link-without-address"),
        ('<a href="javascript:alert(1)">政策原文</a>', "link-without-address"),
        ('<a href="https://www.gov.cn/">点击这里</a>', "link-says-nothing"),
        ('<a href="#nowhere">回到开头</a>', "link-to-nowhere"),
        ('<a href="http://192.168.1.10/oa/">办公系统</a>', "link-internal-network"),
        ('<a href="http://oa/login">办公系统</a>', "link-internal-network"),
        ('<a href="http://localhost:8000/">办公系统</a>', "link-internal-network"),
        ('<a href="http://[bad/">办公系统</a>', "link-without-address"),
        ('<a href="https://8.8.8.8/">公开的地址</a>', None),
        ('<a href="#s1">第一节</a>', None),
    ],
)
def test_links_have_words_and_an_address(link, code):
    assert codes(draft(body=f"<h2>一、总则</h2><p>见{link}。</p>")) == ([code] if code else [])


def test_attachments_are_there_and_can_be_read():
    item = draft(body="<p>详见附件1、附件3。</p>")
    assert "attachment-mentioned" in codes(item)
    make_attachment(item, "空.txt", b"")
    scan = make_attachment(item, "扫描.pdf", make_pdf("", ""))
    make_attachment(item, "再来一份.pdf", make_pdf("", ""))
    gone = make_attachment(item, "丢失.txt", b"gone")
    gone.file.storage.delete(gone.file.name)
    make_attachment(item, "旧.doc", b"old")
    found = {(finding.code, finding.place.name) for finding in run_checks(item)}
    assert found == {
        ("attachment-missing", "空.txt"),
        ("attachment-scan", "扫描.pdf"),
        ("attachment-scan", "再来一份.pdf"),
        ("attachment-twice", "再来一份.pdf"),
        ("attachment-missing", "丢失.txt"),
        ("attachment-not-checked", "旧.doc"),
    }
    assert findings(item, "attachment-scan")[0].place.attachment_id == scan.pk


def test_a_scan_instead_of_a_text_blocks_and_one_beside_a_text_does_not():
    item = draft()
    make_attachment(item, "扫描.pdf", make_pdf(""))
    assert findings(item, "attachment-scan")[0].level == Level.WARNING
    item.body = ""
    item.save()
    [finding] = findings(item, "attachment-scan")
    assert (finding.level, finding.can_override) == (Level.BLOCKING, True)


def test_a_mention_of_more_attachments_than_there_are_is_pointed_out():
    item = draft(body="<p>详见附件2。</p>")
    make_attachment(item, content=b"1")
    [finding] = findings(item, "attachment-mentioned")
    assert finding.excerpt.match == "详见附件2"
    make_attachment(item, content=b"2")
    assert findings(item, "attachment-mentioned") == []


def test_personal_data_is_found_everywhere_and_in_its_place():
    item = draft(
        title=f"送达公告（{ID}）",
        summary="手机13845678901",
        body="<table><caption>名单</caption><tr><th>姓名</th><th>电话</th></tr>"
        "<tr><td>张某</td><td>138<strong>4567</strong><em>89</em>01</td></tr></table>",
    )
    book = openpyxl.Workbook()
    book.active.append(["李某", 13945678901, CARD])
    buffer = io.BytesIO()
    book.save(buffer)
    make_attachment(item, "名单.xlsx", buffer.getvalue())
    make_attachment(item, f"{ID}.txt", "住址略".encode())
    found = [finding for finding in run_checks(item) if finding.code.startswith("personal")]
    assert [(finding.code, finding.place.name, finding.excerpt.match) for finding in found] == [
        ("personal-identity", "title", ID),
        ("personal-mobile", "summary", "13845678901"),
        ("personal-mobile", "body", "13845678901"),
        ("personal-identity", f"{ID}.txt", ID),
        ("personal-mobile", "名单.xlsx", "13945678901"),
        ("personal-bank-card", "名单.xlsx", CARD),
    ]
    assert all(finding.is_blocking and finding.can_override for finding in found)
    body = found[2].excerpt
    assert html_to_text(item.body)[body.start : body.end] == "13845678901"


def test_what_a_page_carries_unseen_is_read_too():
    item = draft(
        body='<p><a href="mailto:zhangsan@163.com">联系张某</a>或<a href="tel:13845678901">致电</a></p>'
    )
    found = [finding for finding in run_checks(item) if finding.code.startswith("personal")]
    assert [(finding.code, finding.excerpt.match, finding.excerpt.start) for finding in found] == [
        ("personal-email", "zhangsan@163.com", None),
        ("personal-mobile", "13845678901", None),
    ]


def test_words_of_links_and_pictures_are_read_and_other_addresses_are_not():
    mobile = "13845678901"
    unseen = (
        f'<a href="/x/" title="找张某 {mobile}">张某</a>',
        f'<img alt="张某 {mobile}" src="">',
    )
    for body in unseen:
        assert "personal-mobile" in codes(draft(body=f"<p>{body}</p>"))
    body = f'<p><a href="https://a.example.com/?id={mobile}">网页</a></p>'
    assert "personal-mobile" not in codes(draft(body=body))


def test_the_organs_published_contacts_are_not_personal():
    organ = make_department(
        email="Office@organ.example.com", telephone="0451-88104567、13900001111"
    )
    joint = make_department(email="joint@organ.example.com")
    item = draft(
        department=organ,
        body="<p>office@organ.example.com、13900001111、joint@organ.example.com</p>",
    )
    assert codes(item) == ["personal-email"]
    item.joint_departments.add(joint)
    assert codes(item) == []


def test_sections_of_a_report_are_read():
    report = make_report(2025, sections=[("一、总体情况", "<p>联系人13845678901。</p>")])
    [finding] = findings(report.item, "personal-mobile")
    assert (finding.place.name, finding.place.label) == ("section-1", "一、总体情况")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("制作机关null，", "slip-program-word"),
        ("合计#REF!万元", "slip-program-word"),
        ("新收申请 ? 0 件", "slip-question-mark"),
        ("全年主动公开信息  条。", "slip-number-forgotten"),
        ("下发 份，", "slip-number-forgotten"),
        ("曲水府发〔202321号", "slip-number-lost"),
        ("第次会议", "slip-number-lost"),
        ("第 次会议", "slip-number-lost"),
        ("召开第次，", "slip-number-lost"),
        ("于年月日起施行", "slip-number-lost"),
        ("全年主动公开信息349条。", None),
        ("请逐 条，", "slip-number-forgotten"),
        ("是否0收费？0元起", None),
        ("a nullable value, not null here", None),
        ("〔2026〕3号", None),
        ("2026年3月2日", None),
        ("二〇二六年三月二日", None),
        ("每 条，第一 批", None),
    ],
)
def test_it_sees_slips_met_on_real_pages(text, code):
    found = [
        finding.code
        for finding in run_checks(draft(body=f"<p>{text}</p>"))
        if finding.code.startswith("slip")
    ]
    assert found == ([code] if code else [])


def test_units_belong_into_the_heading():
    table = "<table><caption>收入</caption><tr><th>项目</th><th>金额（元）</th></tr>{}</table>"
    rows = "<tr><td>甲</td><td>251000元</td></tr><tr><td>乙</td><td>300</td></tr>"
    [finding] = findings(draft(body=table.format(rows)), "slip-unit-in-cell")
    assert "251000元" in finding.message
    assert (
        findings(draft(body=table.format(rows.replace(">300<", ">300元<"))), "slip-unit-in-cell")
        == []
    )


def test_a_reports_tables_are_filled_and_its_form_is_current():
    table = "<table><caption>表</caption><tr><th>甲</th><th>乙</th></tr><tr><td>1</td><td>/</td></tr></table>"
    report = make_report(
        2025, sections=[("一、总体情况", f"<p>按国办公开办函〔2019〕60号编制。</p>{table}")]
    )
    assert {"report-empty-cells", "report-old-form"} <= set(codes(report.item))
    assert "report-empty-cells" not in codes(draft(body=table))


LONG = (
    "为深入贯彻落实上级部署，切实做好全区防火工作，保障人民群众生命财产安全，现就有关事项通知如下。"
    * 3
)


def test_the_same_item_twice_blocks_and_says_how_alike_they_are():
    organ = make_department()
    first = make_item(
        **{**SOUND, "status": Status.PUBLISHED, "department": organ, "body": f"<p>{LONG}</p>"}
    )
    second = draft(department=organ, document_number="哈松政办发〔2026〕8号", body=f"<p>{LONG}</p>")
    [finding] = findings(second, "duplicate-item")
    assert (finding.related, finding.is_blocking, finding.can_override) == (first.pk, True, True)
    assert "100%" in finding.message
    assert first.index_number in finding.message


def test_a_text_that_is_mostly_another_is_pointed_out_and_a_different_one_is_not():
    organ = make_department()
    make_item("旧通知", department=organ, body=f"<p>{LONG}</p>")
    changed = LONG.replace("防火", "防汛", 1)
    [finding] = findings(draft(department=organ, body=f"<p>{changed}</p>"), "duplicate-body")
    assert "相似 9" in finding.message
    other = (
        "区财政局二〇二六年部门预算公开说明，包括部门职责、机构设置、收支总体情况和三公经费安排等内容。"
        * 3
    )
    assert findings(draft(department=organ, body=f"<p>{other}</p>"), "duplicate-body") == []


def test_a_title_like_another_organs_is_found_and_a_number_of_a_series_is_not():
    make_item("松北区关于做好春季森林防火工作的通知", body="<p>别的内容</p>")
    assert findings(draft(title="松北区关于做好春季森林防火有关工作的通知"), "duplicate-title")
    make_item("松北区政府采购意向公开（第3期）", body="<p>别的内容</p>")
    assert findings(draft(title="松北区政府采购意向公开（第4期）"), "duplicate-title") == []


def test_another_organs_drafts_are_not_given_away():
    make_item(**{**SOUND, "body": f"<p>{LONG}</p>"})
    found = codes(draft(body=f"<p>{LONG}</p>"))
    assert [code for code in found if code.startswith("duplicate")] == []


def test_reports_have_titles_alike_and_no_document_number():
    report, _ = (
        make_report(2025, genre=Genre.REPORT),
        make_report(2025, department=make_department("某局")),
    )
    assert [
        code
        for code in codes(report.item)
        if code in ("duplicate-title", "missing-document-number")
    ] == []


def test_a_document_number_given_twice_is_found():
    organ = make_department()
    first = make_item("第一份", department=organ, document_number="哈松政办发〔2026〕7号")
    [finding] = findings(draft(department=organ), "duplicate-number")
    assert finding.related == first.pk


def test_the_number_of_queries_does_not_grow_with_the_archive(django_assert_max_num_queries):
    organ = make_department()
    item = draft(department=organ, body=f"<p>{LONG}</p>")
    for number in range(30):
        make_item(
            f"松北区关于做好第{number}季防火工作的通知", department=organ, body=f"<p>{LONG}</p>"
        )
    item = Item.objects.select_related("department").get(pk=item.pk)
    with django_assert_max_num_queries(14):
        run_checks(item)


def test_no_text_of_the_archive_is_loaded_whole():
    organ = make_department()
    make_item("长文", department=organ, body=f"<p>{LONG * 400}</p>")
    with CaptureQueriesContext(connection) as queries:
        run_checks(draft(department=organ, body=f"<p>{LONG * 400}</p>"))
    other_items = [query["sql"] for query in queries if '"disclosure_item"."body"' in query["sql"]]
    assert [sql for sql in other_items if sql.startswith("SELECT")] == []


def test_many_findings_of_a_kind_are_summed_up():
    numbers = "".join(f"<p>1384567{n:04d}</p>" for n in range(MAX_OF_A_KIND + 5))
    found = findings(draft(body=numbers), "personal-mobile")
    assert len(found) == MAX_OF_A_KIND
    assert "还有 6 处" in found[-1].message


def test_a_body_out_of_bounds_is_a_finding():
    item = draft()
    item.body = "<b>" * 300 + "深"
    [finding] = findings(item, "body-refused")
    assert finding.is_blocking


def test_every_message_is_a_chinese_sentence_that_ends():
    item = draft(
        title="null，",
        body="<p><b>一、甲</b></p><table><tr><td>1</td></tr></table><a>x</a>",
        genre="",
    )
    for finding in run_checks(item):
        assert finding.message.endswith("。")
        assert str(finding.place) == finding.place.label
        assert finding.level.label in ("必须处理", "请核对")


def test_a_subject_reads_its_attachments_once(monkeypatch):
    item = draft()
    make_attachment(item, content="内容".encode())
    subject = Subject(item)
    assert subject.extractions is subject.extractions
