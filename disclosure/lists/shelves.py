"""What many public pages show alike, read once per change in processes that serve: tree, choices,
numbers, the register's head.
"""

from django.db.models import Count

from catalog.models import Department
from catalog.tree import Tree
from disclosure.lists.choosable import Choosable
from disclosure.lists.public_version import public_version
from disclosure.lists.rendering import rendering
from disclosure.models import Item, Theme
from ledger.models import Entry


class Shelves:
    """Kept until something public changes. Kept trees are shared by threads: nobody changes them."""

    def __init__(self):
        self._kept = {}

    def plain(self, request=None):
        return self._of("plain", request, Tree.load)

    def counted(self, request=None):
        """The visible tree with the number of public items under every category."""
        return self._of("counted", request, _counted)

    def choosable(self, request=None):
        """What lists can be narrowed by."""
        return self._of("choosable", request, Choosable)

    def organs(self, request=None):
        """{key: Department}."""
        return self._of("organs", request, Department.objects.in_bulk)

    def themes(self, request=None):
        """{key: Theme with its parent}."""
        return self._of("themes", request, Theme.objects.select_related("parent").in_bulk)

    def number(self, name, request, count):
        """How many items the list of a category or an organ holds: `count()`, once per change."""
        return self._of(("number", name), request, count)

    def register_head(self, request):
        """The register's newest entry (`sequence`, `entry_hash`), or None where it is empty."""
        return self._of("head", request, Entry.objects.head)

    def forget(self):
        """Read afresh at the next page."""
        self._kept = {}

    def _of(self, kind, request, build):
        # The page cache knows the version already; whoever passes it by wants it of this very
        # moment, once.
        given = rendering(request).version if request else None
        version, place = given or _version_of(request), (kind, given is None)
        known, tree = self._kept.get(place, (None, None))
        if known != version:
            tree = build()
            self._kept[place] = version, tree
        return tree


def _version_of(request):
    """The version as a request found it: read once, so that all that one page shows is of one
    moment.
    """
    if request is None:
        return public_version()
    page = rendering(request)
    if page.version_found is None:
        page.version_found = public_version()
    return page.version_found


def _counted():
    counts = Item.objects.published().order_by().values_list("category").annotate(number=Count("*"))
    return Tree.load().add_counts(dict(counts))


shelves = Shelves()
