"""Who has an item open at the desk."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from disclosure.models.item import Item

GONE_AFTER = dt.timedelta(
    minutes=20
)  # without a sign of life; a page with a script gives one a minute


class EditingQuerySet(models.QuerySet):
    """Which."""

    def of_others(self, item, user):
        """Those of other people who have the item open now."""
        alive = self.filter(item=item, seen_at__gt=timezone.now() - GONE_AFTER)
        return alive.exclude(user=user).select_related("user").order_by("opened_at")


class EditingSession(models.Model):
    """Somebody opened an item for editing, and has not left it. A hint for others, not a lock."""

    item = models.ForeignKey(
        Item, models.CASCADE, related_name="editing_sessions", verbose_name="信息"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="编辑人"
    )
    opened_at = models.DateTimeField("打开时间")
    seen_at = models.DateTimeField("最近活动时间")

    objects = EditingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "正在编辑"
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="editing_session_once_a_person")
        ]

    def __str__(self):
        return f"{self.name} {timezone.localtime(self.opened_at):%H:%M}"

    @property
    def name(self):
        """As colleagues call them."""
        return self.user.get_full_name() or self.user.get_username()

    @classmethod
    def open(cls, item, user):
        """This person is at this item: from now on, or still."""
        now = timezone.now()
        session, is_new = cls.objects.get_or_create(
            item=item, user=user, defaults={"opened_at": now, "seen_at": now}
        )
        if not is_new:
            if session.seen_at < now - GONE_AFTER:
                session.opened_at = now
            session.seen_at = now
            session.save(update_fields=["opened_at", "seen_at"])
        return session

    @classmethod
    def leave(cls, item, user):
        """This person has left."""
        cls.objects.filter(item=item, user=user).delete()


def kept_about(item):
    """What is typed about an item, its report or a correction of it, and not saved, is filed under
    (`desk.models`).
    """
    return f"disclosure.item:{item.corrects_id or item.pk}"
