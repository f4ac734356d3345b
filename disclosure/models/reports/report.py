"""Annual reports on disclosure work (政府信息公开工作年度报告, 条例 Arts. 49–50)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from catalog.models import Department
from disclosure.models.fields import SanitizedHTMLField
from disclosure.models.item import Item

FIRST_YEAR = 2008  # the Regulation came into force on 2008-05-01


class Regime(models.TextChoices):
    """The national form a report had to follow, by the year it reports on."""

    NARRATIVE = "narrative", "叙述式（2008—2013年度）"
    STATISTICS = "statistics", "统计表式（2014—2018年度）"
    FORMAT_2019 = "format_2019", "2019年格式（国办公开办函〔2019〕60号）"
    FORMAT_2021 = "format_2021", "2021年格式（国办公开办函〔2021〕30号）"

    @classmethod
    def for_year(cls, year):
        """The regime a report on `year` falls under."""
        if year <= 2013:
            return cls.NARRATIVE
        if year <= 2018:
            return cls.STATISTICS
        return cls.FORMAT_2019 if year <= 2020 else cls.FORMAT_2021


class AnnualReportQuerySet(models.QuerySet):
    """Which reports."""

    def published(self, moment=None):
        """Reports whose item passes the one gate."""
        return self.filter(Exists(Item.objects.published(moment).filter(pk=OuterRef("item_id"))))

    def with_row(self):
        """What a list of reports shows."""
        return self.select_related("item", "department").defer("item__body", "item__text")


class AnnualReport(models.Model):
    """The report of one organ on one year. Numbering, publication, counts, attachments and search
    are its item's.

    The item's body is the report's opening paragraph; the rest stands in `sections`.
    """

    item = models.OneToOneField(
        Item, models.CASCADE, related_name="annual_report", verbose_name="信息"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="annual_reports", verbose_name="报告机关"
    )
    year = models.PositiveSmallIntegerField(
        "报告年度", help_text="报告所述的年度，不是发布的年度。"
    )
    regime = models.CharField("报告格式", max_length=12, choices=Regime)
    # The report of an item that corrects another stands beside the public one until it is
    # published.
    is_correction = models.BooleanField("更正稿", default=False, editable=False)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        ordering = ("-year", "department")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "year"],
                condition=Q(is_correction=False),
                name="annual_report_once_a_year",
                violation_error_message="这个机关这一年度的报告已经存在。",
            ),
            models.CheckConstraint(
                name="annual_report_year_in_range",
                condition=Q(year__gte=FIRST_YEAR, year__lte=2100),
                violation_error_message="报告年度应在 2008 年以后。",
            ),
        ]

    def __str__(self):
        return f"{self.department} {self.year} 年度报告"

    def save(self, *args, **kwargs):
        """The regime follows from the year unless the clerk says otherwise."""
        self.regime = self.regime or Regime.for_year(self.year)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The report's permanent address, one per organ and year."""
        return reverse("report-detail", args=[self.department.slug, self.year])


class ReportSection(models.Model):
    """One top-level section of a report, as headed in it (一、总体情况 …)."""

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="sections", verbose_name="年度报告"
    )
    position = models.PositiveSmallIntegerField("序号")
    title = models.CharField("标题", max_length=100, help_text="含序号，例如“一、总体情况”。")
    body = SanitizedHTMLField("内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "章节"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"],
                name="report_section_position_once",
                violation_error_message="序号重复。",
            )
        ]

    def __str__(self):
        return self.title
