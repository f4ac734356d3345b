"""What a list of items can be narrowed by: small tables that every page of a list shows, read once
per change.
"""

from functools import cached_property

from django.utils import timezone

from catalog.models import Category, Department
from disclosure.models import Item, Theme


class Choosable:
    """The categories, organs, themes and years to choose from. Each is one query, made when first
    asked for.
    """

    @cached_property
    def categories(self):
        """(slug, name) of the visible ones, in the order of the tree."""
        return tuple(
            Category.objects.visible().order_by("tree_id", "lft").values_list("slug", "name")
        )

    @cached_property
    def organs(self):
        """(id, slug, name, short name), in their order."""
        return tuple(Department.objects.values_list("pk", "slug", "name", "short_name"))

    @cached_property
    def themes(self):
        """(id, id of the class above, name) of both levels."""
        return tuple(Theme.objects.values_list("pk", "parent_id", "name"))

    @cached_property
    def years(self):
        """(year, in words), from the present one back to that of the oldest public item."""
        oldest = (
            Item.objects.published()
            .order_by("listed_at")
            .values_list("listed_at", flat=True)
            .first()
        )
        this_year = timezone.localdate().year
        first = timezone.localtime(oldest).year if oldest else this_year
        return tuple((str(year), f"{year}年") for year in range(this_year, first - 1, -1))

    def rows(self, name):
        """(value, label) of the choices a filter offers."""
        return {
            "category": lambda: self.categories,
            "organ": lambda: tuple((slug, short) for _, slug, _, short in self.organs),
            "theme": lambda: tuple(
                (pk, label) for pk, parent, label in self.themes if parent is None
            ),
            "year": lambda: self.years,
        }[name]()
