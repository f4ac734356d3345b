"""The page of 2009, imported from its text alone, is the report the demonstration made by hand."""

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.utils import timezone

from disclosure.models import AnnualReport, Item, LegacyOriginal

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = project.BASE_DIR / "fixtures/demonstration/documents/songbei-2009.txt"


def everything(report):
    item = report.item
    return {
        "title": item.title,
        "department": report.department,
        "category": item.category,
        "year": report.year,
        "regime": report.regime,
        "genre": item.genre,
        "theme": item.theme,
        "source": item.source,
        "issuer": item.issuer,
        "document_number": item.document_number,
        "created_on": item.created_on,
        "first public": timezone.localdate(item.originally_published_at),
        "opening": item.body,
        "sections": [
            (section.position, section.title, section.body) for section in report.sections.all()
        ],
        "text": item.text,
    }


def test_the_page_of_2009_imported_equals_what_was_made_by_hand(capsys, settings):
    settings.DEMO = True
    call_command("seed")
    made = AnnualReport.objects.get(department__slug="songbei", year=2009)
    by_hand = everything(made)
    # What was published stays for good: the report made by hand steps aside instead.
    AnnualReport.objects.filter(pk=made.pk).update(year=2099)
    Item.objects.filter(pk=made.item_id).update(index_number="elsewhere/2099-1", title="另一份报告")
    capsys.readouterr()
    call_command("import_legacy", str(PAGE))
    imported = AnnualReport.objects.get(department__slug="songbei", year=2009)
    assert everything(imported) == by_hand
    original = LegacyOriginal.objects.get()
    assert original.read() == PAGE.read_bytes()
    assert any("浏览次数" in doubt for doubt in original.doubts)
