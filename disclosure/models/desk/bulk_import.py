"""A table uploaded for bulk import: kept with who uploaded it and what became of it."""

import uuid

from django.conf import settings
from django.db import models

from disclosure.models.item import Item


def storage_name(batch, filename):
    """A name of our own."""
    return f"imports/{batch.pk}.{batch.extension}"


class BulkImport(models.Model):
    """A file of items (批量导入): first looked through, then taken in as a whole or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("文件", upload_to=storage_name)
    name = models.CharField("文件名", max_length=200)
    extension = models.CharField("格式", max_length=4)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    # What looking through found, or why nothing was taken in (`Outcome.as_json`); None until
    # somebody has looked.
    findings = models.JSONField("检查结果", null=True, blank=True, editable=False)
    # Whoever takes the table in has a mark of his own and says now and then that he lives. Who
    # comes after one that died gives it another mark: the first, if he was only slow, then writes
    # nothing more.
    claim = models.UUIDField("导入标记", null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField("正在导入", null=True, blank=True, editable=False)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    made = models.PositiveIntegerField("导入条数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "批量导入"
        ordering = ("-uploaded_at",)

    def __str__(self):
        return self.name


class StagedItem(models.Model):
    """An item of a table that is taken in a few rows at a time. Until the table is applied nobody
    sees it (`DeskQuerySet.complete`).

    One row (`BulkImport.applied_at`) lets all of them appear; these marks are deleted afterwards.
    """

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="staged", verbose_name="信息"
    )
    batch = models.ForeignKey(
        BulkImport, models.CASCADE, related_name="staged", verbose_name="批量导入"
    )

    class Meta:
        verbose_name = verbose_name_plural = "导入中的信息"

    def __str__(self):
        return f"{self.batch_id}：{self.item_id}"
