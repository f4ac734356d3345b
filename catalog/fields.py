"""Choosing a category or an organ in a form of the desk."""

from django import forms

from catalog.models import Category, Department, Section


def filing_paths(tree):
    """Names by id of the categories items are filed under, as paths: `人事任免 › 任免通知`.

    The columns above the catalogue and that of the annual reports take no plain items.
    """
    fixed = [tree.section(section) for section in (Section.GUIDE, Section.RULES)]
    tops = [*tree.content, *(node for node in fixed if node)]
    return {
        node.pk: " › ".join(step.name for step in node.trail[len(top.trail) - 1 :])
        for top in tops
        for node in top.subtree
    }


class _PathLabels:
    """A category is shown with its path, so that two columns called 其他 cannot be confused."""

    paths = {}

    def label_from_instance(self, category):
        """The path in words."""
        return self.paths.get(category.pk, category.name)

    def offer(self, paths):
        """Offer these categories, in the order of the tree."""
        self.paths = paths
        self.queryset = Category.objects.filter(pk__in=paths).order_by("tree_id", "lft")


class CategoryField(_PathLabels, forms.ModelChoiceField):
    """One category."""


class CategoriesField(_PathLabels, forms.ModelMultipleChoiceField):
    """Several categories."""


def active_departments(user):
    """Departments a member of staff may publish for today."""
    return Department.objects.visible_to(user).active()
