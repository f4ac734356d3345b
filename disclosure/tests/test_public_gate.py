"""Walks every public address with drafts, withdrawn, future-dated, expired and hidden items, and
finds none of them.
"""

import datetime as dt
import io
import zipfile

import pypdf
import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category
from catalog.tests.builders import make_category
from disclosure.acts import record_first_revision, start_correction
from disclosure.acts.registering import record_revision
from disclosure.choices import Status, Term
from disclosure.files.formats import FORMATS
from disclosure.models import Revision
from disclosure.tests.builders import make_attachment, make_item, make_report, make_staff
from ledger.models import Act

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRET = "绝不公开的秘密"
OF_ONE_RECORD = (
    "item-",
    "report-",
    "revision-",
    "attachment",
    "old-address",
    "healthz",
)  # these filter nothing


@pytest.fixture
def hidden_things(shelves, government):
    """One item of every kind that is not public, with an attachment each, and a draft report."""
    with tree_write():
        parent = Category.objects.get(slug="procurement")
        parent.is_visible = False
        parent.save()
    below = make_category("隐藏栏目之下", slug="below-hidden", parent=parent)
    kinds = [
        {"status": Status.DRAFT, "index_number": "G/2026-1"},
        {"published_at": timezone.make_aware(dt.datetime(2999, 1, 1))},
        {"term": Term.LIMITED, "disclosed_until": dt.date(2020, 1, 1)},
        {"category": below},
        {"status": Status.WITHDRAWN, "is_removed_by_law": True},
    ]
    public = make_item("公开的信息", category=shelves["personnel"])
    items = []
    for number, kind in enumerate(kinds):
        fields = {
            "category": shelves["personnel"],
            "body": f"<p>{SECRET}</p>",
            "summary": SECRET,
            **kind,
        }
        item = make_item(f"{SECRET}{number}", **fields)
        item.interprets.add(public)
        remember(item)
        make_attachment(item, f"{SECRET}.txt", SECRET.encode())
        items.append(item)
    clerk = make_staff("信息员", public.department)
    record_first_revision(item=public)
    correction = start_correction(item=public, by=clerk)
    type(correction).objects.filter(pk=correction.pk).update(
        title=SECRET, body=SECRET, change_note=SECRET
    )
    make_attachment(correction, f"{SECRET}.txt", SECRET.encode())
    items.append(correction)
    make_report(
        2010,
        department=government,
        status=Status.DRAFT,
        body=SECRET,
        category=shelves["annual-reports"],
    )
    make_report(2011, department=government, category=shelves["annual-reports"])
    return public, items


def remember(item):
    """A revision of what was once public, whatever became of it since."""
    if item.status != Status.DRAFT:
        item.title = (
            "登记过的信息"  # in this call alone: the register keeps the title of what was public
        )
        with transaction.atomic():
            record_revision(Act.PUBLISH, item, None)


