"""Validity of documents (有效性) as dated intervals."""

from django.db import models

from disclosure.choices import Status
from disclosure.models.item import Item
from disclosure.models.rules.day_bounds import validate_validity_start


class ValidityQuerySet(models.QuerySet):
    """Which changes of validity."""

    def in_effect(self, day):
        """The change that rules each item on a day: the latest one not after it."""
        later = Validity.objects.filter(
            item=models.OuterRef("item"),
            starts_on__gt=models.OuterRef("starts_on"),
            starts_on__lte=day,
        )
        return self.filter(starts_on__lte=day).exclude(models.Exists(later))

    def not_in_force(self, day):
        """Ids of items that the record says were not in force on a day: ended, or not yet begun.
        Silence is neither.
        """
        ended = self.in_effect(day).exclude(state__in=Validity.IN_FORCE_STATES).values("item_id")
        first = self.order_by().values("item_id").annotate(first=models.Min("starts_on"))
        return ended.order_by().union(first.filter(first__gt=day).values("item_id"))

    def to_be_registered(self, day):
        """Changes of public items that have come into force and do not stand in the register yet."""
        return self.filter(starts_on__lte=day, registered_at=None, item__status=Status.PUBLISHED)


class Validity(models.Model):
    """From a day on, an item is in a state; the state lasts until the next row's day.

    Storing the beginnings alone means that intervals can neither overlap nor leave a hole. Before
    the first row the item is 尚未生效; an item without rows says nothing of its validity, as most
    old ones do.
    """

    class State(models.TextChoices):
        """有效性 as official metadata writes it."""

        PENDING = "pending", "尚未生效"
        IN_FORCE = "in_force", "现行有效"
        AMENDED = "amended", "已修改"
        LAPSED = "lapsed", "已失效"
        REPEALED = "repealed", "已废止"

    IN_FORCE_STATES = (State.IN_FORCE, State.AMENDED)

    item = models.ForeignKey(Item, models.CASCADE, related_name="validities", verbose_name="信息")
    state = models.CharField("有效性", max_length=10, choices=State)
    starts_on = models.DateField("自何日起", validators=[validate_validity_start])
    because_of = models.ForeignKey(
        Item,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="validity_effects",
        verbose_name="依据（修改或替代它的文件）",
    )
    note = models.CharField("说明", max_length=200, blank=True)
    registered_at = models.DateTimeField("登记时间", null=True, blank=True, editable=False)

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "有效性"
        ordering = ("starts_on",)
        constraints = [
            models.UniqueConstraint(
                fields=["item", "starts_on"],
                name="validity_once_a_day",
                violation_error_message="同一天只能有一种有效性。",
            ),
            models.CheckConstraint(
                name="validity_not_because_of_itself",
                condition=models.Q(because_of=None) | ~models.Q(because_of=models.F("item")),
                violation_error_message="修改或替代它的文件不能是它自己。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_on", "item"], name="validity_state_day"),
            models.Index(
                fields=["starts_on"],
                name="validity_unregistered",
                condition=models.Q(registered_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.starts_on} 起{self.get_state_display()}"
