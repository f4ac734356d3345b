"""Every public item and report as a file: what its reader gets, and who gets none."""

import datetime as dt
import hashlib
import io
import json
import threading
import time
import zipfile
from urllib.parse import unquote

import docx
import lxml.etree as etree
import openpyxl
import pypdf
import pytest
from django.db import connection
from django.utils import timezone

from background import jobs as queue
from background.models import Job
from background.tests.working import do_all
from disclosure.acts.tables import store_tables
from disclosure.choices import Status
from disclosure.files import store
from disclosure.files.facts import Edition
from disclosure.files.formats import FORMATS, Format
from disclosure.models import Item, Validity
from disclosure.tests import export_samples
from disclosure.tests.builders import make_attachment, make_item, make_report
from documents.files import pdf
from documents.files.cells import csv_cell
from statutory.layouts import layouts_for

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TEXTS = ("pdf", "docx", "odt", "html", "md", "txt")


@pytest.fixture
def item(government):
    """An item with everything a body may hold."""
    item = make_item(
        "关于示例的通知",
        department=government,
        document_number="哈松政规〔2026〕3号",
        keywords="示例;测试",
    )
    picture = make_attachment(item, "图.png", export_samples.png())
    shown = f'<figure><img src="{picture.get_absolute_url()}" alt="红色方块"><figcaption>图一</figcaption></figure>'
    item.body = export_samples.RICH + shown
    item.save()
    make_attachment(item, "附件 说明.txt", b"hello")
    Validity.objects.create(
        item=item, state=Validity.State.IN_FORCE, starts_on="2026-03-05", note="示例"
    )
    return item


@pytest.fixture
def report(government):
    """A report with its three statutory tables."""
    report = make_report(
        2023,
        department=government,
        sections=[("一、总体情况", "<p>概述。</p>"), ("三、收到和处理", "")],
    )
    tables = {}
    for key, layout in layouts_for("format_2021").items():
        rows, number = layout.blank(), 100
        for row in rows:
            for place in range(len(row)):
                row[place] = number = number + 1
        tables[key] = rows
    tables["a"][-1][0] = "72701.2578"
    return store_tables(report=report, tables=tables)


def fetch(client, address, **headers):
    response = client.get(address, **headers)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


def text_of(body):
    """What a reader of a file sees, without white space."""
    if body.startswith(b"%PDF"):
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = [
                name for name in package.namelist() if name in {"word/document.xml", "content.xml"}
            ]
            text = "".join(etree.fromstring(package.read(parts[0])).itertext())
    else:
        text = body.decode()
    return "".join(text.split())


@pytest.mark.parametrize("extension", FORMATS)
def test_an_item_is_given_in_every_format(client, item, extension):
    address = f"/items/{item.index_number}.{extension}"
    response, body = fetch(client, address)
    assert response.status_code == 200
    assert response["Content-Type"] == FORMATS[extension].content_type
    assert int(response["Content-Length"]) == len(body) > 100
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert unquote(response["Content-Disposition"].split("UTF-8''")[1]).startswith(
        "关于示例的通知（"
    )
    assert response["Content-Disposition"].isascii()
    assert not response.cookies
    again, nothing = fetch(client, address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, nothing) == (304, b"")
    assert client.head(address)["Content-Length"] == str(len(body))
    for path in store.settings.EXPORTS_DIR.rglob("*.*"):
        path.unlink()
    assert fetch(client, address)[1] == body


@pytest.mark.parametrize("extension", TEXTS)
def test_a_file_shows_what_the_page_shows(client, item, extension):
    text = text_of(fetch(client, f"/items/{item.index_number}.{extension}")[1])
    address = f"https://www.songbei.gov.cn/items/{item.index_number}/"
    digest = json.loads(fetch(client, f"/items/{item.index_number}.json")[1])["content_sha256"]
    for words in (
        "松北区人民政府", item.index_number, address, digest, "哈松政规〔2026〕3号", "开头一段，含", "第二行。罕见字：㐂、龘、",
        "方框☐☑，箭头→，单位㎡。", "乙之四", "引用的话。", "它的解释", "表一收费", "72701.2578", "图一", "附件说明.txt",
        "2026-03-05起现行有效", "有效性", "主动公开", "2026-03-0309:00公开的版本",
    ):  # fmt: skip
        assert words.replace(" ", "") in text, words


