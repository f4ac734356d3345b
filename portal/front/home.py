"""What the home page shows, in a number of queries that does not grow with the number of items."""

from django.db.models import Sum
from django.utils import timezone

from catalog.models import ColumnType
from disclosure.lists.shelf_pages import first_of_each
from disclosure.lists.shelves import shelves
from disclosure.models import AnnualReport, Item, SiteViews

NEWEST_PER_CATEGORY = 2


def figures(tree, request=None):
    """The figure strip: (number, label) pairs, every one counted from what is public now, or when
    something public last changed.
    """
    today = timezone.localdate()
    public = Item.objects.published()
    views = SiteViews.objects.filter(day__year=today.year).aggregate(total=Sum("views"))["total"]
    return [
        (
            shelves.number(("year", today.year), request, public.listed_in_year(today.year).count),
            "今年公开信息（条）",
        ),
        (sum(root.count for root in tree.roots), "累计公开信息（条）"),
        (views or 0, "今年浏览（次）"),
        (AnnualReport.objects.published().count(), "年度报告（份）"),
    ]


def newest_by_category(tops):
    """`{category id: newest items of its subtree}` for the top categories, in two queries."""
    everywhere = [pk for top in tops for pk in top.subtree_ids]
    first = first_of_each(Item.objects.open(), everywhere, NEWEST_PER_CATEGORY)
    ids = {}
    for top in tops:
        found = sorted((row for pk in top.subtree_ids for row in first.get(pk, ())), reverse=True)
        ids[top.pk] = [pk for _, pk in found[:NEWEST_PER_CATEGORY]]
    items = (
        Item.objects.published()
        .with_row()
        .in_bulk([pk for newest in ids.values() for pk in newest])
    )
    return {top: [items[pk] for pk in newest if pk in items] for top, newest in ids.items()}


def interpretation_column(tree):
    """The column of policy interpretations (政策解读), or None where the district has none."""
    found = [node for node in tree.nodes.values() if node.column_type == ColumnType.INTERPRETATION]
    return min(found, key=lambda node: len(node.trail), default=None)
