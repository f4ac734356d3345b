"""The machines that serve the portal."""

import datetime as dt

from django.db import models
from django.utils import timezone

GONE_AFTER = dt.timedelta(
    minutes=10
)  # a machine that has given no sign of life for so long serves nobody
FORGOTTEN_AFTER = dt.timedelta(days=7)


class NodeQuerySet(models.QuerySet):
    """Which machines."""

    def at_work(self):
        return self.filter(seen_at__gte=timezone.now() - GONE_AFTER)

    def behind(self, key):
        """Machines that are at work and have not cleared as far as this takedown."""
        return self.at_work().filter(cleared_until__lt=key)

    def note(self, name, **values):
        """This machine is at work; `values`: what else is known of it now."""
        values |= {"seen_at": timezone.now()}
        self.update_or_create(
            name=name, defaults=values, create_defaults={"cleared_until": 0} | values
        )

    def forget_gone(self):
        """Those not seen for a week. One that comes back after all clears everything anew."""
        return self.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()[0]


class Node(models.Model):
    """A machine that serves the portal: whether it lives, how far it has cleared what it keeps, and
    which secret key it has.
    """

    name = models.CharField("主机名", max_length=255, unique=True)
    seen_at = models.DateTimeField("最近活动时间")
    cleared_until = models.BigIntegerField("已清除到", default=0)
    # Of the key alone: it tells machines apart that sign with different ones (`portal.machines.nodes`).
    secret_key_digest = models.CharField("密钥摘要", max_length=32, default="", db_default="")

    objects = NodeQuerySet.as_manager()

    class Meta:
        db_table = "disclosure_clearednode"  # the name it had; an older program goes on using it
        verbose_name = verbose_name_plural = "服务器"
        default_permissions = ()

    def __str__(self):
        return self.name
