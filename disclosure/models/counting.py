"""Browse counts (浏览次数): one row an item and day, and what is needed to count one visitor once
in 30 minutes.
"""

from django.db import models
from django.db.models import Q

from disclosure.models.item import Item


class DailyViews(models.Model):
    """How often an item was read on a day (Asia/Shanghai). The sum over days is `Item.view_count`."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="daily_views", verbose_name="信息")
    day = models.DateField("日期")
    views = models.PositiveIntegerField("浏览次数")

    class Meta:
        verbose_name = verbose_name_plural = "每日浏览"
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(fields=["item", "day"], name="daily_views_once_a_day")
        ]
        indexes = [models.Index(fields=["day"], name="daily_views_day")]

    def __str__(self):
        return f"{self.day}：{self.views}"


class SiteViews(models.Model):
    """How often all items together were read on a day: what the home page adds up, at any number of
    items.
    """

    day = models.DateField("日期", unique=True)
    views = models.PositiveBigIntegerField("浏览次数")

    class Meta:
        verbose_name = verbose_name_plural = "全站每日浏览"
        ordering = ("-day",)

    def __str__(self):
        return f"{self.day}：{self.views}"


class DailySalt(models.Model):
    """The random salt of a day's visitor hashes. It is deleted after its day, and with it all trace
    of who read what.
    """

    day = models.DateField("日期", unique=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self):
        return str(self.day)


class RecentVisit(models.Model):
    """A salted hash of (item, visitor) and when it was last counted; rows that decide nothing any
    more are deleted.
    """

    visitor = models.BinaryField("访客散列", max_length=16, unique=True)
    counted_at = models.DateTimeField("计入时间", db_index=True)

    def __str__(self):
        return str(self.counted_at)


class RollUp(models.Model):
    """One row for all machines: the number of the last roll-up of journals, and the lock that lets
    one run at a time.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    number = models.PositiveBigIntegerField("汇总次数", default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="roll_up_one_row", condition=Q(id=1))]

    def __str__(self):
        return str(self.number)


class JournalMark(models.Model):
    """How far into a journal views have been counted; written in one transaction with the counts."""

    name = models.CharField(max_length=64, unique=True)
    offset = models.PositiveBigIntegerField(default=0)
    marked_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"{self.name}：{self.offset}"
