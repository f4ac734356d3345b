"""Browse counts: a person's view counts once in half an hour, nothing is lost, nothing doubled, no
page fails.
"""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.models import Sum
from django.test import RequestFactory
from django.utils import timezone

from catalog.tests.builders import make_user
from disclosure import counting
from disclosure.counting import count_view, journal, rollup
from disclosure.counting.rollup import roll_up
from disclosure.counting.rule import line, views
from disclosure.counting.tally import Tally
from disclosure.counting.traces import trace, visitor_of
from disclosure.models import (
    DailySalt,
    DailyViews,
    Item,
    JournalMark,
    RecentVisit,
    RollUp,
    SiteViews,
)
from disclosure.tests.builders import make_item

NOON = timezone.make_aware(dt.datetime(2026, 3, 3, 12, 0))
MIDNIGHT = timezone.make_aware(dt.datetime(2026, 3, 4))


def visit(item, *, address="203.0.113.1", method="get", user=None, **headers):
    """One request for the item; returns the number its page would print."""
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=address, headers=headers)
    request.user = user or AnonymousUser()
    if user:
        request.COOKIES["sessionid"] = "x"
    item = Item.objects.get(pk=item.pk)
    count_view(request, item)
    return item.view_count


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by calling it; noon at first."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(time, "time", lambda: moment.timestamp())

    set_to(NOON)
    return set_to


def totals(item):
    """After a roll-up: the printed total, and the sum of the days; the site's days say the same."""
    roll_up()
    item.refresh_from_db()
    days = item.daily_views.aggregate(total=Sum("views"))["total"] or 0
    assert (SiteViews.objects.aggregate(total=Sum("views"))["total"] or 0) == (
        DailyViews.objects.aggregate(total=Sum("views"))["total"] or 0
    )
    return item.view_count, days


def journals():
    return sorted(journal.folder().glob("*.views"))


@pytest.mark.django_db
def test_a_view_is_counted_and_the_number_printed_includes_it():
    item = make_item()
    assert visit(item) == 1
    assert totals(item) == (1, 1)
    assert visit(item, address="203.0.113.2") == 2


@pytest.mark.django_db
def test_a_second_reader_raises_it_by_exactly_one():
    item = make_item()
    visit(item)
    assert visit(item, address="203.0.113.2") == 2
    assert visit(item, **{"User-Agent": "Lynx"}) == 3
    assert visit(item, **{"Accept-Language": "zh-CN"}) == 4
    assert totals(item) == (4, 4)


@pytest.mark.django_db
def test_one_visitor_counts_on_every_item():
    first, second = make_item(), make_item()
    assert (visit(first), visit(second)) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("rolled_up", [False, True])
def test_a_repeat_within_half_an_hour_of_the_counted_view_does_not_count(clock, rolled_up):
    item = make_item()
    visit(item)
    for minutes, seconds, number in (
        (20, 0, 1),
        (29, 59, 1),
        (30, 0, 2),
    ):  # from the one that counted, not the repeats
        if rolled_up:
            roll_up()
            counting.start_anew()  # as after a restart
        clock(NOON + dt.timedelta(minutes=minutes, seconds=seconds))
        assert visit(item) == number
    assert totals(item) == (2, 2)


@pytest.mark.django_db
def test_a_repeat_across_midnight_does_not_count(clock):
    item = make_item()
    clock(MIDNIGHT - dt.timedelta(minutes=10))
    visit(item)
    clock(MIDNIGHT + dt.timedelta(minutes=15))
    assert visit(item) == 1
    assert visit(item, address="203.0.113.2") == 2
    clock(MIDNIGHT + dt.timedelta(minutes=21))
    assert visit(item) == 3
    assert totals(item) == (3, 3)
    assert list(item.daily_views.values_list("day", "views")) == [
        (dt.date(2026, 3, 4), 2),
        (dt.date(2026, 3, 3), 1),
    ]


