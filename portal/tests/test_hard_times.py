"""Days and moments that programs forget, and work that is cut off in the middle: figure 30 of `make
scoreboard`, on both databases.
"""

import datetime as dt
import multiprocessing
import os
import signal
import time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.choices import DisclosureMode, Status, Term
from disclosure.models import Item, Revision
from disclosure.search.finding import search
from disclosure.tests.builders import make_draft, make_item, make_public, make_staff
from ledger.models import Checkpoint, Entry
from ledger.tests.forking import run_at_once
from ledger.verification import verify_chain
from portal.operations.diagnosis import calendar, clock
from workdays.calendar import add_workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _folders_of_the_test(settings, tmp_path):
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.LEDGER_KEY_FILE = tmp_path / "ledger-key"


def at(*moment):
    """The clock stands at a moment of local time and goes on from there."""
    return time_machine.travel(dt.datetime(*moment, tzinfo=SHANGHAI))


def planned(bureau, titles, *, moment=None):
    """Items approved and planned for a moment; without one, for an hour ago."""
    clerk, reviewer = make_staff("信息员", bureau), make_staff("审核员", bureau)
    for title in titles:
        item = make_draft(title, department=bureau)
        acts.submit_item(item=item, by=clerk)
        item = acts.approve_item(
            item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1"
        )
        acts.publish_item(
            item=item, by=reviewer, at=moment or timezone.now() + dt.timedelta(days=1)
        )
    if moment is None:
        Item.objects.filter(status=Status.SCHEDULED).update(
            published_at=timezone.now() - dt.timedelta(hours=1)
        )


def tick():
    call_command("tick")


def assert_each_is_public_once(number):
    assert Item.objects.published().count() == number
    assert Revision.objects.count() == number
    assert Entry.objects.filter(act="publish").count() == number
    numbers = Item.objects.published().values_list("index_number", flat=True)
    assert len(set(numbers)) == number
    assert serious_faults() == []


def serious_faults():
    """Of the register. That a clock went back is a warning: the chain holds."""
    return [fault for fault in verify_chain() if not fault.is_warning]


# --- Cut off, and at once -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_do_each_thing_once():
    planned(make_department(), [f"通知{chr(0x4E00 + 97 * number)}" for number in range(8)])
    assert run_at_once(tick, tick) == [0, 0]
    assert_each_is_public_once(8)
    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_tick_killed_in_the_middle_is_done_by_the_next_one():
    planned(make_department(), [f"通知{chr(0x4E00 + 97 * number)}" for number in range(12)])
    before = Entry.objects.count()
    victim = multiprocessing.get_context("fork").Process(target=_tick_with_connections_of_its_own)
    connections.close_all()
    victim.start()
    deadline = time.monotonic() + 60
    while Entry.objects.count() < before + 3 and victim.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    done = Item.objects.published().count()
    assert done >= 3
    assert (
        Revision.objects.count() == Entry.objects.filter(act="publish").count() == done
    )  # nothing is half done
    tick()
    assert_each_is_public_once(12)


def _tick_with_connections_of_its_own():
    for alias in connections:
        del connections[alias]
    tick()
    os._exit(0)


@pytest.mark.django_db(transaction=True)
def test_what_is_published_while_the_index_is_made_anew_is_found():
    bureau = make_department()
    old = [
        make_public(make_draft(f"旧文件{chr(0x4E00 + 97 * number)}", department=bureau))
        for number in range(5)
    ]
    drafts = [
        make_draft(f"新文件{chr(0x5E00 + 97 * number)}", department=bureau) for number in range(5)
    ]
    clerk, reviewer = make_staff("信息员", bureau), make_staff("审核员", bureau)

    def publish_and_withdraw():
        for draft in drafts:
            make_public(draft, clerk=clerk, reviewer=reviewer)
        acts.withdraw_item(item=old[0], by=make_staff("公开办"), reason="内容有误")

    def reindex():
        for _ in range(3):
            call_command("reindex", verbosity=0)

    assert run_at_once(reindex, publish_and_withdraw) == [0, 0]
    found = {hit.title for hit in search("文件", Item.objects.published()).hits}
    assert found == {item.title for item in [*old[1:], *drafts]}


# --- Days that programs forget ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_last_and_the_first_second_of_a_year_belong_to_their_years(client):
    bureau = make_department()
    clerk, reviewer = make_staff("信息员", bureau), make_staff("审核员", bureau)
    with at(2026, 12, 31, 23, 50):
        last_draft, first_draft = (
            make_draft(title, department=bureau) for title in ("年末的通知", "年初的通知")
        )
    with at(2026, 12, 31, 23, 59, 50):
        last = make_public(last_draft, clerk=clerk, reviewer=reviewer)
        tick()
    with at(2027, 1, 1, 0, 0, 1):
        first = make_public(first_draft, clerk=clerk, reviewer=reviewer)
        tick()
        assert last.index_number == f"{bureau.code}/2026-00001"
        assert first.index_number == f"{bureau.code}/2027-00001"
        assert list(Item.objects.listed_in_year(2026)) == [last]
        assert list(Item.objects.listed_in_year(2027)) == [first]
        assert sorted(Checkpoint.objects.values_list("day", flat=True)) == [
            dt.date(2026, 12, 31),
            dt.date(2027, 1, 1),
        ]
        assert last.title in client.get("/").content.decode()
        assert client.get(f"/items/{last.index_number}/?on=2026-12-31").status_code == 200
        assert verify_chain() == []


