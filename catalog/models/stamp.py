"""What tells every page cache that something public has changed."""

from django.db import models
from django.db.models import Count, Max, Sum

KEPT = 100
PRUNED_ABOVE = 1_000


class PublicStampQuerySet(models.QuerySet):
    """The stamps, and what they say together."""

    def bump(self, *, takes_away=False):
        """Note, inside the change's own transaction, that something public changes. It takes no lock: see the model.

        `takes_away`: something leaves the public's sight, so no older copy may be shown, come what may.
        """
        return self.create(takes_away=takes_away)

    def reading(self):
        """A text that no later change leaves as it is. One query over at most `PRUNED_ABOVE` rows."""
        found = self.aggregate(newest=Max("pk"), number=Count("pk"), total=Sum("pk"))
        return "{newest}.{number}.{total}".format(**{name: value or 0 for name, value in found.items()})

    def prune(self):
        """Delete what is not needed to tell changes apart; seldom, because every cache starts anew after it."""
        if self.count() <= PRUNED_ABOVE:
            return 0
        oldest_kept = self.order_by("-pk").values_list("pk", flat=True)[KEPT - 1]
        return self.filter(pk__lt=oldest_kept).delete()[0]


class PublicStamp(models.Model):
    """One row a change of what the public sees; visible to others exactly when the change is.

    A single counter would make every publication wait for every other one, and an import hold up all clerks. Rows
    inserted side by side do not: but ids do not become visible in their order, so the highest says too little, and a
    reading takes number and sum as well (docs/decisions/0014-page-cache.md).
    """

    takes_away = models.BooleanField("撤下", default=False)

    objects = PublicStampQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开内容变更"

    def __str__(self):
        return str(self.pk)
