"""`manage.py reindex`: the full-text index built anew, or completed, while the portal is in use."""

import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from search.indexing import index_missing, rebuild


class Command(BaseCommand):
    """Searches read the old index until the new one is complete; what is published meanwhile is in
    both.
    """

    help = (
        "重建全文搜索索引；--missing 只补上还没有编入索引的信息。网站可以照常使用，可以反复运行。"
    )

    def add_arguments(self, parser):
        """`--missing`: only what no act of publication has indexed."""
        parser.add_argument(
            "--missing", action="store_true", help="只补上还没有编入索引的信息（导入或升级之后）。"
        )

    def handle(self, *, missing, **options):
        """Build, with a bar on a terminal."""
        number = (index_missing if missing else rebuild)(self._bar)
        self.stdout.write(f"搜索索引：{'补上' if missing else '重建，共'} {number} 条信息")

    def _bar(self, batches):
        return tqdm(
            batches, desc="搜索索引", unit="批", disable=not sys.stderr.isatty(), leave=False
        )
