"""What many public pages show alike, read once per change in processes that serve: tree, choices,
numbers, the register's head.
"""

from django.db.models import Count

from catalog.models import Department
from catalog.tree import Tree
from disclosure.lists.choosable import Choosable
from disclosure.lists.public_version import public_version
from disclosure.models import Item, Theme
from ledger.models import Entry


class Shelves:
    """The tree, with and without counts. `keeps`: whether a tree is kept until something public
    changes.

    Kept trees are shared by threads: nobody changes them. Commands and tests read afresh each time.
    """

    keeps = False

    def __init__(self):
        self._kept = {}

    def plain(self, request=None):
        """The visible tree."""
        return self._of("plain", request, Tree.load)

    def counted(self, request=None):
        """The visible tree with the number of public items under every category."""
        return self._of("counted", request, _counted)

    def choosable(self, request=None):
        """What lists can be narrowed by."""
        return self._of("choosable", request, Choosable)

    def organs(self, request):
        """{key: Department}; nothing where nothing is kept."""
        return self._of("organs", request, Department.objects.in_bulk) if self.keeps else {}

    def themes(self, request):
        """{key: Theme with its parent}; nothing where nothing is kept."""
        return (
            self._of("themes", request, Theme.objects.select_related("parent").in_bulk)
            if self.keeps
            else {}
        )

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
        if not self.keeps:
            return build()
        # The page cache knows the version already; whoever passes it by wants it of this very
        # moment, once.
        given = request.environ.get("lantai.version") if request else None
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
    if "lantai.version_found" not in request.environ:
        request.environ["lantai.version_found"] = public_version()
    return request.environ["lantai.version_found"]


def _counted():
    counts = Item.objects.published().order_by().values_list("category").annotate(number=Count("*"))
    return Tree.load().add_counts(dict(counts))


shelves = Shelves()
