"""Accounts nobody uses are switched off (GB/T 22239-2019, 8.1.4.2 c:
及时删除或停用多余的、过期的账户).
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from ledger import audit
from ledger.models import AuditEvent


def _last_used():
    """The newest of: made, signed in, switched on again."""
    enabled = Coalesce("account_state__enabled_at", "date_joined")
    return Greatest("date_joined", Coalesce(F("last_login"), "date_joined"), enabled)


def disable_unused():
    """A step of tick. Never the last active superuser: somebody has to be able to switch the others
    on again.
    """
    if not settings.ACCOUNT_UNUSED_DAYS:
        return 0, 0
    before = timezone.now() - dt.timedelta(days=settings.ACCOUNT_UNUSED_DAYS)
    active = User.objects.filter(is_active=True).annotate(used_at=_last_used())
    kept = active.filter(is_superuser=True).order_by("-used_at", "pk").first()
    unused = active.filter(used_at__lt=before).exclude(pk=kept.pk if kept else None)
    return sum(_disable(pk) for pk in unused.values_list("pk", flat=True)), 0


@transaction.atomic
def _disable(pk):
    """One account, unless another machine's tick was first."""
    if not User.objects.filter(pk=pk, is_active=True).update(is_active=False):
        return 0
    user = User.objects.get(pk=pk)
    audit.record(
        event=AuditEvent.ACCOUNT,
        account="manage.py tick",
        act=f"超过 {settings.ACCOUNT_UNUSED_DAYS} 天未使用，停用",
        object_kind="auth.user",
        object_key=user.pk,
        object_name=user,
        detail={"before": {"is_active": True}, "after": {"is_active": False}},
    )
    return 1
