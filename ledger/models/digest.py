"""What the public reads, in digests: row by row as it was last accounted for, and a signed sum a day."""

from django.db import models
from django.db.models import Q

from ledger import canonical
from ledger.models.append_only import AppendOnlyModel, has_length, is_sha256
from ledger.models.checkpoint import SigningKey

DIGEST_FORMAT = "lantai-digest-1"


class PublicRow(models.Model):
    """The digest of one row the public reads, as the last digest accounted for it. It holds no word
    of the row, and moments of a millionth of a second in it keep it from being guessed.
    """

    table = models.CharField("表", max_length=60)
    key = models.CharField("行", max_length=64)
    subject = models.CharField("对象编号", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, validators=[is_sha256])
    # What may only grow, of rows that count (views of a day).
    amount = models.BigIntegerField("数量", null=True, blank=True)
    sequence = models.IntegerField("登记簿到第几条")
    audited = models.IntegerField("审计日志到第几条")

    class Meta:
        verbose_name = verbose_name_plural = "公开内容的摘要"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["table", "key"], name="ledger_public_row_once"),
            models.CheckConstraint(
                name="ledger_public_row_sha256_length", condition=has_length("sha256", 64)
            ),
        ]

    def __str__(self):
        return f"{self.table} {self.key}"


class PublicDigest(AppendOnlyModel):
    """On this day the public could read so many rows of each table, with these roots: signed."""

    number = models.IntegerField("序号", primary_key=True)
    day = models.DateField("日期")
    made_at = models.DateTimeField("签发时间")
    sequence = models.IntegerField("登记簿到第几条")
    entry_hash = models.CharField("最后一条的校验码", max_length=64, validators=[is_sha256])
    audited = models.IntegerField("审计日志到第几条")
    tables = models.JSONField("各表的行数和根", default=list)
    count = models.IntegerField("行数")
    root = models.CharField("根", max_length=64, validators=[is_sha256])
    unexplained = models.IntegerField("没有登记解释的不同", default=0)
    note = models.CharField("认可的说明", max_length=500, blank=True)
    key = models.ForeignKey(
        SigningKey,
        models.PROTECT,
        to_field="key_id",
        related_name="digests",
        verbose_name="公钥编号",
    )
    signature = models.CharField("签名", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "公开内容的每日摘要"
        ordering = ("-number",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="ledger_digest_counts_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_digest_signature_length", condition=has_length("signature", 128)
            ),
        ]

    def __str__(self):
        return f"{self.day} 共 {self.count} 行"

    def signed(self):
        """What the signature covers."""
        return {
            "format": DIGEST_FORMAT,
            "number": self.number,
            "day": self.day.isoformat(),
            "made_at": canonical.timestamp(self.made_at),
            "sequence": self.sequence,
            "entry_hash": self.entry_hash,
            "audited": self.audited,
            "tables": self.tables,
            "count": self.count,
            "root": self.root,
            "unexplained": self.unexplained,
            "note": self.note,
            "key_id": self.key_id,
        }