@pytest.mark.django_db
def test_the_day_is_the_day_in_china(clock):
    item = make_item()
    clock(dt.datetime(2026, 3, 3, 16, 30, tzinfo=dt.UTC))
    visit(item)
    roll_up()
    assert item.daily_views.get().day == dt.date(2026, 3, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "view",
    [
        {"method": "head"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
    ],
)
def test_what_no_person_reads_is_not_counted(view):
    item = make_item()
    assert visit(item, **view) == 0
    assert totals(item) == (0, 0)


@pytest.mark.django_db
def test_signed_in_staff_are_not_counted_and_others_are():
    item = make_item()
    assert visit(item, user=make_user()) == 0
    assert visit(item, user=make_user(is_staff=False)) == 1


# --- What is kept, and for how long ---------------------------------------------------------


@pytest.mark.django_db
def test_salts_and_visits_are_forgotten_when_they_decide_nothing_any_more(clock):
    item = make_item()
    visit(item)
    roll_up()
    old = DailySalt.objects.get(day=NOON.date())
    clock(MIDNIGHT + dt.timedelta(minutes=20))
    visit(item, address="203.0.113.2")
    roll_up()
    assert DailySalt.objects.filter(pk=old.pk).exists()  # a visit of 23:55 could still be repeated
    assert RecentVisit.objects.count() == 1
    clock(MIDNIGHT + dt.timedelta(minutes=31))
    roll_up()
    assert not DailySalt.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_neither_journal_nor_database_holds_an_address_or_a_browser():
    visit(make_item(), address="203.0.113.77", **{"User-Agent": "MyBrowser"})
    (file,) = journals()
    assert len(views(file.read_bytes())) == 1
    assert b"203.0" not in file.read_bytes()
    assert b"Browser" not in file.read_bytes()
    assert (file.stat().st_mode & 0o007) == 0
    roll_up()
    assert len(bytes(RecentVisit.objects.get().visitor)) == 16
    assert {field.name for field in RecentVisit._meta.fields} == {"id", "visitor", "counted_at"}


def test_the_same_visitor_has_another_hash_under_another_salt_and_on_another_item():
    environ = RequestFactory().get("/").META
    seven, eight = visitor_of(environ, 7), visitor_of(environ, 8)
    assert len({trace(seven, b"a" * 32), trace(seven, b"b" * 32), trace(eight, b"a" * 32)}) == 3


@pytest.mark.django_db
def test_journals_go_when_they_are_counted_and_their_writer_has_gone():
    visit(make_item())
    roll_up()
    assert len(journals()) == 1  # still open: it may be appended to
    counting.start_anew()
    roll_up()
    assert journals() == []


@pytest.mark.django_db
def test_a_full_segment_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 100)
    item = make_item()
    for number in range(20):
        assert visit(item, address=f"10.0.0.{number}") == number + 1
    assert len(journals()) > 3
    assert totals(item) == (20, 20)


@pytest.mark.django_db
def test_counting_costs_the_reader_no_query_and_a_new_number_two(django_assert_num_queries):
    item = make_item()
    visit(item)
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        count_view(request, item)


# --- Exactly once ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_torn_line_is_no_view_and_hides_no_other():
    item = make_item()
    whole = line(int(time.time() * 1000), item.pk, b"a" * 32)
    journal.folder().mkdir()
    (journal.folder() / "x.views").write_bytes(
        whole[:20] + b"\n" + whole + b"\0" * 40 + b"\n" + whole[:-1]
    )
    assert totals(item) == (1, 1)
    assert journals() == []


