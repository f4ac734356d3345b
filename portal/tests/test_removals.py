"""A restored backup brings nothing back that was taken away since: the list beside the backups, and
doing its acts again.
"""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from disclosure import acts
from disclosure.choices import Status
from disclosure.models import Takedown
from disclosure.tests.builders import correct, make_draft, make_public
from ledger.models import Act, Entry
from ledger.verification import verify_chain
from portal.operations import removals

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "人民法院（2026）黑01行终1号判决"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.BACKUP_DIR = tmp_path / "backups"


@pytest.fixture
def item(shelves, government):
    return acts.publish_imported(
        item=make_draft("张某某的处罚决定", department=government, body="<p>张某某</p>")
    )


@pytest.fixture
def path(settings):
    return settings.BACKUP_DIR / removals.NAME


class RestoredError(Exception):
    """As if a backup from before were restored."""


def lost(*acts):
    """Do acts, keep the list, and lose all of it but the list: the database is as a backup of
    before has it.
    """
    try:
        with transaction.atomic():
            for act in acts:
                act()
            removals.keep()
            raise RestoredError
    except RestoredError:
        pass


def test_what_was_removed_since_is_removed_again(item, office, path, client):
    lost(lambda: acts.remove_item(item=item, by=office, reason=WHY))
    assert "张某某" not in path.read_text()
    assert client.get(item.get_absolute_url()).status_code == 200
    outcome = removals.do_again([path])
    assert (outcome.done, outcome.left) == ([item.index_number], [])
    gone = client.get(item.get_absolute_url())
    assert gone.status_code == 410
    assert WHY in gone.content.decode()
    item.refresh_from_db()
    assert (item.is_removed_by_law, item.body) == (True, "")
    assert Entry.objects.head().act == Act.REMOVE
    assert list(verify_chain()) == []
    assert removals.do_again([path]).done == []
    removals.keep()
    assert removals.do_again([path]).done == []


def test_what_was_withdrawn_since_is_withdrawn_again_but_not_what_came_back(
    item, office, path, government
):
    other = acts.publish_imported(item=make_draft("另一条", department=government))
    lost(
        lambda: acts.withdraw_item(item=item, by=office, reason="有误"),
        lambda: acts.withdraw_item(item=other, by=office, reason="有误"),
        lambda: acts.restore_item(item=other, by=office, note="核实无误"),
    )
    assert removals.do_again([path]).done == [item.index_number]
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.status, other.status) == (Status.WITHDRAWN, Status.PUBLISHED)


def hide(item, office, *, erase):
    correction = correct(item, by=office, title="处罚决定", body="<p>当事人已更正</p>")
    acts.force_publish_item(item=correction, by=office, reason="来不及审核")
    return lambda: acts.hide_earlier(item=item, by=office, reason="写有姓名", erase=erase)


@pytest.mark.parametrize("erase", [False, True])
def test_what_was_hidden_since_is_hidden_again(item, office, path, client, erase):
    lost(hide(item, office, erase=erase))
    earlier = f"{item.get_absolute_url()}revisions/1/"
    assert "张某某" in client.get(earlier).content.decode()
    assert removals.do_again([path]).done == [item.index_number]
    assert "张某某" not in client.get(earlier).content.decode()
    assert bool(item.revisions.get(number=1).kept_content) is not erase
    assert removals.do_again([path]).done == []


def test_a_backup_from_before_the_correction_shows_nobody_what_was_hidden(
    item, office, path, client
):
    lost(lambda: hide(item, office, erase=False)())
    outcome = removals.do_again([path])
    assert "已先撤下" in outcome.left[0]
    assert "张某某" not in client.get(item.get_absolute_url()).content.decode()


def test_a_draft_that_was_published_and_removed_is_named(shelves, government, office, path):
    draft = make_draft("张某某的处罚决定", department=government)
    lost(
        lambda: make_public(draft),
        lambda: acts.remove_item(item=draft, by=office, reason=WHY),
    )
    [words] = removals.do_again([path]).left
    assert f"/admin/disclosure/item/{draft.pk}/change/" in words
    with pytest.raises(CommandError, match="还有 1 条"):
        call_command("take_away_again", path)


def test_what_is_not_in_the_backup_and_another_item_of_the_number_are_left_alone(item, path):
    path.parent.mkdir()
    line = {
        "key": "9 gone",
        "item": 10**6,
        "created_at": "2020-01-01T00:00:00+00:00",
        "index_number": "没有",
    }
    path.write_text(
        json.dumps(line | {"kind": "removed", "at": "2026-01-01T00:00:00+00:00", "reason": WHY})
    )
    assert removals.do_again([path]).done == []


def test_a_removal_never_leaves_the_list_and_a_broken_list_is_written_anew(item, office, path):
    lost(lambda: acts.remove_item(item=item, by=office, reason=WHY))
    assert removals.keep() is False
    assert list(removals.read(path))
    path.write_text("broken")
    with pytest.raises(CommandError, match="读不出来"):
        call_command("take_away_again", path)
    assert removals.keep() is True
    assert removals.read(path) == {}


def test_the_list_is_kept_with_the_act_and_by_tick(item, office, path):
    acts.remove_item(item=item, by=office, reason=WHY)
    assert [line["kind"] for line in removals.read(path).values()] == [Takedown.Kind.REMOVED]
    path.unlink()
    assert removals.keep_list() == (0, 0)
    assert path.stat().st_mode & 0o777 == 0o640
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("a file where the folder should be")
    assert removals.keep_list() == (0, 1)


def test_without_a_list_the_contractor_is_told_what_that_means():
    [words] = removals.advice_after_restore(removals.Again([], []), [], "2026-11-01T00:00:00+08:00")
    assert "没有找到撤下清单" in words
    assert "take_away_again" in words
