"""Any sequence of additions, moves, shifts and deletions, against a plain model of nested lists."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.actions import CategoryInUseError, delete_category, shift_category
from catalog.integrity import tree_faults
from catalog.models import Category
from catalog.tests.builders import make_category, make_user, put_under

picks = st.integers(0, 10_000)


class TreeAndModel(RuleBasedStateMachine):
    """`families` maps a category's id to the ids of its children in order; the root's is under
    None.
    """

    @initialize()
    def plant(self):
        with connection.cursor() as cursor:  # examples share one transaction
            cursor.execute("DELETE FROM catalog_category")
        self.office = make_user(permissions=["catalog.manage_catalog"])
        self.root = make_category("根")
        self.families = {None: [self.root.pk], self.root.pk: []}

    def pick(self, number):
        pks = [pk for pk in self.families if pk is not None]
        return Category.objects.get(pk=pks[number % len(pks)])

    def family_of(self, pk):
        return next(family for family in self.families.values() if pk in family)

    def below(self, pk):
        return {pk}.union(*(self.below(child) for child in self.families[pk]))

    def insert(self, pk, parent):
        """By (position, name), as the rule says."""
        family = self.families[parent]
        family.append(pk)
        order = Category.objects.filter(pk__in=family).order_by("position", "name")
        family[:] = order.values_list("pk", flat=True)

    @rule(parent=picks, position=st.integers(1, 40))
    def add(self, parent, position):
        parent = self.pick(parent)
        made = make_category(parent=parent, position=position)
        self.families[made.pk] = []
        self.insert(made.pk, parent.pk)

    @rule(category=picks, parent=picks)
    def move(self, category, parent):
        category, parent = self.pick(category), self.pick(parent)
        if parent.pk in self.below(category.pk):
            with pytest.raises(ValidationError):
                put_under(category, parent)
            return
        put_under(category, parent)
        self.family_of(category.pk).remove(category.pk)
        self.insert(category.pk, parent.pk)

    @rule(category=picks, step=st.sampled_from([-1, 1]))
    def shift(self, category, step):
        category = self.pick(category)
        family = self.family_of(category.pk)
        place = family.index(category.pk)
        possible = 0 <= place + step < len(family)
        assert shift_category(category=category, step=step, by=self.office) == possible
        if possible:
            family.insert(place + step, family.pop(place))

    @rule(category=picks)
    def delete(self, category):
        category = self.pick(category)
        if self.families[category.pk]:
            with pytest.raises(CategoryInUseError):
                delete_category(category=category, by=self.office)
        elif category.pk != self.root.pk:
            delete_category(category=category, by=self.office)
            self.family_of(category.pk).remove(category.pk)
            del self.families[category.pk]

    @invariant()
    def the_tree_is_sound_and_equals_the_model(self):
        if not hasattr(self, "families"):
            return
        assert tree_faults() == []
        assert list(Category.objects.order_by("lft").values_list("pk", flat=True)) == self.flat(
            None
        )

    def flat(self, parent):
        return [pk for child in self.families[parent] for pk in (child, *self.flat(child))]


class TreeMachineTest(TestCase, TreeAndModel.TestCase):
    settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
