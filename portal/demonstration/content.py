"""The items and annual reports of the demonstration."""

from django.db import transaction
from django.utils.html import escape

from disclosure.acts.tables import store_explanations, store_tables
from disclosure.models import AnnualReport
from disclosure.reports.tables.account import Account
from documents.html.plaintext import recognise
from portal.demonstration.data import document_text, read
from portal.demonstration.shelf import Shelf, raise_serials
from portal.demonstration.tables import render_table

MARK = "本条为演示内容，用于展示平台功能，不是真实的政府信息。"


@transaction.atomic
def seed_content(progress=iter):
    """Put every missing record on the shelf; return the ids of the items made. `progress` wraps the
    list of records.

    All or nothing: an interrupted run leaves no half of an item behind.
    """
    shelf = Shelf()
    records = [record for name in ("documents", "items", "reports") for record in read(name)]
    missing = [record for record in records if not shelf.has(record)]
    made = [add_record(shelf, record).pk for record in progress(missing)]
    for record in missing:
        if record.get("interprets") or record.get("validity"):
            shelf.relate(record)
    raise_serials([shelf.key(record) for record in missing if record.get("number")])
    for record in missing:
        shelf.put_on_record(record)
    return made


def add_record(shelf, record):
    """One item, or one annual report where the record names a year."""
    opening, sections = compose(record)
    if "year" not in record:
        return shelf.add(
            record, opening + "".join(f"<h2>{escape(title)}</h2>{body}" for title, body in sections)
        )
    record = {
        "category": "annual-reports",
        "genre": "报告",
        "theme": "综合政务\\政务公开",
        **record,
    }
    item = shelf.add(record, opening)
    report = AnnualReport.objects.create(item=item, department=item.department, year=record["year"])
    for position, (title, body) in enumerate(sections, start=1):
        report.sections.create(position=position, title=title, body=body)
    item.save()  # the text search reads holds the sections too
    store_tables(report=report, tables=record.get("tables", {}))
    if "explanations" in record:
        places = {account.rule.code: account.places for account in Account.of(report).rules}
        explanations = {code: (text, places[code]) for code, text in record["explanations"].items()}
        store_explanations(report=report, explanations=explanations)
    return item


def compose(record):
    """The opening's HTML and the sections (title, HTML) of a record: from a document of its own, or
    written out.
    """
    if file := record.get("file"):
        document = recognise(document_text(file))
        sections = [(section.title, section.html) for section in document.sections]
        opening = document.opening_html
    else:
        opening, sections = html(record.get("body", ())), []
    for section in record.get("sections", ()):
        sections.append((section["title"], html(section["body"])))
    if record.get("is_example"):
        opening = f"<p>{MARK}</p>" + opening
    return opening, sections


def html(parts):
    """Parts of a body: a paragraph of text, `## ` heading, `- ` entry of a list, or a table written
    as an object.
    """
    written, entries = [], []
    for part in [*parts, None]:
        if isinstance(part, str) and part.startswith("- "):
            entries.append(f"<li>{escape(part[2:])}</li>")
            continue
        if entries:
            written.append(f"<ul>{''.join(entries)}</ul>")
            entries = []
        if part is not None:
            written.append(_part(part))
    return "".join(written)


def _part(part):
    if isinstance(part, dict):
        return render_table(part)
    if part.startswith("<"):
        return part  # HTML as its organ published it; the field sanitises it
    for mark, tag in (("## ", "h2"), ("### ", "h3")):
        if part.startswith(mark):
            return f"<{tag}>{escape(part[len(mark) :])}</{tag}>"
    return f"<p>{escape(part)}</p>"
