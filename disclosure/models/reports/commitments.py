"""Problems and promises of an annual report, and how the next one answers them."""

from django.db import models
from django.db.models import Q

from disclosure.models.reports.report import AnnualReport


class Commitment(models.Model):
    """A problem an organ named in its report, or a measure it promised. Taken from the text when it
    becomes public.
    """

    class Kind(models.TextChoices):
        """Which of the two."""

        PROBLEM = "problem", "问题"
        MEASURE = "measure", "措施"

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="commitments", verbose_name="年度报告"
    )
    position = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    text = models.CharField("内容", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "问题和承诺"
        ordering = ("report", "position")
        constraints = [
            models.UniqueConstraint(fields=["report", "text"], name="commitment_once_a_report"),
            models.CheckConstraint(name="commitment_says_something", condition=~Q(text="")),
        ]

    def __str__(self):
        return self.text


class CommitmentAnswer(models.Model):
    """What the next year's report says became of it."""

    class Status(models.TextChoices):
        """How far it got."""

        DONE = "done", "已完成"
        PARTLY = "partly", "部分完成"
        NOT_DONE = "not_done", "未完成"

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="answers", verbose_name="问题或承诺"
    )
    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="answers", verbose_name="回应的报告"
    )
    status = models.CharField("落实情况", max_length=8, choices=Status)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "落实情况"
        ordering = ("commitment",)
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "report"], name="commitment_answered_once_a_report"
            ),
        ]

    def __str__(self):
        return f"{self.commitment}：{self.get_status_display()}"
