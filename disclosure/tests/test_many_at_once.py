"""Two hundred submissions from eight processes, and ticks that run into each other: one unbroken
chain.
"""

import datetime as dt
from collections import Counter
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.acts.due import end_terms, publish_due, register_validities
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item, Revision, Validity
from disclosure.tests.builders import make_draft, make_public, make_staff
from ledger.models import Entry
from ledger.tests.forking import run_at_once
from ledger.verification import verify_chain

PROCESSES, EACH = 8, 25


def run(target, shares):
    return run_at_once(*(partial(target, share) for share in shares))


@pytest.mark.django_db(transaction=True)
def test_200_submissions_from_8_processes_leave_one_unbroken_chain():
    bureau = make_department()
    clerk, reviewer = make_staff("信息员", bureau), make_staff("审核员", bureau)
    bodies = "<p>为做好第{}项工作，现将有关事项通知如下，请遵照执行。</p>"
    numbers = range(PROCESSES * EACH)
    items = [
        make_draft(f"通知{chr(0x4E00 + 97 * n)}", department=bureau, body=bodies.format(n))
        for n in numbers
    ]

    def publish(share):
        for item in share:
            acts.submit_item(item=item, by=clerk)
            acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
            acts.publish_item(item=item, by=reviewer)

    assert run(publish, [items[n::PROCESSES] for n in range(PROCESSES)]) == [0] * PROCESSES
    assert Entry.objects.count() == Revision.objects.count() == PROCESSES * EACH
    year = timezone.localdate().year
    assert sorted(Item.objects.values_list("index_number", flat=True)) == [
        f"{bureau.code}/{year}-{serial:05d}" for serial in range(1, PROCESSES * EACH + 1)
    ]
    assert verify_chain() == []


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_do_each_thing_once():
    bureau = make_department()
    reviewer = make_staff("审核员", bureau)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    with time_machine.travel(timezone.now() - dt.timedelta(days=3)):
        old = make_draft("旧文件", department=bureau)
        Validity.objects.create(item=old, state=Validity.State.LAPSED, starts_on=yesterday)
        make_public(old)
    for title in ("甲", "乙", "丙"):
        item = make_draft(f"{title}通知", department=bureau)
        acts.submit_item(item=item, by=make_staff("信息员", bureau))
        item = acts.approve_item(
            item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1"
        )
        acts.publish_item(item=item, by=reviewer, at=timezone.now() + dt.timedelta(days=1))
    Item.objects.filter(status=Status.SCHEDULED).update(
        published_at=timezone.now() - dt.timedelta(hours=1)
    )
    ended = make_public(make_draft("限时", department=bureau))
    Item.objects.filter(pk=ended.pk).update(term="limited", disclosed_until=yesterday)

    def tick(_):
        for step in (publish_due, end_terms, register_validities):
            assert step()[1] == 0

    assert run(tick, range(4)) == [0] * 4
    entries = Counter(Entry.objects.values_list("act", flat=True))
    assert entries == {"publish": 5, "withdraw": 1, "validity": 1}
    assert not Item.objects.filter(status=Status.SCHEDULED).exists()
    assert verify_chain() == []
