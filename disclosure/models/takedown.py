"""What was taken out of public view."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from disclosure.models.item import Item


class TakedownQuerySet(models.QuerySet):
    """Which."""

    def unfinished(self):
        """Something of them may still be kept somewhere."""
        return self.filter(finished_at=None)

    def newest_key(self):
        """The key of the newest, 0 where there is none."""
        return self.aggregate(key=models.Max("pk"))["key"] or 0

    def erasing(self):
        """Those after which no words may be left, not even where nobody reads them."""
        return self.exclude(kind=Takedown.Kind.WITHDRAWN)


class Takedown(models.Model):
    """One act by which something left the public's sight. Finished when no machine keeps anything
    of it any more.
    """

    class Kind(models.TextChoices):
        """How far it goes."""

        WITHDRAWN = "withdrawn", "撤回"
        HIDDEN = "hidden", "隐去旧版"
        REMOVED = "removed", "依法删除"

    item = models.ForeignKey(Item, models.PROTECT, related_name="takedowns", verbose_name="信息")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    made_at = models.DateTimeField("办理时间", auto_now_add=True)
    # Names in the storage, all of them ours: what a crash between the act and the deletion would
    # leave behind.
    files = models.JSONField("要删除的文件", default=list, blank=True)
    finished_at = models.DateTimeField("清除完成时间", null=True, blank=True)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "撤下"
        ordering = ("-pk",)
        indexes = [
            models.Index(
                fields=["id"],
                name="takedown_unfinished",
                condition=models.Q(finished_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def backups_hold_until(self):
        """The last day on which a backup may still hold it: they are kept `BACKUP_KEEP_DAYS`."""
        return timezone.localdate(self.made_at) + dt.timedelta(days=settings.BACKUP_KEEP_DAYS)
