"""Checkpoints that left the house."""

from django.db import models
from django.db.models import Q

from ledger.models.append_only import AppendOnlyModel
from ledger.models.checkpoint import Checkpoint


class Receipt(AppendOnlyModel):
    """A witness outside has taken a checkpoint: its mail server accepted it, or a time-stamping
    authority (RFC 3161) signed over it. What the portal writes of itself proves nothing to others;
    the time stamp does, and the mail does in the witness's hands.
    """

    class Way(models.TextChoices):
        MAIL = "mail", "邮件"
        TIMESTAMP = "timestamp", "时间戳"

    number = models.IntegerField("序号", primary_key=True)
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="receipts", verbose_name="检查点"
    )
    way = models.CharField("方式", max_length=10, choices=Way)
    witness = models.CharField("见证", max_length=200, help_text="邮箱，或时间戳服务的地址。")
    taken_at = models.DateTimeField("收到时间")
    answer = models.TextField(
        "时间戳", blank=True, help_text="RFC 3161 的应答（DER），Base64。邮件没有。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "检查点的见证"
        ordering = ("-number",)
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="ledger_receipt_counts_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_receipt_stamp_has_answer", condition=Q(way="mail") | ~Q(answer="")
            ),
            models.UniqueConstraint(
                fields=["checkpoint", "way", "witness"], name="ledger_receipt_once_a_witness"
            ),
        ]

    def __str__(self):
        return f"{self.checkpoint}（{self.get_way_display()}）"
