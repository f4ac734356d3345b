"""Themes (主题分类): the State Council's 22 classes and their second level."""

from django.db import models, transaction

from catalog.models import PublicStamp


class Theme(models.Model):
    """One class of the State Council's list, written `综合政务\\政务公开` at the second level. Filled by a migration."""

    name = models.CharField("名称", max_length=30)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="一级主题",
    )
    position = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "主题分类"
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="theme_name_once_under_parent")
        ]

    def __str__(self):
        return f"{self.parent.name}\\{self.name}" if self.parent_id else self.name

    def save(self, *args, **kwargs):
        """Names stand on public pages: tell their caches, in one transaction with the change."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            PublicStamp.objects.bump()

    def delete(self, *args, **kwargs):
        """As for `save()`."""
        with transaction.atomic():
            PublicStamp.objects.bump()
            return super().delete(*args, **kwargs)
