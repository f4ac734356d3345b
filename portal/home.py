"""What the home page shows, in a number of queries that does not grow with what there is to show."""

from django.db.models import Subquery, Sum
from django.utils import timezone

from catalog.models import Category, ColumnType
from disclosure.models import AnnualReport, Item, SiteViews

NEWEST_PER_CATEGORY = 2


def figures(tree):
    """The figure strip: (number, label) pairs, every one counted from what is public now."""
    today = timezone.localdate()
    public = Item.objects.published()
    views = SiteViews.objects.filter(day__year=today.year).aggregate(total=Sum("views"))["total"]
    return [
        (public.listed_in_year(today.year).count(), "今年公开信息（条）"),
        (sum(root.count for root in tree.roots), "累计公开信息（条）"),
        (views or 0, "今年浏览（次）"),
        (AnnualReport.objects.published().count(), "年度报告（份）"),
    ]


def newest_by_category(tops):
    """`{category id: newest items of its subtree}` for the top categories, in two queries.

    One query finds the ids: per category and place a subquery that the index on (category, listed_at) answers with one
    row. A window function over all items would say the same in fewer words, and read every item to say it.
    """
    if not tops:
        return {}
    picks = {}
    for top in tops:
        newest = (
            Item.objects.published().filter(category__in=top.subtree_ids).order_by("-listed_at", "-pk").values("pk")
        )
        for place in range(NEWEST_PER_CATEGORY):
            picks[f"newest_{top.pk}_{place}"] = Subquery(newest[place : place + 1])
    row = Category.objects.order_by().values(**picks)[:1][0]
    items = Item.objects.published().with_row().in_bulk([pk for pk in row.values() if pk])
    return {
        top.pk: [items[pk] for place in range(NEWEST_PER_CATEGORY) if (pk := row[f"newest_{top.pk}_{place}"]) in items]
        for top in tops
    }


def interpretation_column(tree):
    """The column of policy interpretations (政策解读), or None where the district has none."""
    found = [node for node in tree.nodes.values() if node.column_type == ColumnType.INTERPRETATION]
    return min(found, key=lambda node: len(node.trail), default=None)
