"""`manage.py check_reports`: examine all public annual reports anew, after the rules of the
examination have changed.
"""

import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from catalog.models import PublicStamp
from disclosure.models import AnnualReport, ReportFindings
from disclosure.reports.findings.stored import store_findings


class Command(BaseCommand):
    """Reports whose findings still hold are passed over; interrupted, it goes on where it stopped."""

    help = "重新核对已公开年度报告的文字数据（核对规则更新后运行一次）。"

    def handle(self, **options):
        """One report at a time, each in its own transaction."""
        reports = (
            AnnualReport.objects.published().select_related("item", "department").order_by("pk")
        )
        for report in tqdm(
            reports.iterator(100), total=reports.count(), unit="份", disable=not sys.stderr.isatty()
        ):
            store_findings(report)
        PublicStamp.objects.bump()
        found = ReportFindings.objects.values_list("findings", flat=True)
        broken = sum(any(one["verdict"] == "broken" for one in findings) for findings in found)
        self.stdout.write(f"已核对 {reports.count()} 份报告，其中 {broken} 份有不符之处。")
