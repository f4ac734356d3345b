"""Not one file with a table holds a formula, whatever anybody has typed: public lists and files,
packages, lists of the desk.
"""

import contextlib
import csv
import gzip
import io
import zipfile

import openpyxl
import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from catalog.locks import tree_write
from catalog.models import Category
from disclosure.acts import record_first_revision
from disclosure.tests.builders import make_attachment, make_item, make_report
from documents.files.cells import looks_like_formula
from documents.files.tests.test_cells import PREFIXES
from portal.tests.desk_world import World, patterns
from portal.tests.public_routes import filled
from portal.tests.public_routes import patterns as public_patterns

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORMULA = "cmd|'/C calc'!A0"
TABLES = ("csv", "xlsx")


def words(prefix):
    return f"{prefix}{FORMULA}"


@pytest.fixture
def loaded(shelves, government, settings, tmp_path):
    """Items, a report, names of organs and columns, all of which begin as a formula does."""
    settings.DATA_DIR = tmp_path
    government.name = government.short_name = words("=")
    government.save()
    with tree_write():
        column = Category.objects.get(slug="personnel")
        column.name = column.description = words("+")
        column.save()
    cells = "".join(f"<tr><td>{words(prefix)}</td><td>1</td></tr>" for prefix in PREFIXES)
    body = f"<table><caption>{words('@')}</caption><tr><th>{words('=')}</th><th>{words('-')}</th></tr>{cells}</table>"
    for number, prefix in enumerate(PREFIXES):
        said = words(prefix.replace("\0", ""))  # a database refuses what a cell has to drop
        fields = {
            "summary": said,
            "keywords": said,
            "issuer": said,
            "source": said,
            "document_number": said,
        }
        item = make_item(
            said,
            department=government,
            category=column,
            index_number=f"={number}",
            body=body,
            **fields,
        )
        make_attachment(item, f"{words('=')}.txt".replace("/", ""), b"x")
    record_first_revision(item=item)
    make_item(words("="), department=government, category=shelves["rules"])
    sections = [(words("="), f"<p>受理5件，其中网上3件、信函1件。</p>{body}")]
    report = make_report(
        2011, department=government, category=shelves["annual-reports"], sections=sections
    )
    with transaction.atomic():
        record_first_revision(item=report.item)
    call_command("bulk_data", verbosity=0)


def formulas(name, content):
    """(file, cell) of every cell that a spreadsheet would work out, in a file or in the files
    packed in it.
    """
    if name.endswith(".gz"):
        yield from formulas(name[:-3], gzip.decompress(content))
    elif name.endswith(".csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            yield from (
                (name, cell) for cell in row if looks_like_formula(cell) and not is_number(cell)
            )
    elif name.endswith(".xlsx"):
        package = zipfile.ZipFile(io.BytesIO(content))
        yield from (
            (name, part)
            for part in package.namelist()
            if part.endswith(".xml") and b"<f>" in package.read(part)
        )
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            yield from (
                (name, cell.value) for row in sheet for cell in row if cell.data_type == "f"
            )
    elif name.endswith(".zip"):
        package = zipfile.ZipFile(io.BytesIO(content))
        for part in package.namelist():
            yield from formulas(part, package.read(part))


def is_number(cell):
    try:
        return float(cell) is not None
    except ValueError:
        return False


def found_in(client, address, name):
    """Formulas in one answer; the answer is a file, or the walk proves nothing."""
    response = client.get(address)
    assert response.status_code == 200, address
    content = response.getvalue()
    assert FORMULA[:3] in readable(name, content), address
    return [(address, *where) for where in formulas(name, content)]


def readable(name, content):
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    if content.startswith(b"PK"):
        package = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(package.read(part) for part in package.namelist())
    return content.decode(errors="replace")


def public_tables():
    """(address, name of a file) of every public file with a table, in both formats."""
    real = {"slug": "songbei", "index_number": "=3", "year": "2011", "name": "catalog.csv.gz"}
    for name, route in public_patterns():
        if name.endswith("-file") and "extension" in route:
            query = "?q=cmd" if name == "search-list-file" else ""
            yield from (
                (filled(route, real | {"extension": kind}) + query, f"x.{kind}") for kind in TABLES
            )
    yield "/data/files/catalog.csv.gz", "catalog.csv.gz"
    yield (
        "/reports/export.zip?organ=songbei&year=2011&format=csv&format=xlsx&part=figures&part=findings",
        "x.zip",
    )


def test_no_public_file_holds_a_formula(client, loaded):
    tables = list(public_tables())
    assert len(tables) > 16
    assert [one for address, name in tables for one in found_in(client, address, name)] == []


def test_no_list_of_the_desk_holds_a_formula(db):
    """World's records of every kind, with their words turned into formulas where a field takes any."""
    world, client, asked = World(), Client(), 0
    client.force_login(world.people["superuser"])
    auditor = Client()
    auditor.force_login(world.people["审计员"])
    for label, record in world.own.items():
        if (
            record is None
            or label.startswith(("ledger.", "workdays."))
            or label == "disclosure.revision"
        ):
            continue  # the register takes nothing anybody types after the event
        for field in filter(is_free_text, record._meta.fields):
            with (
                contextlib.suppress(DatabaseError),
                transaction.atomic(),
            ):  # what the database knows to be something else
                type(record).objects.filter(pk=record.pk).update(**{field.name: words("=")})
    for name, pattern, _ in patterns():
        if not name.endswith("_export"):
            continue
        for kind in TABLES:
            reader = auditor if pattern.startswith("ledger/auditentry/") else client
            response = reader.get(f"/admin/{pattern}?export_format={kind}")
            assert response.status_code == 200, pattern
            assert list(formulas(f"x.{kind}", response.getvalue())) == [], pattern
            asked += 1
    assert asked > 30
    template = client.get("/admin/disclosure/item/import/template/")
    assert list(formulas("x.xlsx", template.getvalue())) == []


def is_free_text(field):
    is_text = (
        field.get_internal_type() in {"CharField", "TextField"}
        and not field.choices
        and field.editable
    )
    return is_text and not field.unique and (field.max_length or 99) >= len(words("="))
