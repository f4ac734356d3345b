"""The statutory tables of an annual report as numbers, and what its organ says where they do not
add up.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from disclosure.models.reports.report import AnnualReport
from statutory.values import clean_rows, to_python


class ReportTableQuerySet(models.QuerySet):
    """Which tables. Rows are validated on every way into the database, so the ways that skip
    `save()` validate too.
    """

    def bulk_create(self, objs, *args, **kwargs):
        """Validate each table first."""
        objs = list(objs)
        for table in objs:
            table.validate_rows()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs, fields, *args, **kwargs):
        """Validate each table first."""
        objs = list(objs)
        for table in objs:
            table.validate_rows()
        return super().bulk_update(objs, fields, *args, **kwargs)

    def update(self, **values):
        """Rows depend on their report's form, which an update of many cannot know."""
        if "rows" in values:
            raise TypeError(
                "rows of statutory tables are saved one table at a time, so that they are validated"
            )
        return super().update(**values)


class ReportTable(models.Model):
    """One table of one report: its rows in the form's order (see `statutory.layouts`)."""

    class Key(models.TextChoices):
        """Which table of the form."""

        A = "a", "主动公开政府信息情况"
        B = "b", "收到和处理政府信息公开申请情况"
        C = "c", "政府信息公开行政复议、行政诉讼情况"
        STATISTICS = "statistics", "政府信息公开情况统计表"

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="tables", verbose_name="年度报告"
    )
    key = models.CharField("表", max_length=12, choices=Key)
    rows = models.JSONField("数据")

    objects = ReportTableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "统计表"
        ordering = ("key",)
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key"],
                name="report_table_once",
                violation_error_message="这份报告已经有这张表。",
            ),
            models.CheckConstraint(
                name="report_table_key_known",
                condition=Q(key__in=["a", "b", "c", "statistics"]),
                violation_error_message="没有这张表。",
            ),
        ]

    def __str__(self):
        return f"{self.report}：{self.get_key_display()}"

    def save(self, *args, **kwargs):
        """Nothing is stored that does not fit the form."""
        self.validate_rows()
        super().save(*args, **kwargs)

    def validate_rows(self):
        """Bring the rows into their stored form, or raise ValidationError."""
        self.rows = clean_rows(self.report.regime, self.key, self.rows)

    def clean(self):
        """The same for forms."""
        try:
            self.validate_rows()
        except ValidationError as error:
            raise ValidationError({"rows": error.messages}) from error

    @property
    def values(self):
        """The rows as numbers: int, `Decimal` for money, None for blanks."""
        return to_python(self.report.regime, self.key, self.rows)


class IdentityExplanation(models.Model):
    """Why an identity does not hold in a report, in the organ's words; printed with the report.

    It speaks for `places` as they were when it was written: an inequality that appears later asks
    for a new one.
    """

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="explanations", verbose_name="年度报告"
    )
    code = models.CharField("勾稽关系", max_length=12)
    text = models.TextField("说明", max_length=1000)
    places = models.JSONField("涉及的格", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "勾稽关系说明"
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="identity_explained_once"),
            models.CheckConstraint(
                name="identity_explanation_says_something", condition=~Q(text="")
            ),
        ]

    def __str__(self):
        return f"{self.report}：{self.code}"