@pytest.mark.django_db
def test_views_of_an_item_that_has_gone_hold_up_nothing():
    item, gone = make_item(), make_item()
    visit(item)
    visit(gone)
    gone.delete()
    assert totals(item) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_roll_up_that_dies_before_its_end_has_counted_nothing(monkeypatch):
    item = make_item()
    visit(item)
    with monkeypatch.context() as patch:
        patch.setattr(JournalMark.objects, "bulk_create", _raise(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            roll_up()
    assert DailyViews.objects.count() == RecentVisit.objects.count() == 0
    assert totals(item) == totals(item) == (1, 1)


def _raise(kind):
    def fail(*args, **kwargs):
        raise kind

    return fail


@pytest.mark.django_db(transaction=True)
def test_roll_ups_at_once_count_every_view_once(monkeypatch):
    monkeypatch.setattr(rollup, "BATCH_BYTES", 2_000)
    items = [make_item() for _ in range(3)]
    for number in range(90):
        visit(items[number % 3], address=f"10.0.0.{number}")

    def work(_):
        try:
            return roll_up()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(work, range(4)))
    assert sum(counted) == 90
    assert [totals(item) for item in items] == [(30, 30)] * 3
    assert RollUp.objects.get().number > 1


@pytest.mark.django_db
def test_two_machines_count_one_reader_once(settings, tmp_path, clock):
    """Each rolls up its own journals, at different times; the database is what they share."""
    item = make_item()

    def at(minutes, machine):
        clock(NOON + dt.timedelta(minutes=minutes))
        settings.JOURNAL_DIR = tmp_path / machine
        counting.start_anew()

    for minutes, machine in ((0, "east"), (1, "west")):
        at(minutes, machine)
        visit(item)
        visit(item, address=f"10.0.0.{minutes}")
    for minutes, machine in ((2, "west"), (3, "east")):
        at(minutes, machine)
        assert roll_up() == (2 if machine == "west" else 1)
    at(20, "west")
    assert visit(item) == 3
    at(40, "east")
    assert visit(item) == 4
    assert totals(item) == (4, 4)


@pytest.mark.django_db
def test_a_process_knows_what_its_neighbours_have_counted(clock):
    item = make_item()
    here, there = Tally(), Tally()
    now = int(NOON.timestamp() * 1000)
    here.write(now, item.pk, 0, b"a" * 32)
    assert there.number(item.pk, 0, now + 100) == 1
    there.write(now + 100, item.pk, 0, b"a" * 32)  # the same reader, now at the neighbour
    there.write(now + 100, item.pk, 0, b"b" * 32)
    assert there.number(item.pk, 0, now + 100) == 2
    assert here.number(item.pk, 0, now + 200) == 2
    clock(NOON + dt.timedelta(seconds=1))
    roll_up()
    here.write(now + 300, item.pk, 0, b"c" * 32)
    for tally in (here, there):
        assert tally.number(item.pk, 0, now + 2_000) == 3
    for tally in (here, there):
        tally.forget()


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_lose_and_double_nothing():
    item = make_item()
    readers = [[f"10.{thread}.0.{number}" for number in range(15)] for thread in range(8)]

    def read(addresses):
        try:
            return [visit(item, address=address) for address in addresses]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        printed = [number for numbers in pool.map(read, readers) for number in numbers]
    assert max(printed) == 120
    assert totals(item) == (120, 120)
    assert DailySalt.objects.count() == 2  # today's and tomorrow's


@pytest.mark.django_db(transaction=True)
def test_one_reader_in_many_tabs_at_once_counts_once():
    item = make_item()

    def read(_):
        try:
            return [visit(item) for _ in range(3)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read, range(8)))
    assert totals(item) == (1, 1)


WRITER = """
import os, sys, time, random
from pathlib import Path
from django.conf import settings
settings.configure(JOURNAL_DIR=sys.argv[1], TRUSTED_PROXY_COUNT=0)
import importlib.util
spec = importlib.util.spec_from_file_location("journal", sys.argv[2])
journal = importlib.util.module_from_spec(spec); spec.loader.exec_module(journal)
own = journal.Journal()
for number in range(10**6):
    text = f"{int(time.time() * 1000)} {sys.argv[3]} {random.getrandbits(128):032x}\\n".encode()
    if own.append(text, int(time.time() * 1000)):
        os.write(1, b"+")
"""


