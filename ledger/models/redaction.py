"""Words the public may no longer read, though the act stays on record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RedactionQuerySet(models.QuerySet):
    """Which redactions."""

    def in_force(self):
        """Those nobody has lifted."""
        return self.filter(lifted_at=None)

    def about(self, subject_kind, subject_key):
        """Those of one subject."""
        return self.filter(subject_kind=subject_kind, subject_key=str(subject_key))


class Redaction(models.Model):
    """A subject whose title, notes and facts are hidden in every public view of the register.

    Kept outside the entries, which cannot change; the chain holds salted digests of the words and
    stays provable. It is never deleted (`ledger.guards`): one person asks to show the words again,
    another agrees, and the register says so.
    """

    subject_kind = models.CharField("对象类别", max_length=30)
    subject_key = models.CharField("对象编号", max_length=200)
    until_sequence = models.IntegerField(
        "到第几条为止",
        null=True,
        blank=True,
        help_text="只隐去这一条登记和更早的；留空则隐去全部，包括以后的登记。",
    )
    reason = models.CharField(
        "隐去的理由和依据", max_length=500, help_text="只供内部查阅，不对外显示。"
    )
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办账户",
    )
    redacted_at = models.DateTimeField("隐去时间", auto_now_add=True)
    lift_reason = models.CharField(
        "恢复显示的理由",
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="写入公开登记簿，公众可以看到。",
    )
    lift_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="申请恢复的人",
    )
    lift_asked_at = models.DateTimeField("申请恢复时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="同意恢复的人",
    )
    lifted_at = models.DateTimeField("恢复显示时间", null=True, blank=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "隐去的文字"
        ordering = ("-redacted_at",)
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="ledger_redaction_subject")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key"],
                condition=Q(lifted_at=None, until_sequence=None),
                name="ledger_redaction_once_a_subject",
                violation_error_message="这个对象的文字已经隐去。",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key", "until_sequence"],
                condition=Q(lifted_at=None, until_sequence__isnull=False),
                name="ledger_redaction_once_until",
                violation_error_message="这个对象到这一条为止的文字已经隐去。",
            ),
            models.CheckConstraint(name="ledger_redaction_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="ledger_redaction_lifted_by_a_second_person",
                condition=Q(lifted_at=None, lifted_by=None)
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False, lift_asked_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                    & ~Q(lift_reason="")
                ),
                violation_error_message="恢复显示须由另一个人同意。",
            ),
        ]

    def __str__(self):
        return f"{self.subject_kind} {self.subject_key}"
