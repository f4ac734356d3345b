"""Signed statements of where the register stood, and the keys that signed them."""

from django.db import models
from django.db.models import Q

from ledger import canonical
from ledger.models.append_only import AppendOnlyModel, has_length, is_sha256

CHECKPOINT_FORMAT = "lantai-checkpoint-1"
KEY_FORMAT = "lantai-key-1"


class SigningKey(AppendOnlyModel):
    """An Ed25519 public key of the portal. Old ones stay, or old checkpoints could not be checked."""

    number = models.IntegerField("序号", primary_key=True)
    key_id = models.CharField(
        "公钥编号", max_length=32, unique=True, help_text="公钥的 SHA-256 的前 32 位。"
    )
    public_key = models.CharField("公钥", max_length=64, help_text="32 字节，十六进制。")
    made_at = models.DateTimeField("启用时间")
    # The key before this one signs it, so that whoever trusted the old one can go on; the first one
    # signs itself.
    endorsed_by = models.CharField("背书的公钥", max_length=32)
    endorsement = models.CharField(
        "背书的签名", max_length=128, help_text="前一把密钥的签名；第一把由自己签名。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "签名公钥"
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(name="ledger_key_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="ledger_key_public_length", condition=has_length("public_key", 64)
            ),
            models.CheckConstraint(
                name="ledger_key_endorsement_length", condition=has_length("endorsement", 128)
            ),
        ]

    def __str__(self):
        return self.key_id

    def endorsed(self):
        """What the key before this one signs."""
        return {
            "format": KEY_FORMAT,
            "number": self.number,
            "public_key": self.public_key,
            "made_at": canonical.timestamp(self.made_at),
            "endorsed_by": self.endorsed_by,
        }


class Checkpoint(AppendOnlyModel):
    """On this day the register had so many entries and its last hash was this: signed, for
    outsiders to keep.
    """

    number = models.IntegerField("序号", primary_key=True)
    day = models.DateField("日期")
    made_at = models.DateTimeField("签发时间")
    sequence = models.IntegerField(
        "登记条数", help_text="也是最后一条的序号：登记簿从 1 开始，中间没有空号。"
    )
    entry_hash = models.CharField("最后一条的校验码", max_length=64, validators=[is_sha256])
    key = models.ForeignKey(
        SigningKey,
        models.PROTECT,
        to_field="key_id",
        related_name="checkpoints",
        verbose_name="公钥编号",
    )
    signature = models.CharField("签名", max_length=128, help_text="Ed25519，64 字节，十六进制。")

    class Meta:
        verbose_name = verbose_name_plural = "检查点"
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(
                name="ledger_checkpoint_counts_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_checkpoint_not_empty", condition=Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_checkpoint_hash_length", condition=has_length("entry_hash", 64)
            ),
            models.CheckConstraint(
                name="ledger_checkpoint_signature_length", condition=has_length("signature", 128)
            ),
            models.UniqueConstraint(
                fields=["day", "sequence"], name="ledger_checkpoint_once_a_day_and_head"
            ),
        ]

    def __str__(self):
        return f"{self.day} 第 {self.sequence} 条"

    @property
    def count(self):
        """How many entries the register had; the same as the last sequence, for there are no gaps."""
        return self.sequence

    def signed(self):
        """What the signature covers."""
        return {
            "format": CHECKPOINT_FORMAT,
            "number": self.number,
            "day": self.day.isoformat(),
            "made_at": canonical.timestamp(self.made_at),
            "sequence": self.sequence,
            "entry_hash": self.entry_hash,
            "key_id": self.key_id,
        }
