"""Browse counts of the demonstration: computed, believable, and the same at every first run."""

import datetime as dt
import hashlib
from collections import Counter

from django.utils import timezone

from disclosure.models import DailyViews, Item, SiteViews

DAYS = 42


def seed_views(item_ids):
    """Give each item six weeks of daily counts up to yesterday, and the sum of them."""
    today, rows = timezone.localdate(), []
    items = Item.objects.filter(pk__in=item_ids, listed_at__isnull=False).defer("body", "text")
    for item in items:
        published_on = timezone.localdate(
            max(item.listed_at, item.published_at) if not item.imported_at else item.listed_at
        )
        counts = {
            day: views
            for day in _days(today, published_on)
            if (views := _views(item, day, published_on))
        }
        rows += [DailyViews(item=item, day=day, views=views) for day, views in counts.items()]
        item.view_count = sum(counts.values())
    DailyViews.objects.bulk_create(rows, batch_size=1000)
    by_day = Counter()
    for row in rows:
        by_day[row.day] += row.views
    for day, views in sorted(by_day.items()):
        site, _ = SiteViews.objects.get_or_create(day=day, defaults={"views": 0})
        site.views += views
        site.save()
    Item.objects.bulk_update(items, ["view_count"], batch_size=500)


def _days(today, published_on):
    first = max(published_on, today - dt.timedelta(DAYS))
    return [first + dt.timedelta(n) for n in range((today - first).days)]


def _views(item, day, published_on):
    """A few a day, more in the first week and on working days. Days count from publication, so that
    no run differs.
    """
    seed = f"{item.index_number}:{(day - published_on).days % 97}"
    chance = hashlib.sha256(seed.encode()).digest()
    interest = 2 + hashlib.sha256(item.index_number.encode()).digest()[0] % 12
    if (day - published_on).days < 7:
        interest *= 3
    return chance[0] * interest // 255 // (3 if day.weekday() >= 5 else 1)
