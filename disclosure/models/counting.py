"""Browse counts (浏览次数): one row an item and day, and what is needed to count one visitor once in 30 minutes."""

from django.db import models

from disclosure.models.item import Item


class DailyViews(models.Model):
    """How often an item was read on a day (Asia/Shanghai). The sum over days is `Item.view_count`."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="daily_views", verbose_name="信息")
    day = models.DateField("日期")
    views = models.PositiveIntegerField("浏览次数")

    class Meta:
        verbose_name = verbose_name_plural = "每日浏览"
        ordering = ("-day",)
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="daily_views_once_a_day")]
        indexes = [models.Index(fields=["day"], name="daily_views_day")]

    def __str__(self):
        return f"{self.day}：{self.views}"


class DailySalt(models.Model):
    """The random salt of a day's visitor hashes. It is deleted after its day, and with it all trace of who read what."""

    day = models.DateField("日期", unique=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self):
        return str(self.day)


class RecentVisit(models.Model):
    """A salted hash of (item, visitor) and when it was last counted; rows older than a day are deleted."""

    visitor = models.BinaryField("访客散列", max_length=16, unique=True)
    counted_at = models.DateTimeField("计入时间", db_index=True)

    def __str__(self):
        return str(self.counted_at)
