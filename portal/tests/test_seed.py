"""The demonstration: complete, idempotent, word for word where it quotes."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from catalog.integrity import tree_faults
from catalog.models import Category, Section
from catalog.tests.builders import make_category, make_department
from catalog.tree import Tree
from disclosure.choices import ONCE_PUBLIC, Status
from disclosure.models import (
    AnnualReport,
    Attachment,
    IndexSerial,
    Item,
    Review,
    Revision,
    Takedown,
    Theme,
)
from disclosure.pages.browsing import load_tree
from disclosure.reports.matrix import ReportMatrix
from documents.html.richtext import html_to_text
from ledger.verification import verify_chain
from portal.demonstration import accounts, bulk
from portal.models import SiteIdentity

PATH = ["政务公开", "政府信息公开", "区县(市)政府信息公开目录", "松北区政府信息公开"]


def rows():
    models = (Item, AnnualReport, Attachment, Category, IndexSerial, User)
    return {
        model.__name__: list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in models
    }


def squeeze(text):
    return re.sub(r"\s+", "", text)


class TestTheDemonstration(TestCase):
    """Seeded once for all of them."""

    @classmethod
    def setUpTestData(cls):
        folder = Path(cls.enterClassContext(TemporaryDirectory()))
        cls.enterClassContext(
            override_settings(
                DEMO=True,
                MEDIA_ROOT=folder / "media",
                EXPORTS_DIR=folder / "exports",
                JOURNAL_DIR=folder / "journal",
                LEDGER_KEY_FILE=folder / "ledger-key",
            )
        )
        with redirect_stdout(io.StringIO()) as told:
            call_command("seed")
        cls.told = told.getvalue()

    def test_it_leaves_no_withdrawal_for_a_tick_to_finish(self):
        assert Takedown.objects.exists()
        assert not Takedown.objects.unfinished().exists()

    def test_it_tells_an_account_for_each_role(self):
        for role in ("信息员", "审核员", "公开办", "审计员", "系统管理员"):
            assert role in self.told

    def test_a_second_run_changes_nothing(self):
        before = rows()
        call_command("seed")
        assert rows() == before

    def test_the_catalogue_is_that_of_the_2009_report(self):
        assert tree_faults() == []
        tree = Tree.load()
        assert [node.name for node in tree.section(Section.REPORTS).trail] == [
            *PATH,
            "政府信息公开年报",
        ]
        names = [node.name for node in tree.content]
        assert len(names) == 15
        assert names[:3] == ["区长之窗", "领导信息", "政府规章"]
        assert Theme.objects.filter(parent=None).count() == 22

    def test_every_category_of_the_catalogue_holds_something(self):
        assert [node.name for node in load_tree().content if not node.count] == []

    def test_the_2009_report_is_there_word_for_word(self):
        source = (
            project.BASE_DIR / "fixtures/demonstration/documents/songbei-2009.txt"
        ).read_text()
        _head, _, rest = source.partition("字号:[ ]")
        words = squeeze(rest.partition("Produced By")[0])
        report = AnnualReport.objects.get(department__slug="songbei", year=2009)
        parts = [html_to_text(report.item.body)]
        for section in report.sections.all():
            parts += [section.title, html_to_text(section.body)]
        assert squeeze("".join(parts)) == words
        page = self.client.get("/reports/songbei/2009/").content.decode()
        for fact in ("松北区人民政府网站", "2010-03-30", *PATH, "政府信息公开年报"):
            assert fact in page

    def test_the_matrix_shows_reports_and_gaps(self):
        matrix = ReportMatrix.load()
        assert any(row.number for row in matrix.own)
        assert any(row.gaps for row in matrix.own)
        assert {row.department.slug for row in matrix.outside} >= {"shidao"}

    def test_invented_content_is_marked(self):
        invented = Item.objects.filter(imported_at=None, is_removed_by_law=False)
        assert invented.count() > 150
        assert not invented.exclude(title__endswith="（示例）").exists()

    def test_what_is_public_is_on_record_and_something_stands_in_every_state(self):
        assert not Item.objects.filter(status__in=ONCE_PUBLIC, revisions=None).exists()
        assert verify_chain() == []
        assert set(Item.objects.values_list("status", flat=True)) == set(Status)
        assert Review.objects.forced_and_unreviewed().exists()
        assert Item.objects.filter(corrects__isnull=False).exists()
        assert Revision.objects.filter(number=2).exists()

    @pytest.mark.any_database
    def test_a_large_portal_has_unique_numbers_and_right_counters(self):
        before = Item.objects.count()
        call_command("seed", items=500)
        assert Item.objects.count() == before + 500
        for counter in IndexSerial.objects.all():
            numbers = Item.objects.filter(
                index_number__startswith=f"{counter.department.code}/{counter.year}-"
            )
            highest = max(
                (int(number[-5:]) for number in numbers.values_list("index_number", flat=True)),
                default=0,
            )
            assert highest <= counter.last


class TestARealInstallation(TestCase):
    """What is published stays on record for good, so nothing invented comes near a real register."""

    def _refused(self, sentence, **options):
        before = rows()
        with self.assertRaisesMessage(CommandError, sentence):
            call_command("seed", **options)
        assert rows() == before

    def test_it_is_refused_without_demo(self):
        self._refused("这里没有设置 DEMO=1")
        self._refused("这里没有设置 DEMO=1", items=10)

    def test_it_is_refused_with_demo_where_organs_of_ones_own_are(self):
        make_department("示例区人民政府", slug="songbei")
        with override_settings(DEMO=True):
            self._refused("又不是演示内容")

    def test_it_is_refused_with_demo_where_a_catalogue_of_ones_own_is(self):
        make_category("政府信息公开")
        with override_settings(DEMO=True):
            self._refused("又不是演示内容")

    def test_it_is_refused_with_demo_where_an_account_of_ones_own_is(self):
        """A contractor has migrated, made his account and not set the district up yet."""
        User.objects.create_superuser("zhangsan")
        with override_settings(DEMO=True):
            self._refused("已有账号")
            self._refused("已有账号", check=True)

    def test_it_is_refused_with_demo_where_the_site_has_a_name(self):
        SiteIdentity.objects.update(name="示例区人民政府")
        with override_settings(DEMO=True):
            self._refused("网站信息")
            self._refused("网站信息", check=True)

    def test_no_part_of_the_demonstration_goes_round_the_refusal(self):
        for seed in (accounts.seed_accounts, lambda: bulk.add_items(1)):
            with self.assertRaisesMessage(ImproperlyConfigured, "这里没有设置 DEMO=1"):
                seed()
