"""The table of transitions: a button is offered exactly where its act does not refuse."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure.acts.guarding import in_scope
from disclosure.acts.registering import record_revision
from disclosure.acts.transitions import TRANSITIONS
from disclosure.choices import ONCE_PUBLIC, DisclosureMode, Status
from disclosure.desk.acts import ACTS, BY_NAME
from disclosure.models import Review
from disclosure.revisions.state import working_digest
from disclosure.tests.builders import make_draft, make_item, make_staff
from ledger.models import Act as Kind

pytestmark = pytest.mark.django_db
REASON, NOTE = {"reason": "示例理由"}, {"note": "示例意见"}
NEXT_YEAR = timezone.localdate() + dt.timedelta(days=365)
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)
ARGUMENTS = {
    "review": {"mode": DisclosureMode.PROACTIVE, "basis": "20-1"},
    "return": NOTE,
    "force": REASON,
    "forced-review": NOTE,
    "hide": REASON,
    "withdraw": REASON,
    "restore": NOTE,
    "remove": REASON,
    "reassess": {**NOTE, "next_review_on": NEXT_YEAR},
    "views": {**REASON, "day": YESTERDAY, "views": 1},
}
ROLES = ("信息员", "审核员", "公开办", "审计员", "系统管理员", "安全管理员")


class UndoneError(Exception):
    """Takes back what an act did, so that the next person finds the item as it was."""


@pytest.fixture
def people(bureau):
    """One person a role, and two who work for another organ."""
    elsewhere = make_department("区民政局")
    foreign = [make_staff(role, elsewhere) for role in ("信息员", "审核员")]
    return [*(make_staff(role, bureau) for role in ROLES), *foreign]


def item_in(status, bureau, writer, act_name):
    """An item in a state, with the records that the act needs beside it."""
    if status in ONCE_PUBLIC or status == Status.KEPT:
        kept = {"disclosure_mode": DisclosureMode.CLOSED, "next_review_on": NEXT_YEAR}
        item = make_item(status=status, department=bureau, **kept if status == Status.KEPT else {})
    else:
        corrects = make_item(department=bureau) if act_name == "discard" else None
        item = make_draft(department=bureau, by=writer, corrects=corrects)
        type(item).objects.filter(pk=item.pk).update(status=status)
        item.refresh_from_db()
    give_reviews(item, writer, act_name)
    if act_name == "hide" and status in ONCE_PUBLIC:
        for act in (Kind.PUBLISH, Kind.AMEND):
            record_revision(act, item, writer, note="示例", published_at=item.published_at)
    return item


def give_reviews(item, writer, act_name):
    """The submission or approval behind the state, and for 补审 a forced publication."""
    outcomes = {
        Status.SUBMITTED: Review.Outcome.OPEN,
        Status.APPROVED: Review.Outcome.APPROVED,
        Status.SCHEDULED: Review.Outcome.APPROVED,
    }
    forced = Review.Outcome.FORCED if act_name == "forced-review" else None
    if outcome := forced or outcomes.get(item.status):
        decided = {
            **ARGUMENTS["review"],
            "reviewed_by": make_staff("审核员", item.department),
            "reviewed_at": timezone.now(),
        }
        Review.objects.create(
            item=item,
            submitted_by=writer,
            outcome=outcome,
            content_sha256=working_digest(item),
            **{"forced_reason": "示例"} if forced else {},
            **decided if outcome == Review.Outcome.APPROVED else {},
        )


def outcome_of(act, item, user):
    """ "refused" for state or permission, the state the item came to, or None: refused otherwise."""
    try:
        with transaction.atomic():
            outcome = act.action(item=item, by=user, **ARGUMENTS.get(act.name, {}))
            public = getattr(outcome, "item", outcome)
            public = public.corrects if act.name == "correct" else public
            public.refresh_from_db()
            raise UndoneError
    except UndoneError:
        return public.status
    except ValidationError as error:
        return "refused" if getattr(error, "code", None) == "status" else None
    except PermissionDenied as error:
        return "refused" if "没有办理这一事项的权限" in str(error) else None


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_a_button_is_offered_exactly_where_its_act_does_not_refuse(act, bureau, people):
    writer, reached = make_staff("信息员", bureau), set()
    for status in Status:
        item = item_in(status, bureau, writer, act.name)
        for user in people:
            is_offered = act.is_offered(user, item) and in_scope(user, item)
            item_now = type(item).objects.get(pk=item.pk)
            outcome = outcome_of(act, item_now, user)
            assert is_offered == (outcome != "refused"), (status, user.groups.get().name, outcome)
            reached |= {outcome} - {"refused", None}
    assert reached, "nobody could do it: the test says nothing about where it leads"
    assert reached <= set(act.transition.targets)


def test_every_row_has_its_button_in_the_same_order():
    assert list(BY_NAME) == list(TRANSITIONS)
