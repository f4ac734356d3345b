"""Row heads of table B in every format that knows them, heads that keep with their first row, and
dates that are never in the future.
"""

import datetime as dt
import io
import re
import zipfile
from itertools import chain

import lxml.html
import pytest
from django.utils import timezone
from pypdf import PdfReader

from disclosure.acts import record_first_revision
from disclosure.files.editions import public_items
from disclosure.files.facts import Edition
from disclosure.files.formats import FORMATS
from disclosure.files.store import stored_file
from disclosure.reports.tables.tests.builders import make_tables_report

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FIRST = "一、本年新收政府信息公开申请数量"


@pytest.fixture
def edition(db):
    report = make_tables_report(2024)
    # In the early morning here it is still the day before in UTC.
    now = timezone.localtime().replace(hour=0, minute=30)
    type(report.item).objects.filter(pk=report.item_id).update(
        published_at=min(now, timezone.now())
    )
    report.item.refresh_from_db()
    record_first_revision(item=report.item)
    return Edition(public_items().get(pk=report.item_id))


def made(edition, extension):
    return stored_file(edition, FORMATS[extension]).read_bytes()


def elements(element, name):
    """Every structure element of a kind below another."""
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if hasattr(kid, "get"):
            if kid.get("/S") == name:
                yield kid
            yield from elements(kid, name)


def test_the_pdf_marks_what_names_a_row_and_bears_the_moment_of_its_edition(edition):
    content = made(edition, "pdf")
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    bodies = [list(elements(body, "/TR")) for body in elements(root, "/TBody")]
    table_b = next(rows for rows in bodies if len(rows) == 25)
    for row in table_b:
        cells = [*elements(row, "/TH"), *elements(row, "/TD")]
        heads = list(elements(row, "/TH"))
        assert len(cells) - len(heads) == 7
        scopes = [one.get_object().get("/Scope") for head in heads for one in head["/A"]]
        assert scopes.count("/Row") == len(heads) > 0
        assert not any("/Headers" in one.get_object() for cell in cells for one in cell["/A"])
    assert reader.metadata.creation_date == edition.made_at.replace(microsecond=0)
    assert reader.metadata.creation_date <= dt.datetime.now(dt.UTC)
    assert f"sha256:{edition.code}".encode() in content
    assert reader.metadata.producer is None or "pypdf" not in reader.metadata.producer
    assert content == made(edition, "pdf")


def test_html_and_docx_do_too_and_a_head_keeps_with_its_first_row(edition):
    page = lxml.html.fromstring(made(edition, "html"))
    row = next(row for row in page.iter("tr") if FIRST in row.text_content())
    assert [cell.tag for cell in row] == ["th", *["td"] * 7]
    assert row[0].get("scope") == "row"
    with zipfile.ZipFile(io.BytesIO(made(edition, "docx"))) as opened:
        document = opened.read("word/document.xml").decode()
    heads = [
        row for row in re.findall("<w:tr>.*?</w:tr>", document, re.DOTALL) if "tblHeader" in row
    ]
    paragraphs = list(chain.from_iterable(re.findall("<w:p>.*?</w:p>", row) for row in heads))
    assert len(heads) >= 6
    assert all("<w:keepNext/>" in paragraph for paragraph in paragraphs)
