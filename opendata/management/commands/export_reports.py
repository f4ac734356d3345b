"""`manage.py export_reports`: the package of annual reports that /reports/export/ gives, written to
a file.
"""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from disclosure.erasing.written_packages import RECORDED, write_package
from disclosure.files.editions import chosen_reports
from disclosure.files.formats import FORMATS
from disclosure.files.forms import PARTS, organs_with_reports
from disclosure.files.package import Order, stream_package
from disclosure.models import WrittenPackage


def years_of(text):
    """`2019` or `2008-2023`."""
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise CommandError(f"年度“{text}”无法识别，请写成 2019 或 2008-2023。") from error


class Command(BaseCommand):
    """No bound on the number of reports here: who runs this has the machine."""

    help = "把已公开的年度报告导出为一个 ZIP 文件：报告、附件、统计表数字、公开登记簿和核验程序。"

    def add_arguments(self, parser):
        """Which reports, in which formats, where to."""
        parser.add_argument("output", type=Path, help="写到哪个 ZIP 文件。")
        parser.add_argument(
            "--organ",
            nargs="+",
            default=[],
            metavar="地址名",
            help="机关的地址名，例如 songbei；不写即全部。",
        )
        parser.add_argument(
            "--year", nargs="+", default=[], metavar="年度", help="2019 或 2008-2023；不写即全部。"
        )
        parser.add_argument("--format", nargs="+", default=["pdf", "json"], choices=list(FORMATS))
        parser.add_argument(
            "--without",
            nargs="+",
            default=[],
            choices=[key for key, _ in PARTS],
            help="不要的部分。",
        )

    def handle(self, *, output, **options):
        """Recorded, and written beside the target first: an interrupted run leaves nothing behind."""
        order = Order(
            self._reports(options),
            tuple(options["format"]),
            frozenset(key for key, _ in PARTS) - set(options["without"]),
        )
        number = order.reports.count()
        if not number:
            raise CommandError("没有符合条件的报告。请检查机关的地址名和年度。")
        with self._bar(number) as bar:
            package = write_package(
                kind=WrittenPackage.Kind.REPORTS,
                scope=f"{number} 份年度报告",
                target=output,
                index_numbers=order.reports.values_list("item__index_number", flat=True),
                chunks=stream_package(order, on_report=bar.update),
            )
        self.stdout.write(f"已写入 {output}：{number} 份报告，{package.size:,} 字节。")
        self.stdout.write(RECORDED)

    def _reports(self, options):
        organs = list(organs_with_reports().filter(slug__in=options["organ"]))
        if unknown := set(options["organ"]) - {organ.slug for organ in organs}:
            raise CommandError(
                f"没有这些机关，或者它们没有公开年度报告：{'、'.join(sorted(unknown))}。"
            )
        years = [year for text in options["year"] for year in years_of(text)]
        return chosen_reports(organs=organs, years=years)

    def _bar(self, number):
        return tqdm(
            total=number, desc="年度报告", unit="份", disable=not sys.stderr.isatty(), leave=False
        )