@pytest.mark.django_db
def test_killing_the_writers_loses_nothing_that_was_acknowledged(tmp_path, settings):
    item = make_item()
    arguments = [
        sys.executable,
        "-c",
        WRITER,
        str(settings.JOURNAL_DIR),
        journal.__file__,
        str(item.pk),
    ]
    writers = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=django_settings.BASE_DIR) for _ in range(3)
    ]  # fmt: skip
    first = [os.read(writer.stdout.fileno(), 1) for writer in writers]  # each has begun
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    acknowledged = len(first) + sum(len(writer.stdout.read()) for writer in writers)
    for writer in writers:
        writer.wait()
    counted, days = totals(item)
    # One line a writer may be written and not acknowledged any more.
    assert acknowledged <= counted == days <= acknowledged + len(writers)
    assert journals() == []


# --- Never at the cost of the page ---------------------------------------------------------------


@pytest.mark.django_db
def test_a_disk_that_takes_nothing_costs_the_view_and_not_the_page(monkeypatch, caplog):
    item = make_item()
    monkeypatch.setattr(os, "write", _raise(OSError(28, "No space left on device")))
    assert [visit(item, address=f"10.0.0.{number}") for number in range(3)] == [0, 0, 0]
    assert caplog.text.count("cannot be written") == 1
    monkeypatch.undo()


@pytest.mark.django_db
def test_a_disk_that_is_really_full_costs_the_view_and_not_the_page(monkeypatch, caplog):
    item = make_item()
    visit(item)
    monkeypatch.setattr(counting._tally._journal, "_complained", 0.0)  # it complains once a minute
    monkeypatch.setattr(
        counting._tally._journal, "_file", full := os.open("/dev/full", os.O_WRONLY)
    )
    assert visit(item, address="10.0.0.2") == 1
    assert "No space left on device" in caplog.text
    os.close(full)


@pytest.mark.django_db
def test_a_line_written_by_half_counts_for_nothing_and_spoils_nothing(monkeypatch):
    item, write = make_item(), os.write
    visit(item)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, text: write(file, text[: max(1, len(text) // 2)]))
        visit(item, address="203.0.113.2")
    visit(item, address="203.0.113.3")
    assert totals(item) == (2, 2)


@pytest.mark.django_db
def test_a_database_that_does_not_answer_costs_neither_the_view_nor_the_page(monkeypatch):
    item = make_item()
    visit(item)
    with monkeypatch.context() as patch:
        patch.setattr(RollUp.objects, "values_list", _raise(OperationalError))
        patch.setattr("disclosure.counting.tally.Item.objects.filter", _raise(OperationalError))
        counting._tally._totals, counting._tally._next_check = {}, 0
        request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.2")
        request.user = AnonymousUser()
        count_view(request, item)
    assert totals(item) == (2, 2)


@pytest.mark.django_db
def test_the_command_says_what_it_counted(capsys):
    visit(make_item())
    call_command("roll_up_counts")
    assert capsys.readouterr().out == "计入浏览 1 次\n"


def test_any_order_of_lines_gives_a_count_within_the_rule():
    """However a visitor's views fall, two counted ones are half an hour apart, and every view lies
    near a counted one.
    """
    chance = random.Random(711)
    for _ in range(200):
        moments = [chance.randrange(10_000_000) for _ in range(20)]
        last, counted = {}, []
        for at in sorted(moments):
            view = views(line(1_700_000_000_000 + at, 1, b"a" * 32))[0]
            if not rollup.is_repeat(view.at, view.trace, view.earlier, last.get):
                counted.append(at)
                last[view.trace] = view.at
        assert all(later - earlier >= 1_800_000 for earlier, later in pairwise(counted))
        assert all(any(0 <= at - one < 1_800_000 for one in counted) for at in moments)


def test_nobody_can_edit_the_number():
    assert not Item._meta.get_field("view_count").editable
    for model in (DailyViews, DailySalt, RecentVisit, SiteViews, RollUp, JournalMark):
        assert not admin.site.is_registered(model)