def addresses(public, items):
    """Every public address by url name; a name that is missing here fails the test."""
    everything = [public, *items]
    return {
        "home": [()],
        "sitemap": [()],
        "about": [()],
        "about-counts": [()],
        "about-accessibility": [()],
        "about-privacy": [()],
        "preferences": [()],
        "preferences-css": [()],
        "healthz-live": [()],
        "healthz-ready": [()],
        "metrics": [()],
        "csp-report": [()],
        "correction-new": [()],
        "correction-query": [()],
        "category-index": [()],
        "category-detail": [
            (slug,)
            for slug in ("personnel", "procurement", "below-hidden", "affairs", "annual-reports")
        ],
        "item-detail": [(item.index_number,) for item in everything],
        "item-file": [(public.index_number, extension) for extension in FORMATS]
        + [
            (item.index_number, extension)
            for item in items
            for extension in ("pdf", "html", "json")
        ],
        "item-code": [(item.index_number,) for item in everything],
        "report-code": [("songbei", 2010), ("songbei", 2011)],
        "item-history": [(item.index_number,) for item in everything],
        "item-revision": [(item.index_number, 1) for item in everything],
        "item-revision-changes": [(item.index_number, 2) for item in everything],
        "report-history": [("songbei", 2010), ("songbei", 2011)],
        "report-revision": [("songbei", 2010, 1), ("songbei", 2011, 1)],
        "report-revision-changes": [("songbei", 2010, 2), ("songbei", 2011, 2)],
        "revision-by-hash": [(revision.content_sha256,) for revision in Revision.objects.all()],
        "revision-content": [(revision.content_sha256,) for revision in Revision.objects.all()],
        "item-view": [(item.index_number,) for item in everything],
        "item-counts": [(item.index_number,) for item in everything],
        "category-list-file": [
            (slug, "csv") for slug in ("personnel", "procurement", "below-hidden", "affairs")
        ]
        + [("personnel", "xlsx"), ("personnel", "json")],
        "category-catalogue": [
            (slug,) for slug in ("personnel", "procurement", "below-hidden", "affairs")
        ],
        "organ-detail": [("songbei",), *((item.department.slug,) for item in items)],
        "organ-catalogue": [("songbei",), *((item.department.slug,) for item in items)],
        "organ-list-file": [(item.department.slug, "csv") for item in items],
        "register-feed": [()],
        "search-list-file": [("csv",)],
        "rules-list-file": [("csv",)],
        "report-export": [()],
        "report-export-file": [()],
        "report-list-file": [("csv",)],
        "organ-report-list-file": [("songbei", "csv")],
        "report-list": [()],
        "organ-report-list": [("songbei",)],
        "organ-table": [("songbei", key) for key in ("a", "b", "c")],
        "year-table": [(key, year) for key in ("a", "b", "c") for year in (2023, 2024)],
        "report-detail": [("songbei", 2010), ("songbei", 2011)],
        "report-file": [
            ("songbei", year, extension)
            for year in (2010, 2011)
            for extension in ("html", "txt", "json")
        ],
        "report-counts": [("songbei", 2010), ("songbei", 2011)],
        "report-figures": [("songbei", 2010), ("songbei", 2011)],
        "finding-list": [()],
        "attachment": [(file.pk, file.name) for item in items for file in item.attachments.all()],
        "old-address": [(f"art/2026/3/2/art_1_{item.pk}.html",) for item in everything],
        "search": [()],
        "search-suggestions": [()],
        "guide": [()],
        "robots": [()],
        "api-catalog": [()],
        "security-txt": [()],
        "favicon": [()],
        "data": [()],
        "data-api": [()],
        "data-dcat": [()],
        "data-file": [
            (name,) for name in ("items.jsonl.gz", "catalog.csv.gz", "MANIFEST.json", "none")
        ],
        "sitemap-index": [()],
        "sitemap-section": [("columns",), ("2026",), ("2999",)],
        "item-feed": [()],
        "search-feed": [()],
        "organ-feed": [("songbei",)],
        "category-feed": [("personnel",), ("below-hidden",)],
        "rules": [()],
        "register": [()],
        "register-entry": [(1,)],
        "register-verify": [()],
        "register-about": [()],
        "register-export": [()],
        "register-checkpoints": [()],
        "register-checkpoint-feed": [()],
        "register-checkpoint": [(1,)],
        "register-digests": [()],
        "register-timestamp": [(1,)],
        "register-verifier": [()],
    }


def url_names():
    """All names in the URL configuration but the admin's."""
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def readable(body):
    """The text of an answer; of a packed file (DOCX, ODT, XLSX), that of its parts."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b"".join(package.read(name) for name in package.namelist())
    if body.startswith(b"%PDF-"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace")


def test_no_public_address_shows_what_is_not_public(client, hidden_things):
    names = addresses(*hidden_things)
    assert url_names() == set(names)
    for name, calls in names.items():
        for args in calls:
            address = reverse(name, args=args)
            for query in (
                ("",)
                if name.startswith(OF_ONE_RECORD)
                else ("", f"?q={SECRET[:2]}", "?sort=views&year=2999")
            ):
                response = client.get(address + query)
                body = (
                    b"".join(response.streaming_content) if response.streaming else response.content
                )
                # What the reader typed is printed back; the rest of the secret must not be.
                assert SECRET not in readable(body), address + query


def test_the_walk_would_find_a_leak(client, hidden_things):
    public, _ = hidden_things
    type(public).objects.filter(pk=public.pk).update(title=SECRET)
    assert SECRET in client.get(f"/items/{public.index_number}/").content.decode()
    assert SECRET in client.get("/").content.decode()
