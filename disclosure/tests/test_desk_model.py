"""Any sequence of acts at the desk of two departments and on the catalogue, against a plain model
of who may do what when.

The suite tries a few; `make scoreboard` many (MODEL_EXAMPLES, MODEL_STEPS).
"""

import os

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.actions import CategoryInUseError, delete_category, hide_category
from catalog.integrity import tree_faults
from catalog.models import Category
from catalog.tests.builders import make_category, make_department, put_under
from disclosure import acts
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_staff
from ledger.models import Act, Entry

S = Status
picks = st.integers(0, 10_000)
ORGANS = (0, 1)
# Act → the states it may begin in, and the state it leads to. Whoever is of the other department
# may do none of them.
ACTS = {
    "submit": ({S.DRAFT, S.RETURNED}, S.SUBMITTED),
    "recall": ({S.SUBMITTED}, S.DRAFT),
    "return": ({S.SUBMITTED, S.APPROVED}, S.RETURNED),
    "approve": ({S.SUBMITTED}, S.APPROVED),
    "publish": ({S.APPROVED}, S.PUBLISHED),
    "withdraw": ({S.PUBLISHED}, S.WITHDRAWN),
    "restore": ({S.WITHDRAWN}, S.PUBLISHED),
}
OF_THE_OFFICE = {"withdraw", "restore"}  # whose items are those of all departments
REGISTERED = {"publish": Act.PUBLISH, "withdraw": Act.WITHDRAW, "restore": Act.RESTORE}


class DeskAndModel(RuleBasedStateMachine):
    """`states`: {item: (state, organ, shelf)}; `parents`: {category: its parent}; `acts`: what the
    register must say, in order.
    """

    @initialize()
    def found(self):
        self.beginning = transaction.savepoint()  # the examples of a run share one transaction
        self.root = make_category("根")
        self.parents, self.hidden = {self.root.pk: None}, set()
        self.organs = [make_department(f"机关{number}") for number in ORGANS]
        self.clerks = [
            make_staff("信息员", organ, username=f"clerk-{organ.pk}") for organ in self.organs
        ]
        self.reviewers = [
            make_staff("审核员", organ, username=f"reviewer-{organ.pk}") for organ in self.organs
        ]
        self.office = make_staff("公开办", make_department("公开办公室"), username="the-office")
        self.states, self.acts = {}, []

    def teardown(self):
        if hasattr(self, "beginning"):
            transaction.savepoint_rollback(self.beginning)

    def category(self, number):
        return Category.objects.get(pk=sorted(self.parents)[number % len(self.parents)])

    @rule(parent=picks)
    def add_category(self, parent):
        made = make_category(parent=self.category(parent))
        self.parents[made.pk] = made.parent_id

    @rule(category=picks, parent=picks)
    def move(self, category, parent):
        category, parent = self.category(category), self.category(parent)
        if category.pk in self.above(parent.pk):
            with pytest.raises(ValidationError):
                put_under(category, parent)
            return
        put_under(category, parent)
        self.parents[category.pk] = parent.pk

    @rule(category=picks)
    def hide(self, category):
        category = self.category(category)
        if category.pk != self.root.pk:
            hide_category(category=category, by=self.office)
            self.hidden.add(category.pk)

    @rule(category=picks)
    def delete(self, category):
        category = self.category(category)
        is_used = category.pk in self.parents.values() or any(
            shelf == category.pk for _, _, shelf in self.states.values()
        )
        if is_used:
            with pytest.raises(CategoryInUseError):
                delete_category(category=category, by=self.office)
        elif category.pk != self.root.pk:
            delete_category(category=category, by=self.office)
            del self.parents[category.pk]
            self.hidden.discard(category.pk)

    @rule(organ=st.sampled_from(ORGANS), category=picks)
    def draft(self, organ, category):
        shelf = self.category(category)
        item = make_draft(
            f"关于第{len(self.states)}项工作的通知",
            department=self.organs[organ],
            category=shelf,
            by=self.clerks[organ],
        )
        self.states[item.pk] = (S.DRAFT, organ, shelf.pk)

    @rule(number=picks, act=st.sampled_from(sorted(ACTS)), organ=st.sampled_from(ORGANS))
    def act(self, number, act, organ):
        if not self.states:
            return
        pk = sorted(self.states)[number % len(self.states)]
        state, own, shelf = self.states[pk]
        before, after = ACTS[act]
        item = Item.objects.get(pk=pk)
        is_foreign = organ != own and act not in OF_THE_OFFICE
        if is_foreign or state not in before:
            with (
                pytest.raises(PermissionDenied if is_foreign else ValidationError),
                transaction.atomic(),
            ):
                self.do(act, item, organ)
            return
        self.do(act, item, organ)
        self.states[pk] = (after, own, shelf)
        self.acts += [REGISTERED[act]] if act in REGISTERED else []

    @rule(number=picks, act=st.sampled_from(sorted(OF_THE_OFFICE)), organ=st.sampled_from(ORGANS))
    def try_what_only_the_office_may(self, number, act, organ):
        if self.states:
            item = Item.objects.get(pk=sorted(self.states)[number % len(self.states)])
            with pytest.raises(PermissionDenied), transaction.atomic():
                self.do(act, item, organ, by=self.reviewers[organ])

    @rule(number=picks)
    def approve_what_one_wrote(self, number):
        """The four-eyes rule, whatever the role."""
        waiting = [pk for pk in sorted(self.states) if self.states[pk][0] == S.SUBMITTED]
        if waiting:
            item = Item.objects.get(pk=waiting[number % len(waiting)])
            item.contributors.add(self.reviewers[self.states[item.pk][1]])
            with pytest.raises(PermissionDenied), transaction.atomic():
                self.do("approve", item, self.states[item.pk][1])
            item.contributors.remove(self.reviewers[self.states[item.pk][1]])

    def do(self, act, item, organ, by=None):
        clerk, reviewer = self.clerks[organ], self.reviewers[organ]
        match act:
            case "submit":
                acts.submit_item(item=item, by=clerk)
            case "recall":
                acts.recall_item(item=item, by=clerk)
            case "return":
                acts.return_item(item=item, by=reviewer, note="请修改")
            case "approve":
                acts.approve_item(
                    item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1"
                )
            case "publish":
                acts.publish_item(item=item, by=reviewer)
            case "withdraw":
                acts.withdraw_item(item=item, by=by or self.office, reason="核实")
            case "restore":
                acts.restore_item(item=item, by=by or self.office, note="核实完毕")

    def above(self, pk):
        return {pk} | (self.above(self.parents[pk]) if self.parents[pk] else set())

    @invariant()
    def all_is_as_the_model_says(self):
        if not hasattr(self, "states"):
            return
        assert tree_faults() == []
        assert dict(Category.objects.values_list("pk", "parent_id")) == self.parents
        assert dict(Item.objects.values_list("pk", "status")) == {
            pk: state for pk, (state, _, _) in self.states.items()
        }
        public = {
            pk
            for pk, (state, _, shelf) in self.states.items()
            if state == S.PUBLISHED and not self.above(shelf) & self.hidden
        }
        assert set(Item.objects.published().values_list("pk", flat=True)) == public
        said = (
            Entry.objects.filter(subject_kind="item")
            .order_by("sequence")
            .values_list("act", flat=True)
        )
        assert list(said) == self.acts


class DeskMachineTest(TestCase, DeskAndModel.TestCase):
    settings = settings(
        max_examples=int(os.environ.get("MODEL_EXAMPLES", 4)),
        stateful_step_count=int(os.environ.get("MODEL_STEPS", 12)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
