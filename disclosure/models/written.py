"""Packages of public items that a command wrote onto a disk of this machine."""

from django.db import models
from django.db.models import Q

from disclosure.models.node import Node
from disclosure.models.takedown import Takedown


class WrittenPackageQuerySet(models.QuerySet):
    """Which."""

    def left(self):
        """Those that lie where they were written, as far as is known."""
        return self.filter(cleared_at=None, missed_at=None)

    def of_machines_at_work(self):
        """A machine that is gone clears nothing any more, and nobody waits for it."""
        return self.filter(machine__in=Node.objects.at_work().values("name"))


class WrittenPackage(models.Model):
    """A file of many items: for the archive and the library (条例 Art. 25), or the annual reports.

    It is recorded so that a removal by law finds it: the file goes, and who was given a copy can be
    told.
    """

    class Kind(models.TextChoices):
        """What wrote it."""

        DEPOSIT = "deposit", "移交资料包"
        REPORTS = "reports", "年度报告数据包"

    kind = models.CharField("种类", max_length=10, choices=Kind)
    scope = models.CharField("范围", max_length=200, help_text="哪些信息：年度、日期。")
    machine = models.CharField("服务器", max_length=255)
    path = models.CharField("位置", max_length=1000)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    # Of the finished file; empty while it is written. Size and time of change tell later whether
    # another file lies there by now.
    sha256 = models.CharField("校验码", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节", default=0)
    changed_ns = models.BigIntegerField("文件修改时间", default=0)
    index_numbers = models.JSONField("所含信息的索引号", default=list)
    cleared_at = models.DateTimeField("删除时间", null=True, blank=True)
    missed_at = models.DateTimeField("发现不在原处的时间", null=True, blank=True)

    objects = WrittenPackageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "写出的资料包"
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(missed_at=None),
                name="package_is_cleared_or_missed_not_both",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}（{self.scope}）"

    @property
    def standing(self):
        """Where it is, for people."""
        if self.cleared_at:
            return "文件已删除"
        return "已不在原处（可能已移交或挪走）" if self.missed_at else "仍在原处，等待删除"

    def holds_any(self, takedowns):
        """Whether something it says was taken away for good since it was begun."""
        numbers = set(self.index_numbers)
        return any(
            one.made_at >= self.made_at and one.item.index_number in numbers for one in takedowns
        )


def packages_holding(item):
    """The packages that hold an item, newest first; those written after it was taken away do not."""
    takedown = item.takedowns.filter(kind=Takedown.Kind.REMOVED).last()
    packages = (
        WrittenPackage.objects.filter(made_at__lte=takedown.made_at)
        if takedown
        else WrittenPackage.objects.all()
    )
    return [package for package in packages if item.index_number in package.index_numbers]


def lying_packages(takedowns):
    """Packages that hold what these have taken away and lie where they were written, on machines
    that are at work.
    """
    return [
        one
        for one in WrittenPackage.objects.left().of_machines_at_work()
        if one.holds_any(takedowns)
    ]


def erasing_takedowns():
    """All that must leave no words behind, with their items."""
    return list(Takedown.objects.erasing().select_related("item"))