def test_json_holds_the_facts_and_the_hash_is_theirs(client, item):
    _, body = fetch(client, f"/items/{item.index_number}.json")
    facts = json.loads(body)
    digest = facts.pop("content_sha256")
    canonical = json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert hashlib.sha256(canonical).hexdigest() == digest
    assert [file["name"] for file in facts["attachments"]] == ["附件 说明.txt"]
    assert [file["name"] for file in facts["pictures"]] == ["图.png"]
    assert facts["validity"] == "现行有效"


def test_a_change_of_the_item_changes_the_file_and_its_tag(client, item):
    address = f"/items/{item.index_number}.txt"
    before = client.get(address)["ETag"]
    item.body += "<p>补充一句。</p>"
    item.save()
    response, body = fetch(client, address)
    assert response["ETag"] != before
    assert "补充一句。" in body.decode()


def test_the_files_of_a_report_stand_at_its_address(client, report):
    response = client.get(f"/items/{report.item.index_number}.pdf")
    assert (response.status_code, response["Location"]) == (301, "/reports/songbei/2023.pdf")
    assert client.get("/reports/songbei/2023.pdf").status_code == 200


def test_statutory_tables_keep_their_merged_cells_and_figures(client, report):
    layout = layouts_for("format_2021")["b"]
    spans = {
        (cell.colspan, cell.rowspan)
        for row in layout.grid
        for cell in row
        if cell.colspan * cell.rowspan > 1
    }
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, "/reports/songbei/2023.xlsx")[1]))
    sheet = book[layout.title[:31]]
    assert {
        (span.size["columns"], span.size["rows"]) for span in sheet.merged_cells.ranges
    } == spans
    assert [cell.value for cell in sheet[4]][3:] == list(report.tables.get(key="b").rows[0])
    html = fetch(client, "/reports/songbei/2023.html")[1].decode()
    assert 'rowspan="22"' in html
    assert html.count('class="wide" role="group" tabindex="0"') == html.count("<table>") > 2
    assert html.count("<td") > 190
    document = docx.Document(io.BytesIO(fetch(client, "/reports/songbei/2023.docx")[1]))
    table = next(table for table in document.tables if len(table.columns) == 10)
    assert table.cell(4, 0).text == "二、上年结转政府信息公开申请数量" == table.cell(4, 2).text
    assert table.cell(5, 0).text == table.cell(20, 0).text == "三、本年度办理结果"


def test_the_csv_of_a_report_has_one_figure_a_line(client, report):
    text = fetch(client, "/reports/songbei/2023.csv")[1].decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "发布机构,索引号,年度,表格,行,列,值"
    assert len(lines) == 1 + 10 + 25 * 7 + 15
    assert any(
        line.endswith(
            "第二十条第（八）项 / 行政事业性收费,第二十条第（八）项 / 本年收费金额（单位：万元）,72701.2578"
        )
        for line in lines
    )
    assert any(
        ",三、本年度办理结果 / （三）不予公开 / 1.属于国家秘密,自然人," in line for line in lines
    )


def test_there_is_no_spreadsheet_of_an_item_without_tables(client, government):
    item = make_item("没有表格", department=government, body="<p>文字</p>")
    response = client.get(f"/items/{item.index_number}.xlsx")
    assert response.status_code == 404
    assert "没有表格" in response.content.decode()
    assert ".xlsx" not in client.get(item.get_absolute_url()).content.decode()


def test_drafts_have_no_files_and_a_withdrawn_item_leaves_its_notice(client, government):
    draft = make_item("草稿", department=government, status=Status.DRAFT, index_number="X/2026-1")
    gone = make_item("撤回", department=government, status=Status.WITHDRAWN)
    assert client.get(f"/items/{draft.index_number}.pdf").status_code == 404
    response = client.get(f"/items/{gone.index_number}.pdf")
    assert response.status_code == 410
    assert "已撤回" in response.content.decode()


def test_files_of_what_is_not_there_are_not_found(client, db):
    for address in (
        "/items/none.pdf",
        "/reports/none/2023.pdf",
        "/items/a%00b.pdf",
        "/items/%ed%a0%80.pdf",
    ):
        assert client.get(address).status_code == 404, address


def test_files_are_only_read(client, item):
    assert client.post(f"/items/{item.index_number}.txt").status_code == 405


