"""Correcting a browse count (浏览次数更正): in the open, with a reason, and in the register."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from disclosure.acts.guarding import locked, require_text, require_transition
from disclosure.acts.registering import public_face_changed, register
from disclosure.models import DailyViews, Item, SiteViews
from ledger.models import Act


@transaction.atomic
def correct_views(*, item, by, day, views, reason):
    """Set what was counted on a past day, where a robot or a fault had falsified it. The sums
    follow.
    """
    item = locked(item)
    require_transition("views", by, item)
    reason = require_text(reason, "请写明更正的原因。")
    if day >= timezone.localdate():
        raise ValidationError("只能更正已经过去的日期：今天的次数还在统计。")
    since = timezone.localdate(item.listed_at)
    if day < since and not DailyViews.objects.filter(item=item, day=day).exists():
        raise ValidationError(f"这条信息 {since} 才公开，{day} 没有浏览次数，请核对日期。")
    row, _ = DailyViews.objects.select_for_update().get_or_create(
        item=item, day=day, defaults={"views": 0}
    )
    before, row.views = row.views, views
    if before == views:
        raise ValidationError(f"{day} 的浏览次数已经是 {views}，不需要更正。")
    row.save(update_fields=["views"])
    Item.objects.filter(pk=item.pk).update(view_count=F("view_count") + (views - before))
    SiteViews.objects.filter(day=day).update(views=F("views") + (views - before))
    public_face_changed(item)
    payload = {"day": day.isoformat(), "before": before, "after": views}
    register(
        Act.COUNT_CORRECTION,
        item,
        by,
        note=f"{day}：{before} 次更正为 {views} 次。{reason}",
        payload=payload,
    )
    return item
