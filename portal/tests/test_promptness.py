"""A withdrawal is gone from every cache within three seconds: the parts add up, and each part is
what is declared.
"""

import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import DatabaseError

from disclosure import acts
from disclosure.erasing import clearing
from disclosure.tests.builders import make_item, make_staff
from portal.pagecache import promptness, version
from portal.pagecache.shared import Shared
from portal.pagecache.store import Store
from portal.pagecache.version import Version
from portal.pagecache.watch import Watch
from portal.tests.test_shared_pages import server

__all__ = ["server"]


def test_the_parts_add_up_to_what_is_promised():
    assert promptness.PAGES <= promptness.GONE_WITHIN
    assert promptness.KEPT_COPIES <= promptness.GONE_WITHIN
    assert promptness.LATE_COPIES > promptness.GONE_WITHIN


def test_the_parts_are_what_the_page_cache_goes_by():
    used = (version.GOOD_FOR, version.PATIENCE, version.RETRY_AFTER, version.SHORT_WAIT)
    declared = (promptness.STAMP_GOOD_FOR, promptness.STAMP_PATIENCE, promptness.STAMP_RETRY_AFTER)
    assert used == (*declared, promptness.STAMP_SHORT_WAIT)


def test_the_purge_waits_for_copies_that_are_still_being_written(settings):
    script = (settings.BASE_DIR / "deploy/purge-kept").read_text()
    assert f"sleep {promptness.LATE_COPIES:.0f}\n" in script


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_elsewhere_is_seen_by_a_process_that_nobody_asks(settings):
    item, kept = make_item(), Store(10_000_000)
    watch = Watch(Version(), kept)
    watch.look()
    settings.KEPT_COPIES_MARK.unlink(missing_ok=True)
    kept.put(("/", "", ""), _Page())
    began = time.monotonic()
    acts.withdraw_item(item=item, by=make_staff("公开办"), reason="内容有误")
    # As on another machine, where nothing was cleared by the act itself.
    settings.KEPT_COPIES_MARK.unlink()
    (settings.JOURNAL_DIR / "cleared").unlink()
    while not settings.KEPT_COPIES_MARK.exists():
        assert time.monotonic() - began < 10
        watch.look()
        time.sleep(promptness.WATCH_EVERY / 5)
    assert len(kept) == 0
    assert not clearing.is_behind(clearing.taken_away())


@pytest.mark.django_db(transaction=True)
def test_a_machine_that_cannot_clear_is_behind_until_it_can(settings, tmp_path):
    item = make_item()
    settings.KEPT_COPIES_MARK = tmp_path / "no-folder" / "mark"
    acts.withdraw_item(item=item, by=make_staff("公开办"), reason="内容有误")
    assert clearing.clear_if_behind() == (1, 1)
    assert clearing.finish() == (0, 0)  # the takedown waits for this machine
    settings.KEPT_COPIES_MARK = tmp_path / "mark"
    assert clearing.clear_if_behind() == (1, 0)
    assert settings.KEPT_COPIES_MARK.exists()
    assert clearing.clear_if_behind() == (0, 0)
    assert clearing.finish() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_containers_that_share_a_volume_are_one_machine(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "tick-container")
    assert clearing.clear_if_behind() == (0, 0)
    item = make_item()
    monkeypatch.setattr("socket.gethostname", lambda: "web-container")
    acts.withdraw_item(item=item, by=make_staff("公开办"), reason="内容有误")
    monkeypatch.setattr("socket.gethostname", lambda: "tick-container")
    assert clearing.clear_if_behind() == (0, 0)  # the web container has cleared it for all
    assert clearing.finish() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_folders_on_one_host_are_two_machines(settings, tmp_path):
    item = make_item()
    settings.JOURNAL_DIR = tmp_path / "second"
    assert clearing.clear_if_behind() == (0, 0)
    settings.JOURNAL_DIR = tmp_path / "first"
    acts.withdraw_item(item=item, by=make_staff("公开办"), reason="内容有误")
    assert clearing.finish() == (0, 0)  # the second has not cleared yet
    settings.JOURNAL_DIR = tmp_path / "second"
    assert clearing.clear_if_behind() == (1, 0)
    assert clearing.finish() == (1, 0)


def test_the_name_of_a_machine_stays_and_is_given_once(settings, tmp_path):
    settings.JOURNAL_DIR = tmp_path / "journal"
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: clearing.node(), range(16)))
    assert len(names) == 1
    assert sorted(path.name for path in settings.JOURNAL_DIR.iterdir()) == ["machine"]


def test_pages_in_redis_are_deleted_and_its_other_keys_are_not(server):
    shared = Shared(server.url, "one")
    for key in ("lantai:page:1", "lantai:page:2", "another"):
        shared._redis.set(key, "x")
    shared.clear()
    assert shared._redis.keys("*") == [b"another"]


@pytest.mark.django_db(transaction=True)
def test_a_watch_outlives_a_database_that_does_not_answer():
    def broken():
        raise DatabaseError

    assert Watch(Version(broken), Store(1)).look() is False


class _Page:
    size, held = 10, 0


def test_a_watch_that_is_ended_leaves_no_thread(monkeypatch):
    watch = Watch(Version(), Store(1))
    watch.begin()
    assert "watch" in [thread.name for thread in threading.enumerate()]
    watch.end()
    assert "watch" not in [thread.name for thread in threading.enumerate()]


def test_every_process_knows_all_that_has_to_be_cleared():
    """A command too (紧急撤下, restore): it imports no page, and would leave what the pages'
    modules keep.
    """
    declared = set()
    for path in settings.BASE_DIR.glob("[a-z]*/**/*.py"):
        if "tests" not in path.parts:
            declared |= set(re.findall(r"^@clears\ndef (\w+)", path.read_text(), re.MULTILINE))
    code = "import django; django.setup(); from disclosure.erasing.clearing import _CLEARERS; print(*[one.__name__ for one in _CLEARERS])"
    environment = {**os.environ, "DEMO": "1", "SECRET_KEY": "for-tests-only-" * 4}
    command = [sys.executable, "-c", code]
    said = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert set(said.stdout.split()) == declared
    assert len(declared) >= 6
