"""The visible category tree as the public pages read it: one flat query, built from parent links.

Pages never walk mptt's columns, so even a damaged tree cannot show a reader a wrong branch.
"""

from dataclasses import dataclass, field

from catalog.models import Category, Section


@dataclass
class Node:
    """One visible category with its place in the tree. `count` is filled by the caller (items in
    the subtree).
    """

    category: Category
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)
    count: int = 0

    def __getattr__(self, name):
        return getattr(self.category, name)

    @property
    def trail(self):
        """Nodes from the root to this one."""
        return [*self.parent.trail, self] if self.parent else [self]

    @property
    def subtree(self):
        """This node and all below it, depth first."""
        return [self, *(below for child in self.children for below in child.subtree)]

    @property
    def subtree_ids(self):
        """Ids of the subtree: lists filter by these explicit ids, never by a subquery over
        `lft`/`rght`.
        """
        return [node.category.pk for node in self.subtree]


class Tree:
    """All visible categories. `Tree.load()` costs one query."""

    def __init__(self, categories):
        self.nodes = {category.pk: Node(category) for category in categories}
        self.roots = []
        for node in self.nodes.values():
            # A visible category whose parent is hidden is not shown at all (and published()
            # agrees).
            if node.category.parent_id is None:
                self.roots.append(node)
            elif parent := self.nodes.get(node.category.parent_id):
                node.parent = parent
                parent.children.append(node)
        reachable = {below.category.pk for root in self.roots for below in root.subtree}
        self.nodes = {pk: node for pk, node in self.nodes.items() if pk in reachable}
        self.by_slug = {node.category.slug: node for node in self.nodes.values()}

    @classmethod
    def load(cls):
        """Read the visible tree: one query, siblings in their order."""
        categories = Category.objects.filter(is_visible=True).order_by("position", "name", "pk")
        return cls(categories.select_related(None))

    def section(self, section):
        """The node of a fixed section (`Section.REPORTS` …), or None where the district has not
        made or shows it.
        """
        return next(
            (node for node in self.nodes.values() if node.category.section == section), None
        )

    @property
    def content(self):
        """The top categories of the catalogue (法定主动公开内容): children of its column that are
        no fixed section.
        """
        base = self.section(Section.CONTENT)
        return [child for child in base.children if child.category.section is None] if base else []

    @property
    def top(self):
        """The columns a reader chooses among: those of the catalogue, then the fixed sections that
        hold items.
        """
        fixed = (Section.GUIDE, Section.RULES, Section.REPORTS)
        return [*self.content, *(node for node in map(self.section, fixed) if node)]

    def add_counts(self, counts):
        """Fill `count` of every node with the sum over its subtree of `{category id: number}`."""
        for node in self.nodes.values():
            number = counts.get(node.category.pk, 0)
            while number and node:
                node.count += number
                node = node.parent
        return self
