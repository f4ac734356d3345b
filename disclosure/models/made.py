"""Files that the portal made of what is public, known again by their bytes."""

from django.db import models

from disclosure.models.item import Item
from disclosure.models.revision import Revision
from ledger import keys
from ledger.canonical import timestamp
from ledger.models import SigningKey
from ledger.models.append_only import has_length, is_sha256

MADE_FORMAT = "lantai-made-file-1"


class MadeFile(models.Model):
    """One file as it was given away: which state of which item it shows. Hashes only, no words.

    The register's key signs every row, so that whoever can write to the database alone cannot have
    a forged file called ours.
    """

    sha256 = models.CharField("校验码", max_length=64, unique=True, validators=[is_sha256])
    item = models.ForeignKey(Item, models.PROTECT, related_name="made_files", verbose_name="信息")
    # None where no revision was ever recorded of the item.
    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="made_files",
        verbose_name="公开版本",
    )
    extension = models.CharField("格式", max_length=10)
    # Of the facts it was made of: JSON files carry it as `content_sha256`.
    facts_sha256 = models.CharField(
        "数据的校验码", max_length=64, db_index=True, validators=[is_sha256]
    )
    made_at = models.DateTimeField("生成时间")
    key_id = models.CharField("公钥编号", max_length=32)
    signature = models.CharField("签名", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "生成的文件"
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="made_file_sha256_length", condition=has_length("sha256", 64)
            ),
            models.CheckConstraint(
                name="made_file_facts_length", condition=has_length("facts_sha256", 64)
            ),
        ]

    def __str__(self):
        return f"{self.sha256[:12]}…（{self.extension}）"

    def signed(self):
        """What the signature covers."""
        return {
            "format": MADE_FORMAT,
            "sha256": self.sha256,
            "item": self.item_id,
            "revision": self.revision_id,
            "extension": self.extension,
            "facts_sha256": self.facts_sha256,
            "made_at": timestamp(self.made_at),
            "key_id": self.key_id,
        }

    def is_genuine(self):
        """Whether a key of the register signed this row as it is."""
        key = SigningKey.objects.filter(key_id=self.key_id).first()
        return bool(key) and keys.is_signed(
            self.signed(), public_key=key.public_key, signature=self.signature
        )
