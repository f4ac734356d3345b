"""`manage.py deposit_package --year 2026 DIR/2026.zip`: what the archive and the public library
receive (条例 Art. 25).
"""

import datetime as dt
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from disclosure.erasing.written_packages import RECORDED, write_package
from disclosure.files.formats import FORMATS
from disclosure.models import WrittenPackage
from opendata.handing_over.deposit import LASTING, Span, stream_deposit

FIRST_YEAR = 1949


class Command(BaseCommand):
    """Recorded, and written beside the target first: an interrupted run leaves nothing behind."""

    help = "生成移交国家档案馆、公共图书馆的资料包（条例第二十五条）：信息文件、附件、目录、撤回清单、公开登记簿和核验程序。"

    def add_arguments(self, parser):
        """Which items, where to."""
        parser.add_argument("output", type=Path, help="写到哪个 ZIP 文件。")
        parser.add_argument("--year", type=int, metavar="年", help="这一年公开的信息。")
        parser.add_argument(
            "--since",
            metavar="日期",
            help="这一天以后公开或更正的信息，例如 2026-10-01（上次移交的日期）。",
        )
        parser.add_argument("--format", nargs="+", default=list(LASTING), choices=list(FORMATS))

    def handle(self, *, output, **options):
        span = Span(self._year(options["year"]), self._day(options["since"]))
        if span == Span():
            raise CommandError("请用 --year 写明年度，或者用 --since 写明上次移交的日期。")
        number, withdrawn = span.items().count(), span.withdrawn().count()
        if not number and not withdrawn:
            raise CommandError(
                "这段时间没有公开、也没有撤回的信息，没有生成资料包。请检查年度和日期。"
            )
        if not output.parent.is_dir():
            raise CommandError(f"没有目录 {output.parent}，请先建立它。")
        with tqdm(
            total=number, desc="移交资料包", unit="条", disable=not sys.stderr.isatty(), leave=False
        ) as bar:
            package = write_package(
                kind=WrittenPackage.Kind.DEPOSIT,
                scope=span.words,
                target=output,
                index_numbers=span.items().values_list("index_number", flat=True),
                chunks=stream_deposit(span, formats=tuple(options["format"]), on_item=bar.update),
            )
        self.stdout.write(
            f"已写入 {output}：{number} 条信息，{withdrawn} 条撤回记录，{package.size:,} 字节。"
        )
        self.stdout.write(RECORDED)

    def _year(self, year):
        if year is not None and not FIRST_YEAR <= year <= 9998:
            raise CommandError(f"年度“{year}”无法识别，请写成 2026。")
        return year

    def _day(self, text):
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError as error:
            raise CommandError(f"日期“{text}”无法识别，请写成 2026-10-01。") from error
