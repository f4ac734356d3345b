"""Index numbers (索引号): `机构代码/YYYY-NNNNN`, 国办秘函〔2009〕6号."""

from django.db import models

from catalog.models import Department


class IndexSerialQuerySet(models.QuerySet):
    """The counter of an organ and year."""

    def take(self, department, year):
        """The next serial of the organ in the year: one atomic step, so no two items share one.
        Never given back.

        Call inside a transaction: a rolled-back number leaves no trace, a committed one is never
        reused.
        """
        self.get_or_create(department=department, year=year)
        self.filter(department=department, year=year).update(last=models.F("last") + 1)
        return self.get(department=department, year=year).last


class IndexSerial(models.Model):
    """The last serial given to an organ's items in a year of publication."""

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name="发布机构"
    )
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("已用到的流水号", default=0)

    objects = IndexSerialQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "索引号流水"
        constraints = [
            models.UniqueConstraint(fields=["department", "year"], name="index_serial_once_a_year")
        ]

    def __str__(self):
        return f"{self.department} {self.year}：{self.last}"
