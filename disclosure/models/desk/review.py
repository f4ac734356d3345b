"""Who submitted what, who looked at it, and what was decided on which basis (保密审查, 条例 Arts.
14–18).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from disclosure.choices import DisclosureMode
from disclosure.models.item import Item
from disclosure.models.rules import bases


class ReviewQuerySet(models.QuerySet):
    """Which reviews."""

    def open(self):
        """Submitted, and neither decided nor taken back."""
        return self.filter(outcome=Review.Outcome.OPEN)

    def forced_and_unreviewed(self):
        """Forced publications at which nobody but who forced them has looked."""
        return self.filter(outcome=Review.Outcome.FORCED, reviewed_by=None)

    def visible_to(self, user):
        """Reviews of items in a member of staff's scope."""
        return self.filter(item__in=Item.objects.visible_to(user).values("pk"))


class Review(models.Model):
    """One submission of an item, or of its correction, and what became of it. Kept for good.

    `content_sha256` says what was submitted: a decision holds for that and nothing else.
    """

    class Outcome(models.TextChoices):
        """What became of a submission."""

        OPEN = "open", "待审核"
        APPROVED = "approved", "审核通过"
        RETURNED = "returned", "退回修改"
        RECALLED = "recalled", "提交人收回"
        FORCED = "forced", "公开办直接公开"
        REASSESSED = "reassessed", "定期评估，继续不公开"

    item = models.ForeignKey(Item, models.PROTECT, related_name="reviews", verbose_name="信息")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", auto_now_add=True)
    submission_note = models.CharField("提交说明", max_length=500, blank=True)
    content_sha256 = models.CharField("所提交内容的校验码", max_length=64)
    outcome = models.CharField("结果", max_length=12, choices=Outcome, default=Outcome.OPEN)
    mode = models.CharField("审查结论", max_length=10, choices=DisclosureMode, blank=True)
    basis = models.CharField("法律依据", max_length=10, choices=bases.CHOICES, blank=True)
    note = models.CharField("审查意见", max_length=1000, blank=True)
    next_review_on = models.DateField("下次评估日期", null=True, blank=True)
    forced_reason = models.CharField("直接公开的理由", max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    revision_number = models.PositiveIntegerField("公开为第几版", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核记录"
        ordering = ("-submitted_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(outcome="open"),
                name="review_one_open_an_item",
                violation_error_message="这条信息已经提交，正在等待审核。",
            ),
            models.CheckConstraint(
                name="review_not_by_who_submitted",
                condition=Q(reviewed_by=None)
                | Q(outcome__in=("recalled", "reassessed"))
                | ~Q(reviewed_by=F("submitted_by")),
                violation_error_message="提交人不能审核自己提交的信息。",
            ),
            models.CheckConstraint(
                name="review_approved_has_mode_basis_and_reviewer",
                condition=~Q(outcome="approved")
                | (
                    ~Q(mode="")
                    & ~Q(basis="")
                    & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                ),
                violation_error_message="审核通过须有结论、依据和审核人。",
            ),
            models.CheckConstraint(
                name="review_forced_has_a_reason",
                condition=~Q(outcome="forced") | ~Q(forced_reason=""),
                violation_error_message="直接公开须写明理由。",
            ),
            models.CheckConstraint(
                name="review_returned_has_a_note",
                condition=~Q(outcome="returned") | ~Q(note=""),
                violation_error_message="退回须写明意见。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                name="review_forced_unreviewed",
                condition=Q(outcome="forced", reviewed_by__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.get_outcome_display()}（{self.item}）"


class FindingOverride(models.Model):
    """A blocking finding of the checklist that somebody set aside, with the reason. Kept for the
    auditor.

    `fingerprint` binds it to the words it was given for: where they change, the finding is back.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="overrides", verbose_name="信息")
    fingerprint = models.CharField("指纹", max_length=64)
    code = models.CharField("检查项", max_length=60)
    place = models.CharField("位置", max_length=300)
    message = models.TextField("检查结果")
    excerpt = models.CharField("原文", max_length=500, blank=True)
    reason = models.CharField("保留的理由", max_length=500)
    # 解密 (保守国家秘密法 Art. 24): which organ decided it, by which paper, when.
    decided_by_organ = models.CharField(
        "作出解密决定的机关", max_length=100, blank=True, default="", db_default=""
    )
    decision_number = models.CharField(
        "解密决定文号", max_length=100, blank=True, default="", db_default=""
    )
    decided_on = models.DateField("解密日期", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="填写人"
    )
    made_at = models.DateTimeField("填写时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查保留意见"
        ordering = ("-made_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="finding_override_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="请写明保留的理由。",
            ),
            models.UniqueConstraint(fields=["item", "fingerprint"], name="finding_override_once"),
            models.CheckConstraint(
                name="finding_override_of_secrecy_has_a_decision",
                condition=~Q(code="secrecy-mark")
                | (
                    ~Q(decided_by_organ="")
                    & ~Q(decision_number="")
                    & Q(decided_on__isnull=False)
                    & Q(made_by__isnull=False)
                ),
                violation_error_message="密级标志只能凭解密决定处理：须写明机关、文号和日期。",
            ),
        ]

    def __str__(self):
        return f"{self.place}：{self.message}"[:80]
