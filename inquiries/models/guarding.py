"""What the guard of public forms remembers, for an hour or a day, without knowing of whom."""

import datetime as dt

from django.db import models
from django.utils import timezone

KEPT_USES, KEPT_QUESTIONS = dt.timedelta(hours=2), dt.timedelta(days=2)


class FormUseQuerySet(models.QuerySet):
    """Which uses."""

    def since(self, form, age, moment=None):
        """Of one form, in the time of that length that ends now."""
        return self.filter(form=form, at__gt=(moment or timezone.now()) - age)


class FormUse(models.Model):
    """One use of a public form. `source` is a keyed hash of the network it came from, with another
    key every day.
    """

    form = models.CharField("表单", max_length=30)
    source = models.CharField("来源的散列", max_length=64)
    is_accepted = models.BooleanField("接收")
    at = models.DateTimeField("时间", default=timezone.now)

    objects = FormUseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公众表单的使用"
        default_permissions = ()
        indexes = [models.Index(fields=["form", "at"], name="form_use_window")]

    def __str__(self):
        return f"{self.form} {self.at:%Y-%m-%d %H:%M}"


class SpentQuestion(models.Model):
    """A question that has been answered, rightly or not: it is not answered twice."""

    key = models.CharField("问题标识", max_length=64)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "用过的验证问题"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key"], name="spent_question_once")]

    def __str__(self):
        return self.key


def forget_uses(moment=None):
    """A step of tick: what the guard needs no longer. (number of rows, 0)."""
    moment = moment or timezone.now()
    uses, _ = FormUse.objects.filter(at__lt=moment - KEPT_USES).delete()
    questions, _ = SpentQuestion.objects.filter(at__lt=moment - KEPT_QUESTIONS).delete()
    return uses + questions, 0
