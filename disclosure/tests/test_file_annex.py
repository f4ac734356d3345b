"""The annex of a report's file: what the portal checked, set apart, two pages at most."""

import io

import pypdf
import pytest

from disclosure.files.annex import MOST_ROWS, NOTE
from disclosure.files.document import compose
from disclosure.files.editions import public_items
from disclosure.files.facts import Edition
from disclosure.reports.tables.tests.builders import make_tables_report
from documents.blocks.tables import cell_text
from documents.files.pdf import write_pdf
from statutory.tests.builders import whole_tables

pytestmark = pytest.mark.django_db

WRONG = "".join(
    f"<p>第{number}个乡镇公开信息{number}条，其中{'政府网站各个栏目和专栏' * 6}{number + 9}条。</p>"
    for number in range(30, 70)
)


def edition_of(body):
    tables = whole_tables("format_2021") | {"b": [[one + 1] * 7 for one in range(25)]}
    report = make_tables_report(2024, tables=tables, body=body)
    return Edition(public_items().get(pk=report.item_id))


def test_it_takes_two_pages_at_most_and_begins_behind_the_text_of_the_organ():
    edition = edition_of(WRONG)
    assert len([one for one in edition.facts["findings"] if one["verdict"] == "不符"]) >= 40
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(compose(edition), edition))).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    first = next(number for number, text in enumerate(texts) if NOTE[:20] in text)
    assert len(texts) - first <= 2
    assert NOTE[:20] in texts[first][:120]  # on a page of its own


def test_it_names_the_gravest_and_says_how_many_it_leaves_out():
    edition = edition_of(WRONG)
    blocks = compose(edition).blocks
    table = next(block for block in blocks if "is_ours" in block)
    verdicts = [cell_text(cell) for cell in table["cells"] if cell["x"] == 0 and cell["y"]]
    assert verdicts == ["不符"] * MOST_ROWS
    said = "".join(run["s"] for block in blocks if block["t"] == "p" for run in block["c"])
    named = [one for one in edition.facts["findings"] if one["verdict"] != "相符"]
    assert f"另有 {len(named) - MOST_ROWS} 项没有列出。" in said
    assert edition.facts["address"] + "figures/" in said


def test_what_is_right_is_only_counted():
    edition = edition_of("<p>公开信息30条，其中政策20条、其他10条。</p>")
    said = "".join(
        run["s"] for block in compose(edition).blocks if block["t"] == "p" for run in block["c"]
    )
    assert NOTE in said
    assert "核对 " in said