@pytest.mark.django_db(transaction=True)
def test_a_plan_for_the_first_moment_of_a_year_takes_a_number_of_that_year():
    with at(2026, 12, 31, 23, 50):
        planned(
            make_department(),
            ["元旦公开的通知"],
            moment=dt.datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI),
        )
        tick()
        assert not Item.objects.published().exists()
    with at(2027, 1, 1, 0, 0, 30):
        tick()
        assert Item.objects.published().get().index_number.endswith("/2027-00001")


@pytest.mark.django_db
@pytest.mark.usefixtures("other_worker")
def test_the_29th_of_february_is_a_day_like_any_other(client):
    with at(2028, 2, 29, 10, 0):
        item = make_public(make_draft("闰日的通知", created_on=dt.date(2028, 2, 29)))
        limited = make_item(
            "闰日到期的通知", term=Term.LIMITED, disclosed_until=dt.date(2028, 2, 29)
        )
        tick()
        address = f"/items/{item.index_number}/"
        assert (
            client.get(address).status_code
            == client.get(f"{address}?on=2028-02-29").status_code
            == 200
        )
        assert client.get(f"/items/{limited.index_number}/").status_code == 200
        assert client.get("/search/?after=2028-02-29&before=2028-02-29").status_code == 200
        deadline = add_workdays(dt.date(2028, 2, 29), 20)
        assert (deadline.date, deadline.is_provisional) == (dt.date(2028, 3, 28), True)
    with at(2028, 3, 1, 0, 1):
        tick()
        limited.refresh_from_db()
        assert limited.status == Status.ARCHIVED
        assert client.get(f"{address}?on=2028-02-29").status_code == 200
    assert client.get(f"{address}?on=2027-02-29").status_code in {
        200,
        400,
        404,
    }  # no such day: no 500


@pytest.mark.django_db(transaction=True)
def test_in_a_year_without_a_calendar_the_desk_works_and_says_what_is_provisional(client):
    bureau = make_department()
    with at(2035, 5, 10, 10, 0):
        boss = make_staff("公开办", bureau, is_superuser=True)
        draft = make_draft("没有日历的年份", department=bureau, created_on=dt.date(2035, 5, 9))
        client.force_login(boss)
        for address in (
            "/admin/",
            "/admin/disclosure/item/",
            f"/admin/disclosure/item/{draft.pk}/change/",
        ):
            assert client.get(address).status_code == 200, address
        assert "待国务院放假通知确认" in str(add_workdays(dt.date(2035, 5, 9), 20))
        make_public(draft)
        tick()
        assert Item.objects.published().count() == 1
        assert client.get("/").status_code == client.get("/reports/").status_code == 200
        assert "2035 年的放假调休安排还没有录入" in next(calendar()).what


@pytest.mark.django_db(transaction=True)
def test_a_clock_set_back_publishes_nothing_twice_and_breaks_no_chain(client):
    bureau = make_department()
    with at(2026, 6, 15, 12, 0):
        early = make_public(make_draft("钟快时公开的", department=bureau))
        planned(bureau, ["按计划公开的"], moment=dt.datetime(2026, 6, 15, 12, 30, tzinfo=SHANGHAI))
    with at(2026, 6, 15, 12, 31):
        tick()
        assert Item.objects.published().count() == 2
    with at(2026, 6, 14, 9, 0):  # a day back
        late = make_public(make_draft("钟拨回后公开的", department=bureau))
        tick()
        assert client.get("/").status_code == 200
        assert client.get(f"/items/{late.index_number}/").status_code == 200
        assert [one for one in clock() if "倒退" in one.what]
        assert serious_faults() == []
    with at(2026, 6, 15, 12, 40):
        tick()
        assert_each_is_public_once(3)
        assert client.get(f"/items/{early.index_number}/").status_code == 200
        assert not [one for one in clock() if "倒退" in one.what]


@pytest.mark.django_db(transaction=True)
def test_a_clock_set_back_over_new_year_gives_no_number_twice():
    bureau = make_department()
    titles = iter(["一", "二", "三", "四"])
    for moment in (
        (2027, 1, 1, 0, 5),
        (2026, 12, 31, 23, 55),
        (2027, 1, 1, 0, 6),
        (2026, 12, 31, 23, 58),
    ):
        with at(*moment):
            make_public(make_draft(f"第{next(titles)}件通知", department=bureau))
    numbers = sorted(Item.objects.values_list("index_number", flat=True))
    assert numbers == [
        f"{bureau.code}/{tail}" for tail in ("2026-00001", "2026-00002", "2027-00001", "2027-00002")
    ]
    assert serious_faults() == []
    assert "回拨" in verify_chain()[0].message
