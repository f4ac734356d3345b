"""`manage.py seed`: fill the portal with its demonstration."""

import sys

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from disclosure.acts import register_lists
from disclosure.erasing import clearing
from ledger import memory
from ledger.actions import make_checkpoint
from ledger.digests.making import make_digest
from ledger.models import Entry
from ledger.signing import fault_of_this_machine
from portal.demonstration import accounts, bulk, corrections, frame, workflow
from portal.demonstration.browsing import seed_views
from portal.demonstration.content import seed_content
from portal.demonstration.guard import refuse_where_real
from search.indexing import index_missing


class Command(BaseCommand):
    """Departments, category tree, items, reports and accounts. Run again, it makes what is missing
    and changes nothing.
    """

    help = "填入演示内容（只用于演示，须设置 DEMO=1）：机构、目录、信息、年报和各角色账号。可以反复运行，已有的内容不会改动。"

    def add_arguments(self, parser):
        """`--items`: a large portal for benchmarks."""
        parser.add_argument(
            "--items",
            type=int,
            default=0,
            metavar="N",
            help="另外生成 N 条信息，供性能测试（不记版本和登记簿）。",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="只检查能不能写入，什么也不改，也不要求数据表已经建好。",
        )
        parser.add_argument("--bars", action="store_true", help="输出到文件时也显示进度。")

    def handle(self, *, items, check=False, bars=False, **options):
        """Seed part by part, each told in a line. A real installation is refused:
        docs/operations.md.
        """
        try:
            refuse_where_real()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if check:
            return
        self.has_bars = bars or sys.stderr.isatty()
        self.stdout.write(f"发布机构：新增 {frame.seed_departments()} 个")
        self.stdout.write(f"公开目录：新增 {frame.seed_categories()} 个，目录树已重建")
        if not Entry.objects.exists():
            memory.forget()  # of a demonstration whose database was thrown away
        register_lists(note="演示内容")
        made = seed_content(lambda records: self._bar(records, "信息和年报"))
        seed_views(made)
        self.stdout.write(f"信息和年报：新增 {len(made)} 条")
        if items:
            with self._bar(None, "批量信息", total=items) as bar:
                bulk.add_items(items, on_batch=bar.update)
            self.stdout.write(f"批量信息：新增 {items} 条")
        index_missing(lambda batches: self._bar(batches, "搜索索引"))
        self._accounts()
        self._sign(accept="填入批量演示内容（示例）" if items else "")
        clearing.finish()  # of what the demonstration withdraws: no tick runs beside it

    def _sign(self, *, accept):
        """The first checkpoint and digest: no tick runs beside a demonstration. `accept`: why what
        is made for measuring, and is on no record, may be there.
        """
        if fault_of_this_machine():  # a demonstration that another machine signs
            return
        try:
            make_checkpoint()
            make_digest(accept=accept)
        except ValidationError as error:
            self.stdout.write("登记簿没有签署：" + "".join(error.messages))

    def _bar(self, iterable, label, total=None):
        """A progress bar on a terminal or where it is wished; else nothing, for a file or a log."""
        return tqdm(
            iterable, desc=label, total=total, unit="条", disable=not self.has_bars, leave=False
        )

    def _accounts(self):
        accounts.seed_accounts()
        workflow.seed_workflow()
        self.stdout.write(f"网页纠错：新增 {corrections.seed_error_reports()} 条")
        self.stdout.write("")
        self.stdout.write(f"演示账号（口令都是 {accounts.PASSWORD}，仅供本机演示）：")
        for username, role, _organ, _name in accounts.ACCOUNTS:
            self.stdout.write(f"  {username:<10}{role}")
