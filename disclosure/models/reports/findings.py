"""What was found in a public report, kept so that pages and files need not examine it again."""

from django.db import models

from disclosure.models.reports.report import AnnualReport

NOTHING = models.Value([], models.JSONField())


class ReportFindings(models.Model):
    """The findings of one public report and the traces of its paragraphs. Derived: it may be
    deleted and is made anew.

    It holds as long as `stamp`, the digest of all that was examined and of the rules' version, is
    that of the report. `kinds` and `version` are what lists of findings are chosen by.
    """

    report = models.OneToOneField(
        AnnualReport, models.CASCADE, related_name="findings", verbose_name="年度报告"
    )
    stamp = models.CharField("依据", max_length=64)
    findings = models.JSONField("核对结果", default=list)
    identities = models.JSONField("表格核对结果", default=list, db_default=NOTHING)
    kinds = models.TextField("结论和种类", blank=True, default="", db_default="")
    version = models.PositiveSmallIntegerField("规则版本", default=0, db_default=0)
    paragraphs = models.JSONField("段落特征", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "文字数据核对"

    def __str__(self):
        return f"{self.report}：文字数据核对"