def test_the_page_links_the_files_with_their_sizes_once_made(client, item):
    before = client.get(item.get_absolute_url()).content.decode()
    assert f'href="/items/{item.index_number}.pdf"' in before
    assert f'href="/items/{item.index_number}.json"' in before
    _, body = fetch(client, f"/items/{item.index_number}.txt")
    after = client.get(item.get_absolute_url()).content.decode()
    assert f".txt，{len(body) / 1024:.1f}" in after


def test_a_document_beyond_the_bounds_is_refused_with_another_way(client, item, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    response = client.get(f"/items/{item.index_number}.pdf")
    assert response.status_code == 413
    assert f"/items/{item.index_number}.html" in response.content.decode()
    monkeypatch.setattr(pdf, "_compile", None)  # it is not tried again
    assert client.get(f"/items/{item.index_number}.pdf").status_code == 413


def test_when_all_places_are_taken_a_job_makes_the_file_and_the_page_says_how_far(client, item):
    with store.slot(), store.slot():
        response = client.get(f"{item.get_absolute_url().rstrip('/')}.pdf")
        again = client.get(f"{item.get_absolute_url().rstrip('/')}.pdf")
    assert (response.status_code, response["Retry-After"]) == (503, "3")
    assert response["Refresh"].startswith("3; url=/")
    assert "马上开始生成" in response.content.decode()
    assert Job.objects.get().label.startswith("生成 PDF 文件")  # one, however often it is asked for
    assert again.status_code == 503
    do_all()
    assert store.found_file(Edition(item), FORMATS["pdf"]).is_file()
    assert client.get(f"{item.get_absolute_url().rstrip('/')}.pdf").status_code == 200


def test_nobody_waits_in_a_thread_for_a_place(client, item):
    began = time.monotonic()
    with store.slot(), store.slot():
        client.get(f"{item.get_absolute_url().rstrip('/')}.pdf")
    assert time.monotonic() - began < store.SECONDS_TO_WAIT / 2


def test_a_full_queue_asks_to_come_again_later(client, item, monkeypatch):
    monkeypatch.setattr(queue, "MOST_PUBLIC", 0)
    with store.slot(), store.slot():
        response = client.get(f"{item.get_absolute_url().rstrip('/')}.pdf")
    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert not Job.objects.exists()


def test_a_file_of_what_is_public_no_more_is_not_made(client, item):
    with store.slot(), store.slot():
        client.get(f"{item.get_absolute_url().rstrip('/')}.pdf")
    Item.objects.filter(pk=item.pk).update(published_at=timezone.now() + dt.timedelta(days=1))
    do_all()
    assert (Job.objects.get().state, Job.objects.get().words) == (
        "failed",
        "这条信息已不再公开，文件没有生成。",
    )


@pytest.mark.django_db(transaction=True)
def test_of_several_who_want_a_file_one_makes_it(item):
    edition, made = Edition(Item.objects.get(pk=item.pk)), []
    begin = threading.Barrier(4)

    def write(document, edition):
        made.append(1)
        return b"content"

    slow = Format("txt", "示例", "text/plain", write, is_heavy=True)

    def ask():
        begin.wait()
        try:
            assert store.stored_file(edition, slow).read_bytes() == b"content"
        finally:
            connection.close()

    edition.facts["body"]["html"] = (
        "<p>无图</p>"  # pictures would be asked for in the database, which threads share not
    )
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_store_keeps_within_its_room(item, settings):
    settings.EXPORTS_MAX_BYTES = store.SHELVES * 250
    shelf = settings.EXPORTS_DIR / "aa"
    shelf.mkdir(parents=True)
    for number in range(4):
        store._put(shelf / f"{number}.txt", b"x" * 100)
        store.os.utime(shelf / f"{number}.txt", (number, number))
    assert sorted(path.name for path in shelf.iterdir()) == ["2.txt", "3.txt"]


def test_a_name_no_file_system_takes_becomes_one_it_takes(client, government):
    item = make_item('../"\\/:*?<>|\u202e名\r\nSet-Cookie: a', department=government)
    response = client.get(f"/items/{item.index_number}.txt")
    name = unquote(response["Content-Disposition"].split("UTF-8''")[1])
    assert not set('/\\:*?"<>|\r\n\u202e') & set(name)
    assert "Set-Cookie" not in response.headers
    assert csv_cell(item.title).startswith("..")
