"""Words the public may no longer read, though the act stays on record."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Redaction(models.Model):
    """A subject whose title, notes and facts are hidden in every public view of the register, past entries and future.

    Kept outside the entries, which cannot change; the chain holds salted digests of the words and stays provable.
    """

    subject_kind = models.CharField("对象类别", max_length=30)
    subject_key = models.CharField("对象编号", max_length=200)
    reason = models.CharField("隐去的理由和依据", max_length=500, help_text="只供内部查阅，不对外显示。")
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办账户"
    )
    redacted_at = models.DateTimeField("隐去时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "隐去的文字"
        ordering = ("-redacted_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key"],
                name="ledger_redaction_once_a_subject",
                violation_error_message="这个对象的文字已经隐去。",
            ),
            models.CheckConstraint(name="ledger_redaction_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.subject_kind} {self.subject_key}"
